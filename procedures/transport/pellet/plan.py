"""What is sourced, and in which order: currents within every limit, ranges fixed for a whole sweep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from procedures.common.sourcing import ORDER, smallest_range

if TYPE_CHECKING:
    from bench.core.roles import SourceMeter

HEADROOM = 0.9
"""Part of the compliance that a planned current may use; the rest is for EMF and what the probe got wrong."""
RANGE_MARGIN = 1.1
"""A range is chosen for this multiple of what is expected on it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of the measurement: magnitudes, in A, V and W/m3."""

    current_A: float
    voltage_V: float
    power_density_W_per_m3: float

    def largest_current_A(self, ohm: float, volume_m3: float) -> float:
        """The highest current that keeps all three with a specimen of `ohm` and `volume_m3`.

        The power is counted as if all of it were released in the bulk, I^2 R/(A L).
        """
        ohm = max(ohm, 1e-12)
        heat_A = math.sqrt(self.power_density_W_per_m3 * volume_m3 / ohm)
        return min(self.current_A, HEADROOM * self.voltage_V / ohm, heat_A)


@dataclass(frozen=True, slots=True)
class Probed:
    """What the probe found: an upper estimate of the resistance, the EMF, and the range it was read on.

    `delay_s` is what the voltage took to be steady to a few percent; `settled` is False where it never was.
    """

    ohm: float
    emf_V: float
    voltage_range_V: float
    delay_s: float
    settled: bool = True


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """One specimen's sweep: highest current, and the ranges it fits on (voltage None: the compliance's)."""

    max_A: float
    current_range_A: float
    voltage_range_V: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One reading of a sweep: which pass and group it belongs to, and the current to set."""

    number: int
    group: int
    level_A: float


def plan_sweep(found: Probed, volume_m3: float, bounds: Bounds, meter: SourceMeter) -> SweepPlan:
    """Current and ranges for what the probe found."""
    max_A = bounds.largest_current_A(found.ohm, volume_m3)
    needed_V = RANGE_MARGIN * (max_A * found.ohm + abs(found.emf_V))
    below = [
        full_scale
        for full_scale in meter.voltage_ranges_V()
        if needed_V <= full_scale < found.voltage_range_V
    ]
    return SweepPlan(
        max_A=max_A,
        current_range_A=smallest_range(meter.current_ranges_A(), max_A, "A", instrument=meter.name),
        voltage_range_V=min(below, default=None),
    )


def sweep_steps(max_A: float, levels: int, passes: int) -> Iterator[Step]:
    """All readings of a sweep: in each pass one reversal group at each of `levels` equal steps of |I|.

    Every second pass runs the levels downwards and starts with the other polarity, so that what goes on
    slowly over the sweep is not taken for a dependence on the level.
    """
    group = 0
    for number in range(passes):
        down = number % 2 == 1
        for index in range(levels, 0, -1) if down else range(1, levels + 1):
            for sign in ORDER:
                yield Step(number, group, (-sign if down else sign) * max_A * index / levels)
            group += 1
