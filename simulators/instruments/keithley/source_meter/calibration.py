"""The errors of this very unit: a gain and an offset error for each range and function, from the seed.

Each is uniform within the published one-year limit of the model's ranges: the unit is in specification, and
nobody knows where. Source and meter err independently, so the measured current is not the set one.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.instruments.keithley.source_meter.ranges import Range, Tables
from simulators.noise import between


class Errors(NamedTuple):
    """shown = true * (1 + gain) + offset, or delivered = set * (1 + gain) + offset."""

    gain: float
    offset: float


class Calibration:
    """All errors of one unit. `zero_drift` is per hour without autozero, in units of the range."""

    def __init__(self, seed: int, unit: str, tables: Tables) -> None:
        self.tables = tables
        self.measure: dict[str, tuple[Errors, ...]] = {}
        self.source: dict[str, tuple[Errors, ...]] = {}
        self.zero_drift_per_h: dict[str, tuple[float, ...]] = {}
        for function, table in tables.items():
            self.measure[function] = tuple(
                _draw(seed, f"{unit}/measure/{function}", one, one.measure_relative, one.measure_offset)
                for one in table
            )
            self.source[function] = tuple(
                _draw(seed, f"{unit}/source/{function}", one, one.source_relative, one.source_offset)
                for one in table
            )
            # our choice: without autozero the zero moves by up to a tenth of its limit in an hour
            self.zero_drift_per_h[function] = tuple(
                0.1 * one.measure_offset * between(seed, f"{unit}/drift/{function}/{one.full_scale:g}", -1, 1)
                for one in table
            )

    def delivered(self, function: str, index: int, level: float) -> float:
        """What the source delivers when `level` is programmed on this range."""
        step = self.tables[function][index].source_step
        gain, offset = self.source[function][index]
        return round(level / step) * step * (1 + gain) + offset


def _draw(seed: int, name: str, one: Range, relative: float, offset: float) -> Errors:
    place = f"{name}/{one.full_scale:g}"
    return Errors(
        between(seed, f"{place}/gain", -relative, relative),
        between(seed, f"{place}/offset", -offset, offset),
    )
