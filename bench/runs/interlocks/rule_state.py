"""One interlock rule in operation: a watch on each source of its quantity, and which runs it concerns."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from bench.core.errors import QuantityError
from bench.runs.columns import Column
from bench.runs.engine.control import RunControl
from bench.runs.engine.leases import Resource
from bench.safety.interlock import Interlock
from bench.safety.threshold import RoomTemperature
from bench.safety.watch import Condition, Violation, Watch, number_of

_ROOM = ""
_NOBODY = " "
"""Sources that are no run: the room, and the silence while no run publishes what a rule needs to know."""


@dataclass(frozen=True, eq=False)
class WatchedRun:
    """A run that goes on, as far as interlocks have to know it. `note` writes into its journal."""

    id: str
    columns: tuple[Column, ...]
    resources: frozenset[Resource]
    control: RunControl
    note: Callable[..., None]

    def uses(self, resources: Iterable[Resource]) -> bool:
        """Whether it holds one of these."""
        return _meet(self.resources, resources)


@dataclass(frozen=True, slots=True)
class Trip:
    """What one violation is to do to one run; `ending`: in its shutdown, where only "safe now" acts."""

    rule: Interlock
    violation: Violation
    unit: str
    run: WatchedRun
    ending: bool


@dataclass(frozen=True, slots=True)
class Violated:
    """What is violated, the last `value` heard in its `unit`, and what that bars; None is everything."""

    violation: Violation
    value: float | None
    unit: str
    bars: frozenset[Resource] | None


@dataclass(slots=True)
class _Source:
    watch: Watch
    unit: str
    bars: frozenset[Resource] | None
    """What is barred while it is violated; None is everything."""
    fed: bool = True
    acted: dict[str, Violation] = field(default_factory=dict)

    def violated(self, now: float) -> Violated | None:
        """What is violated at `now`."""
        violation = self.watch.look(now)
        return None if violation is None else Violated(violation, self.watch.last[1], self.unit, self.bars)


class RuleState:
    """Knows no clock: every call says what time it is, in seconds that never go back.

    A rule without `instruments` acts on the run that published the value, one on the room on all runs.
    """

    def __init__(self, rule: Interlock) -> None:
        self.rule = rule
        self._named = frozenset(Resource("instrument", name) for name in rule.instruments)
        self._sources: dict[str, _Source] = {}
        self._left: list[tuple[frozenset[Resource], Violated]] = []  # with what the run held
        self._runs: dict[str, WatchedRun] = {}
        self._ending: set[str] = set()

    # -- runs come and go ---------------------------------------------------------------------------------

    def began(self, run: WatchedRun, now: float) -> None:
        """`run` goes on from now; where the rule needs its values, they are expected from now."""
        self._runs[run.id] = run
        quantity = self.rule.threshold.quantity
        if isinstance(quantity, RoomTemperature):
            self._expect_room(run, quantity.unit, now)
        elif run.uses([Resource("instrument", quantity.instrument)]):
            unit = next((column.unit for column in run.columns if column.name == quantity.column), None)
            if unit is not None:
                own = frozenset(resource for resource in run.resources if resource.kind != "fixture")
                self._sources[run.id] = self._source(unit, self._named or own, now)
                self._left = [(held, left) for held, left in self._left if not _meet(held, own)]
        self._expect_somebody(now)

    def winding_up(self, run_id: str) -> None:
        """`run_id` is in its shutdown: what it publishes still counts, its silence does not."""
        if run_id not in self._runs:
            return
        self._ending.add(run_id)
        source = self._sources.get(run_id)
        if source is not None:
            source.watch.rest()

    def ended(self, run_id: str, now: float) -> None:
        """It publishes no more, and nothing can be done to it. What was violated stays so."""
        run = self._runs.pop(run_id, None)
        if run is None:
            return
        self._ending.discard(run_id)
        source = self._sources.pop(run_id, None)
        if source is not None:
            violated = source.violated(now)
            if violated is not None and self.rule.then != "warn":
                own = frozenset(resource for resource in run.resources if resource.kind != "fixture")
                self._left.append((own, violated))
        room = self._sources.get(_ROOM)
        if room is not None and not self._concerned(_ROOM):
            room.watch.rest()
        self._expect_somebody(now)

    def _expect_room(self, run: WatchedRun, unit: str, now: float) -> None:
        room = self._sources.get(_ROOM)
        if room is None:
            room = self._sources[_ROOM] = self._source(unit, self._named or None, now)
            room.watch.rest()
        if self._concerned(_ROOM) == [run]:
            room.watch.expect(self.rule.threshold.stale_s, now)

    def _expect_somebody(self, now: float) -> None:
        """While runs need to know and no run publishes, the silence itself is watched."""
        if not self._named or isinstance(self.rule.threshold.quantity, RoomTemperature):
            return
        nobody = self._sources.get(_NOBODY)
        if any(source != _NOBODY for source in self._sources):
            self._sources.pop(_NOBODY, None)
        elif not self._concerned(_NOBODY):
            if nobody is not None and nobody.watch.look(now) is None:
                del self._sources[_NOBODY]
        elif nobody is None:
            self._sources[_NOBODY] = self._silence("", self._named, now)

    def _source(self, unit: str, bars: frozenset[Resource] | None, now: float) -> _Source:
        try:
            return _Source(Watch(self.rule.threshold.condition(unit), now), unit, bars)
        except QuantityError:  # what cannot be compared is no value, and its silence counts
            return self._silence(unit, bars, now)

    def _silence(self, unit: str, bars: frozenset[Resource] | None, now: float) -> _Source:
        never = Condition(self.rule.threshold.comparison, math.nan, 0.0, self.rule.threshold.stale_s)
        return _Source(Watch(never, now), unit, bars, fed=False)

    # -- values -------------------------------------------------------------------------------------------

    def hears(self, run_id: str) -> bool:
        """Whether rows of this run matter."""
        source = self._sources.get(run_id)
        return source is not None and source.fed

    def heard(self, now: float, value: Any, run_id: str = _ROOM) -> bool:
        """The run, or the room, published this value. Whether that turns the verdict."""
        source = self._sources.get(run_id)
        if source is None:
            return False
        before = source.watch.violation
        return source.watch.feed(now, number_of(value)) is not before

    def due(self, run_id: str = _ROOM) -> float:
        """When this source has to be looked at again, unless that was put off by what it published."""
        source = self._sources.get(run_id)
        return math.inf if source is None or source.watch.calm else source.watch.changes_at()

    # -- verdicts -----------------------------------------------------------------------------------------

    def trips(self, now: float) -> list[Trip]:
        """What is to be done at `now` and was not said before: once for each violation and run."""
        found = []
        for name, source in self._sources.items():
            violation = source.watch.look(now)
            if violation is None:
                source.acted.clear()
                continue
            for run in self._concerned(name):
                if source.acted.get(run.id) is not violation:
                    source.acted[run.id] = violation
                    found.append(Trip(self.rule, violation, source.unit, run, run.id in self._ending))
        return found

    def changes_at(self) -> float:
        """When to look again if nothing is published before."""
        return min((source.watch.changes_at() for source in self._sources.values()), default=math.inf)

    def bars(self, wanted: Iterable[Resource], now: float) -> Violated | None:
        """The violation for which a run that needs `wanted` may not begin; None if none."""
        if self.rule.then == "warn":
            return None
        wanted = tuple(wanted)
        for violated in (*self.latched(now), *self.measured(now)):
            if _overlap(violated.bars, wanted):
                return violated
        return None

    def violated(self, now: float) -> bool:
        """Whether anything is, also by a run that has ended."""
        return bool(self.latched(now) or self.measured(now))

    @property
    def idle(self) -> bool:
        """Whether no run goes on."""
        return not self._runs

    @property
    def left(self) -> list[tuple[frozenset[Resource], Violated]]:
        """What ended runs left violated, each with what its run held."""
        return list(self._left)

    def restore(self, held: frozenset[Resource], violated: Violated) -> None:
        """A run of an earlier bench left this violated."""
        self._left.append((held, violated))

    def release(self, seen: Collection[Violated]) -> None:
        """A person has looked: these, which were latched, do not count any more."""
        self._left = [one for one in self._left if one[1] not in seen]
        if not self._concerned(_NOBODY):
            self._sources.pop(_NOBODY, None)

    def latched(self, now: float) -> list[Violated]:
        """What ended runs left violated: nobody measures it, and only a person can release it."""
        nobody = None if self._concerned(_NOBODY) else self._violated(_NOBODY, now)
        return [*(left for _, left in self._left), *([] if nobody is None else [nobody])]

    def measured(self, now: float) -> list[Violated]:
        """What is violated and would be seen to be right again: by a run that goes on, or in the room."""
        names = [name for name in self._sources if name != _NOBODY or self._concerned(name)]
        return [violated for name in names if (violated := self._violated(name, now)) is not None]

    def _violated(self, name: str, now: float) -> Violated | None:
        source = self._sources.get(name)
        return None if source is None else source.violated(now)

    def last(self) -> tuple[float | None, str] | None:
        """The last value heard, with its unit; None while nobody publishes the quantity."""
        heard = [
            (source.watch.last, source.unit) for name, source in self._sources.items() if name != _NOBODY
        ]
        if not heard:
            return None
        (_, value), unit = max(heard, key=lambda one: one[0][0])
        return value, unit

    def _concerned(self, source: str) -> list[WatchedRun]:
        if self._named:
            return [run for run in self._runs.values() if run.uses(self._named)]
        if source == _ROOM:
            return list(self._runs.values())
        return [self._runs[source]] if source in self._runs else []


def _meet(mine: Iterable[Resource], theirs: Iterable[Resource]) -> bool:
    """Whether two sets of resources are not independent."""
    theirs = tuple(theirs)
    return any(one.conflicts_with(other) for one in mine for other in theirs)


def _overlap(barred: frozenset[Resource] | None, wanted: Iterable[Resource]) -> bool:
    return barred is None or _meet(barred, wanted)
