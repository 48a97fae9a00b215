"""Who wakes up when: a heap of (time, sequence number), with timers that can be cancelled."""

from __future__ import annotations

import heapq
from typing import Generic, Protocol, TypeVar


class Sleeper(Protocol):
    """What the schedule keeps on an actor."""

    background: bool
    timed: bool
    token: int


S = TypeVar("S", bound=Sleeper)


class Schedule(Generic[S]):
    """Wake-ups of sleepers, at most one valid for each. Cancelled ones stay in the heap and are skipped."""

    __slots__ = ("_sequence", "foreground", "heap")

    def __init__(self) -> None:
        self.heap: list[tuple[float, int, int, S]] = []
        self.foreground = 0
        """How many valid wake-ups belong to foreground sleepers: only those let time pass."""
        self._sequence = 0

    def add(self, sleeper: S, until: float) -> None:
        """Wake it at `until`; among equals, who was added first is first."""
        sleeper.timed = True
        if not sleeper.background:
            self.foreground += 1
        self._sequence += 1
        heapq.heappush(self.heap, (until, self._sequence, sleeper.token, sleeper))

    def cancel(self, sleeper: S) -> None:
        """Forget its wake-up, if it has one."""
        sleeper.token += 1
        if sleeper.timed:
            sleeper.timed = False
            if not sleeper.background:
                self.foreground -= 1

    def has_next(self, now: float) -> bool:
        """Whether somebody may wake: now, or later if a foreground sleeper lets time pass."""
        heap = self.heap
        while heap and heap[0][2] != heap[0][3].token:
            heapq.heappop(heap)
        return bool(heap) and (heap[0][0] <= now or self.foreground > 0)

    def pop(self) -> tuple[float, S]:
        """The next wake-up, taken off; only after `has_next` said yes."""
        until, _, _, sleeper = heapq.heappop(self.heap)
        self.cancel(sleeper)
        return until, sleeper
