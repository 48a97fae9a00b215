"""The waiting line: who may start now, in fair order, at a cost that does not grow with who else waits.

Runs that need exactly the same resources stand in one file behind each other, because none of them can start
while another goes on; so only the heads of the files are looked at. A head that has to wait reserves what it
needs: a run behind it in the order gets none of that, so that many small runs never starve a large one.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

from bench.runs.engine.leases import Resource
from bench.runs.queue.item import Item

Needs = frozenset[Resource]
Order = tuple[float, float, int]
"""Smaller goes first: (-priority, position, key)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One run in the line: its key in the queue, its place in the order, what it needs."""

    key: int
    order: Order
    needs: Needs


@dataclass(frozen=True, slots=True)
class Choice:
    """Who starts now, if anybody, and why the heads before it do not: by key. `barred`: one is forbidden."""

    start: int | None
    blocked: dict[int, str]
    barred: bool = False


def needs_of(item: Item) -> Needs:
    """What a queued run leases."""
    return frozenset(item.resources)


class WaitingLine:
    """Everybody who could start but for what others hold."""

    def __init__(self) -> None:
        self._waiting: dict[int, Waiting] = {}
        self._files: dict[Needs, list[tuple[Order, int]]] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, key: int) -> bool:
        return key in self._waiting

    def put(self, waiting: Waiting) -> None:
        """Join the line, or change place in it."""
        if self._waiting.get(waiting.key) == waiting:
            return
        self._waiting[waiting.key] = waiting
        heapq.heappush(self._files.setdefault(waiting.needs, []), (waiting.order, waiting.key))

    def remove(self, key: int) -> None:
        """Leave the line; does nothing for who is not in it."""
        self._waiting.pop(key, None)

    def choose(
        self,
        held: Callable[[int, Needs], str | None],
        forbidden: Callable[[Needs], str | None] = lambda needs: None,
    ) -> Choice:
        """The first who may start. `held(key, needs)` names what others hold of it and who, or None.

        `forbidden(needs)` says why nobody may begin who needs these, or None; who is forbidden to begin
        reserves nothing, for nobody knows when that is over.
        """
        blocked: dict[int, str] = {}
        before: list[Waiting] = []
        barred = False
        for head in self._heads():
            bar = forbidden(head.needs)
            if bar is not None:
                barred = True
                blocked[head.key] = bar
                continue
            why = held(head.key, head.needs) or _reserved(head, before)
            if why is None:
                return Choice(head.key, blocked, barred)
            blocked[head.key] = why
            before.append(head)
        return Choice(None, blocked, barred)

    def _heads(self) -> list[Waiting]:
        heads = []
        for needs in tuple(self._files):
            head = self._head(needs)
            if head is None:
                del self._files[needs]
            else:
                heads.append(head)
        return sorted(heads, key=lambda head: head.order)

    def _head(self, needs: Needs) -> Waiting | None:
        """The first of a file; those who left it, or moved within it, are dropped on the way."""
        file = self._files[needs]
        while file:
            order, key = file[0]
            waiting = self._waiting.get(key)
            if waiting is not None and waiting.order == order and waiting.needs == needs:
                return waiting
            heapq.heappop(file)
        return None


def _reserved(head: Waiting, before: list[Waiting]) -> str | None:
    for earlier in before:
        for mine in sorted(head.needs):
            if any(mine.conflicts_with(theirs) for theirs in earlier.needs):
                return f"{mine}, which run #{earlier.key} is to have first"
    return None
