"""When each queued run will begin and end: the scheduler's own rules, with durations in place of runs.

A pure function. Who may start is decided by the same `admission`, `WaitingLine` and `LeaseTable` that decide
it in `bench.runs.scheduling.scheduler`, so that what is foretold follows no other rules than what happens.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bench.runs.engine.leases import LeaseTable
from bench.runs.queue.item import Item
from bench.runs.scheduling.admission import admission
from bench.runs.scheduling.line import Needs, Waiting, WaitingLine, needs_of


@dataclass(frozen=True, slots=True)
class Wait:
    """Another run, by its key, that had to end first, and because of what."""

    key: int
    because: str


@dataclass(frozen=True, slots=True)
class Span:
    """When a run goes on, in seconds after the start of the queue, and what it waited for last."""

    start_s: float
    end_s: float
    waits: tuple[Wait, ...] = ()
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """By key: when runs go on if every one ends as done, or why no start can be foretold."""

    spans: Mapping[int, Span]
    never: Mapping[int, str]

    @property
    def duration_s(self) -> float:
        """Until the last run has ended."""
        return max((span.end_s for span in self.spans.values()), default=0.0)


def forecast(items: Sequence[Item], durations: Mapping[int, float], start: datetime) -> Forecast:
    """What the scheduler would do with these items from `start` on if each took its duration, by key.

    Runs that `items` come after have to be among them. Raises KeyError otherwise.
    """
    return _Rehearsal(items, durations, start).play()


class _Rehearsal:
    def __init__(self, items: Sequence[Item], durations: Mapping[int, float], start: datetime) -> None:
        self._items = {item.key: item for item in items}
        self._durations = durations
        self._start = start
        self._now_s = 0.0
        self._line = WaitingLine()
        self._leases = LeaseTable()
        self._later: dict[int, datetime] = {}
        self._dependents: dict[int, set[int]] = {}
        self._going: list[tuple[float, int]] = []
        self._ready: dict[int, float] = {}
        self._ended: dict[float, list[int]] = {}
        self._spans: dict[int, Span] = {}
        self._never: dict[int, str] = {}

    def play(self) -> Forecast:
        for key in sorted(self._items, key=lambda key: self._items[key].order):
            self._consider(key)
        self._start_all()
        while self._going or self._later:
            self._now_s = min([end_s for end_s, _ in self._going[:1]] + self._due_s())
            self._reap()
            self._start_all()
        return Forecast(self._spans, {key: why for key, why in self._never.items() if key not in self._spans})

    def _due_s(self) -> list[float]:
        due = [(time - self._start).total_seconds() for time in self._later.values()]
        return [max(self._now_s, seconds) for seconds in due]

    def _utc(self) -> datetime:
        return self._start + timedelta(seconds=self._now_s)

    def _consider(self, key: int) -> None:
        item = self._items[key]
        found = admission(item, self._items.__getitem__, self._utc())
        if found.ready:
            self._ready[key] = self._now_s
            self._line.put(Waiting(key, item.order, needs_of(item)))
            return
        self._never[key] = found.refuse or found.hold or found.waiting_for
        if found.until is not None:
            self._later[key] = found.until
        for before in item.after:
            self._dependents.setdefault(before, set()).add(key)

    def _start_all(self) -> None:
        for key in sorted(key for key, until in self._later.items() if until <= self._utc()):
            del self._later[key]
            self._consider(key)
        while (chosen := self._line.choose(self._held).start) is not None:
            self._line.remove(chosen)
            self._begin(chosen)

    def _held(self, key: int, needs: Needs) -> str | None:
        return self._leases.conflict(str(key), needs)

    def _begin(self, key: int) -> None:
        item = self._items[key]
        self._leases.take(str(key), item.resources)
        end_s = self._now_s + self._durations[key]
        heapq.heappush(self._going, (end_s, key))
        due = None if item.not_before is None else datetime.fromisoformat(item.not_before)
        waited = due if due is not None and due > self._start and self._ready[key] == self._now_s else None
        self._spans[key] = Span(self._now_s, end_s, self._waits(item), waited)

    def _waits(self, item: Item) -> tuple[Wait, ...]:
        """Whose end let this run start: what it comes after, or what held something that it needs."""
        if self._now_s == 0.0 and not item.after:
            return ()
        found = []
        for key in self._ended.get(self._now_s, ()):
            other = self._items[key]
            shared = sorted(
                str(mine) for mine in item.resources if any(mine.conflicts_with(o) for o in other.resources)
            )
            if key in item.after:
                found.append(Wait(key, "comes after it"))
            elif shared and self._ready[item.key] < self._now_s:
                found.append(Wait(key, ", ".join(shared)))
        return tuple(found)

    def _reap(self) -> None:
        while self._going and self._going[0][0] <= self._now_s:
            end_s, key = heapq.heappop(self._going)
            self._leases.release(str(key))
            self._items[key] = replace(self._items[key], state="done")
            self._ended.setdefault(end_s, []).append(key)
            for dependent in sorted(self._dependents.pop(key, ())):
                self._consider(dependent)
