"""A delta test in progress: reverses the current, has the nanovoltmeter convert, forms readings of three.

It runs beside the messages. Whatever was due by the time of a message is worked out when the message comes;
since physics is a function of time, that is the same as if it had been done then. Of a long test that nobody
has asked about, what can no longer be asked for is left out.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

OVERFLOW = 9.9e37
NOT_A_NUMBER = 9.91e37
OVERHEAD_s = 2.17e-3
"""Each conversion, besides delay and integration: 24 reversals a second at 1 PLC, 60 Hz, 2 ms (SPEC-622x)."""
START_s = 1.2
"""From INITiate to the first reversal: about two seconds to the first reading were seen on a real one."""
ARM_s = 0.9
"""The meter is set up by RS-232: about a second was seen on a real one."""


class Conversion(NamedTuple):
    """What the nanovoltmeter showed, at which level, and whether the source was limited then."""

    volts: float
    level_A: float
    limited: bool
    overflows: bool
    corrupt: bool
    end: float


class DeltaReading(NamedTuple):
    """One reading: volts before the unit is applied, seconds since the first, count from 1."""

    volts: float
    seconds: float
    number: int
    level_A: float
    limited: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What was armed. `count` readings, or math.inf; the period is of one conversion."""

    high_A: float
    low_A: float
    delay_s: float
    count: float
    abort_in_compliance: bool
    integration_s: float
    memory: int
    """How many of the last readings can still be asked for."""

    @property
    def period_s(self) -> float:
        """From one reversal to the next."""
        return self.delay_s + self.integration_s + OVERHEAD_s


class DeltaRun:
    """One test from INITiate on. `convert(level, reversal, start)` does one conversion."""

    def __init__(
        self,
        plan: Plan,
        begin: float,
        convert: Callable[[float, float, float], Conversion],
        store: Callable[[DeltaReading], None],
    ) -> None:
        self.plan = plan
        self.finished = False
        self.aborted_in_compliance = False
        self._begin = begin
        self._convert = convert
        self._store = store
        self._done = 0
        self._recent: deque[Conversion] = deque(maxlen=3)

    def advance(self, time: float) -> None:
        """Do all conversions that end at `time` or before."""
        if time < self._begin:
            return
        period_s = self.plan.period_s
        due = math.floor((time - self._begin) / period_s + 1e-9)
        if due - self._done > self.plan.memory + 3 and not math.isfinite(self.plan.count):
            self._done = due - self.plan.memory - 3
            self._recent.clear()
        while not self.finished and self._done < due:
            reversal = self._begin + self._done * period_s
            level_A = self.plan.low_A if self._done % 2 else self.plan.high_A
            self._recent.append(self._convert(level_A, reversal, reversal + self.plan.delay_s))
            self._done += 1
            if len(self._recent) == 3:
                self._form()

    def _form(self) -> None:
        first, middle, last = self._recent
        sign = 1 if self._done % 2 else -1
        volts = sign * (first.volts - 2 * middle.volts + last.volts) / 4
        if any(one.overflows for one in self._recent):
            volts = OVERFLOW
        if any(one.corrupt for one in self._recent):
            volts = NOT_A_NUMBER
        limited = any(one.limited for one in self._recent)
        number = self._done - 2
        seconds = (number - 1) * self.plan.period_s
        self._store(DeltaReading(volts, seconds, number, last.level_A, limited))
        if limited and self.plan.abort_in_compliance:
            self.finished = self.aborted_in_compliance = True
        if number >= self.plan.count:
            self.finished = True
