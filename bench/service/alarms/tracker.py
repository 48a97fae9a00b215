"""One alarm rule on one stream of values: the judge of interlocks, on the computer's own time."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from bench.core import wall
from bench.runs.interlocks.wording import violated
from bench.safety.threshold import Threshold
from bench.safety.watch import Violation, Watch, number_of
from bench.service.alarms.board import Raised
from bench.service.alarms.load import Rule


class Tracker:
    """Fed in the thread that published a value, looked at in another. `over` is set when no value follows.

    Raises QuantityError where the limit of the rule cannot be compared with `unit`.
    """

    def __init__(self, rule: Rule, threshold: Threshold, unit: str, *, run: int | None, whose: str) -> None:
        self.key = f"quantity:{rule.name}:{'room' if run is None else run}"
        self.over = False
        self._rule = rule
        self._threshold = threshold
        self._unit = unit
        self._run = run
        self._whose = whose
        self._condition = threshold.condition(unit)
        self._mutex = threading.Lock()  # held for a few instructions, never across a wait
        self._watch = Watch(self._condition, wall.now())
        self._worst: float | None = None  # of the excursion that goes on, or of the last
        self._latest: Violation | None = None
        self._told: Violation | None = None

    def feed(self, value: object) -> None:
        """A value; one that is no finite number changes nothing."""
        number = number_of(value)
        with self._mutex:
            now = wall.now()
            if number is not None and self._condition.beyond(number):
                self._watch.look(now)  # whether the excursion before is over by now
                self._worst = number if self._watch.calm else self._worse(self._worst, number)
            violation = self._watch.feed(now, number)
            if violation is not None:
                self._latest = violation  # also if it is over when somebody looks

    def rest(self) -> None:
        """No value is expected from now on: silence does not count."""
        with self._mutex:
            self._watch.rest()

    def look(self) -> tuple[Raised | None, bool]:
        """What is, or since this was last asked was, newly wrong; and whether it is right (again)."""
        with self._mutex:
            now = wall.now()
            violation = self._watch.look(now)
            latest, told = violation or self._latest, self._told
            self._told = latest
            found = None if latest is None or latest is told else self._raised(latest, now)
            return found, violation is None or self.over

    def _worse(self, one: float | None, other: float) -> float:
        if one is None:
            return other
        return max(one, other) if self._threshold.comparison == "above" else min(one, other)

    def _raised(self, violation: Violation, now: float) -> Raised:
        shown = violation if violation.silence else replace(violation, value=self._worst)
        since = wall.utc() - timedelta(seconds=now - violation.since)
        text = violated(self._threshold, self._whose, shown, self._unit, since)
        return Raised(self.key, self._rule.name, self._rule.severity, text, self._rule.guidance, self._run)
