"""Watches what runs publish: a row is compared in the thread of its run, and nothing more is done there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.core import wall
from bench.core.errors import QuantityError
from bench.core.quantities import parse_quantity
from bench.service.alarms.board import Raised
from bench.service.alarms.load import Rule
from bench.service.feed.hub import GoingRun

SETTLE_S = 60.0
"""So long a value has to be within its limit until an alarm is over, or for `for` if that is longer."""


@dataclass
class Tracker:
    """One rule on one run. `worst` is the value furthest beyond the limit since that was last asked."""

    rule: Rule
    run: GoingRun
    limit: float
    unit: str
    since: float | None = None
    worst: float | None = None
    over: bool = False
    """The run has ended."""
    _short: bool = field(default=False, repr=False)
    _within: float = -math.inf

    @property
    def key(self) -> str:
        """Of its alarm."""
        return f"quantity:{self.rule.name}:{self.run.key}"

    def feed(self, value: Any) -> None:
        """A value; one that is no finite number changes nothing."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return
        above = self.rule.comparison == "above"
        if (value > self.limit) if above else (value < self.limit):
            if self.since is None:
                self.since = wall.now()
                self._short = self.rule.for_s <= 0.0  # at once, also if it is over when somebody looks
            if self.worst is None or ((value > self.worst) if above else (value < self.worst)):
                self.worst = float(value)
        elif self.since is not None:
            self.since, self._within = None, wall.now()

    @property
    def right(self) -> bool:
        """Whether it is over: not for a value that trembles around the limit."""
        settled = wall.now() - self._within >= max(self.rule.for_s, SETTLE_S)
        return self.over or (self.since is None and settled)

    def found(self) -> Raised | None:
        """What is wrong now, or was since this was last asked and counts at once."""
        lasts = self.since is not None and wall.now() - self.since >= self.rule.for_s
        if not lasts and not self._short:
            return None
        self._short = False
        worst, self.worst = self.worst, None
        rule = self.rule
        text = (
            f"{rule.column} of run #{self.run.key} is {rule.comparison} {rule.limit}"
            f"{'' if isinstance(rule.limit, str) else f' {self.unit}'}: {worst!r} {self.unit}"
        )
        return Raised(self.key, rule.name, rule.severity, text.strip(), rule.guidance, self.run.key)


class Quantities:
    """The trackers of all runs. `began` and `row` are called in the threads of runs."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [rule for rule in rules if rule.column is not None]
        self._trackers: dict[int, list[Tracker]] = {}
        self.mistakes: list[Raised] = []

    def began(self, run: GoingRun) -> None:
        """A run begins: rules that look at one of its columns."""
        found = []
        for rule in self._rules:
            if rule.column is None or rule.column not in run.units:
                continue
            if (rule.instrument or "") not in ("", *run.instruments):
                continue
            unit = run.units[rule.column]
            try:
                found.append(Tracker(rule, run, parse_quantity(rule.limit, unit), unit))
            except QuantityError as error:
                text = f"rule '{rule.name}' cannot watch '{rule.column}' in {unit or 'no unit'}: {error.what}"
                self.mistakes.append(Raised(f"rule:{rule.name}", rule.name, "warning", text, lasting=False))
        if found:
            self._trackers[run.key] = found

    def row(self, run: GoingRun, row: Mapping[str, Any]) -> None:
        """One row."""
        for tracker in self._trackers.get(run.key, ()):
            tracker.feed(row.get(tracker.rule.column or ""))

    def ended(self, run: GoingRun) -> None:
        """It publishes no more."""
        for tracker in self._trackers.get(run.key, ()):
            tracker.over = True

    def look(self) -> tuple[list[Raised], list[str]]:
        """What is wrong now, and the keys of what is not (any more)."""
        wrong, right = list(self.mistakes), []
        self.mistakes.clear()
        for key, trackers in tuple(self._trackers.items()):
            for tracker in trackers:
                found = tracker.found()
                if found is not None:
                    wrong.append(found)
                if tracker.right:  # of a run that has just ended both: raised, and over
                    right.append(tracker.key)
            if all(tracker.over for tracker in trackers):
                del self._trackers[key]
        return wrong, right
