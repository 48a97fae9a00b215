"""Measures what is between the tips: nothing, tip on tip, or a particle."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from procedures.common.output import off_afterwards
from procedures.common.settling import READINGS, Block, agree, block
from procedures.common.sourcing import ORDER, smallest_range, volt_ampere
from procedures.transport.particle.columns import OPEN, RANGE, SETTLE, SHORT, SWEEP, WINDOW

if TYPE_CHECKING:
    from bench.core.roles import SourceMeter
    from procedures.common.source_taker import ReadingTaker

CORRECTION_GROUPS = 5
DOUBLINGS = 8
"""How often the source delay may be doubled before the particle is flagged as not settled."""
RANGE_MARGIN = 1.2
"""A current range is chosen for this multiple of what is expected on it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Highest voltage of the sweep and of the window in V, highest current in A and power in W."""

    sweep_V: float
    window_V: float
    current_A: float
    power_W: float


@dataclass(frozen=True, slots=True)
class Settling:
    """The delay found and whether the current was settled with it; `sweep_V` is what the sweep went up to."""

    delay_s: float
    settled: bool
    sweep_V: float

    def as_json(self) -> dict[str, float | bool]:
        """As kept in the fact "settling"."""
        return {"delay_s": self.delay_s, "settled": self.settled, "sweep_V": self.sweep_V}


class BetweenTips:
    """One meter at the tips. Every method leaves level zero and output off, whatever happens."""

    def __init__(self, taker: ReadingTaker, meter: SourceMeter, bounds: Bounds, delay_s: float) -> None:
        self._taker = taker
        self._meter = meter
        self._bounds = bounds
        self._delays_s = [delay_s * 2**number for number in range(DOUBLINGS + 1)]

    def measure_open(self) -> None:
        """Leakage at the highest voltage of the run, on the lowest current range that holds it."""
        meter, bounds = self._meter, self._bounds
        self._taker.set_delay(self._delays_s[0])
        self._taker.read_ambient()
        with off_afterwards(meter):
            for range_A in self._current_ranges():
                self._source(bounds.sweep_V, range_A, range_A)
                usable = True
                for group in range(CORRECTION_GROUPS):
                    for sign in ORDER:
                        reading = self._taker.voltage(sign * bounds.sweep_V, OPEN, group=group)
                        usable = usable and reading.usable
                if usable:
                    return

    def measure_short(self) -> None:
        """Series resistance with the tips on each other, at the highest current of the run."""
        meter, level_A = self._meter, self._bounds.current_A
        with off_afterwards(meter):
            range_A = smallest_range(meter.current_ranges_A(), level_A, "A", instrument=meter.name)
            meter.source_current(range_A=range_A, compliance_V=max(self._bounds.sweep_V, 0.02))
            meter.set_output(True)
            for group in range(CORRECTION_GROUPS):
                for sign in ORDER:
                    self._taker.current(sign * level_A, SHORT, group=group)

    def measure_particle(self, particle: str, *, levels: int, passes: int, points: int) -> Settling:
        """Window, then sweep, each on ranges of its own that hold all of it."""
        bounds = self._bounds
        self._taker.read_ambient()
        self._taker.set_delay(self._delays_s[0])
        with off_afterwards(self._meter):
            self._range_for(bounds.window_V, particle)
            settling = self._settle(bounds.window_V, particle)
            self._taker.set_delay(settling.delay_s)
            for number, group, level_V in window_levels(bounds.window_V, levels, passes):
                self._taker.voltage(level_V, WINDOW, specimen=particle, number=number, group=group)
            highest_A = self._range_for(settling.sweep_V, particle)
            sweep_V = _within_power(settling.sweep_V, highest_A, bounds.power_W)
            for number, level_V in sweep_levels(sweep_V, points):
                self._taker.voltage(level_V, SWEEP, specimen=particle, number=number)
        return Settling(settling.delay_s, settling.settled, sweep_V)

    def _range_for(self, level_V: float, particle: str) -> float:
        """Source this voltage on the current range that it needs, found on the compliance's; that current.

        From the window, the power at the highest voltage is foreseen: the voltage approaches by halves.
        """
        meter, highest_A = self._meter, self._bounds.current_A
        limit_A = smallest_range(meter.current_ranges_A(), highest_A, "A", instrument=meter.name)
        self._source(level_V, highest_A, limit_A)
        found_A = 0.0
        for part in (0.25, 0.5, 1.0):
            both = [
                self._taker.voltage(sign * part * level_V, RANGE, specimen=particle).current
                for sign in (1, -1)
            ]
            found_A = max(abs(one.value) if one.value is not None else highest_A for one in both)
            if any(not one.usable for one in both) or found_A * part * level_V > self._bounds.power_W:
                break
        needed_A = min(RANGE_MARGIN * found_A / part, limit_A)
        range_A = smallest_range(meter.current_ranges_A(), needed_A, "A", instrument=meter.name)
        self._source(level_V, min(highest_A, 1.05 * range_A), range_A)
        return found_A / part

    def _source(self, level_V: float, compliance_A: float, range_A: float) -> None:
        meter = self._meter
        range_V = smallest_range(meter.voltage_ranges_V(), level_V, "V", instrument=meter.name)
        meter.source_voltage(range_V=range_V, compliance_A=compliance_A, current_range_A=range_A)
        meter.set_output(True)

    def _current_ranges(self) -> list[float]:
        """Those that may be used, ascending."""
        ranges = self._meter.current_ranges_A()
        highest = max(self._bounds.current_A, min(ranges))
        return [one for one in ranges if one <= highest]

    def _settle(self, level_V: float, particle: str) -> Settling:
        # The first block has to follow a reversal like all others: one reading of the other polarity first.
        self._taker.voltage(-level_V, SETTLE, specimen=particle)
        delay_s = self._delays_s[0]
        before = self._block(level_V, delay_s, particle, 1)
        for group, twice_s in enumerate(self._delays_s[1:], 2):
            after = self._block(level_V, twice_s, particle, group)
            if before is None or after is None:
                break
            if agree(before, after):
                return Settling(delay_s, True, self._bounds.sweep_V)
            before, delay_s = after, twice_s
        return Settling(delay_s, False, self._bounds.sweep_V)

    def _block(self, level_V: float, delay_s: float, particle: str, group: int) -> Block | None:
        """Alternating readings of I against V (a conductance in place of a resistance); None if unusable."""
        self._taker.set_delay(delay_s)
        sign = 1 if group % 2 else -1  # a block has an odd number of readings and ends as it began
        found = []
        for _ in range(READINGS):
            reading = self._taker.voltage(sign * level_V, SETTLE, specimen=particle, group=group)
            found.append(volt_ampere(reading))
            sign = -sign
        pairs = [pair for pair in found if pair is not None]
        if len(pairs) < READINGS:
            return None
        return block([ampere for _, ampere in pairs], [volt for volt, _ in pairs])


def window_levels(highest_V: float, levels: int, passes: int) -> Iterator[tuple[int, int, float]]:
    """(pass, group, voltage): in each pass one reversal group + - - + at each of `levels` steps of |V|."""
    group = 0
    for number in range(passes):
        down = number % 2 == 1
        for index in range(levels, 0, -1) if down else range(1, levels + 1):
            for sign in ORDER:
                yield number, group, (-sign if down else sign) * highest_V * index / levels
            group += 1


def sweep_levels(highest_V: float, points: int) -> Iterator[tuple[int, float]]:
    """(direction, voltage): from -V up to +V in `points` steps, and back down; never a jump to an end."""
    half = max(points // 2, 1)
    for k in range(1, half):
        yield 1, -highest_V * k / half  # downwards from zero to the start
    for k in range(-half, half + 1):
        yield 0, highest_V * k / half
    for k in range(half, -half - 1, -1):
        yield 1, highest_V * k / half
    for k in range(half - 1, 0, -1):
        yield 0, -highest_V * k / half  # and home again


def _within_power(highest_V: float, current_A: float, power_W: float) -> float:
    """The voltage that keeps V*I, with a current in proportion, below the power."""
    power = highest_V * current_A
    return highest_V if power <= power_W else highest_V * math.sqrt(power_W / power)
