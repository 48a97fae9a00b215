"""A sweep as a trigger model: output on, each level measured, output off (2461 manual p. 6-124 to 6-126)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450.ranges import TABLES
from simulators.instruments.keithley.source_meter.ranges import index_for

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

RANGE_TYPES = ("AUTO", "BEST", "FIXed")


@dataclass(frozen=True, slots=True)
class Sweep:
    """Levels to source with `function`; `delay_s` comes on top of the source delay."""

    function: str
    levels: list[float]
    delay_s: float
    count: int
    range_type: str
    abort_at_limit: bool
    buffer: str

    def run(self, unit: Keithley2450) -> None:
        """Do it now. The output is off at the end, the level stays the last one (from memory)."""
        settings = unit.settings
        buffer = unit.buffers[self.buffer]
        if settings.function != self.function:
            settings.function = self.function
            settings.output = False
            unit.settings_changed()
        source = settings.source[self.function]
        table = TABLES[self.function]
        if self.range_type == "BEST":
            source.range_index = _index(self.function, max(map(abs, self.levels)))
        first = True
        for level in self.levels * self.count:
            if self.range_type == "AUTO":
                source.range_index = _index(self.function, abs(level))
            highest = table[source.range_index].largest_level
            source.level = math.copysign(min(abs(level), highest), level)
            unit.fit_limit_to_source_range(self.function)
            settings.output = True
            unit.settings_changed()
            if first:
                unit.note_interlock()
            reading = unit.acquisition.take(self.delay_s)
            unit.acquisition.store(reading, buffer, first=first)
            first = False
            if reading.limited and self.abort_at_limit:
                break
        settings.output = False
        unit.settings_changed()


def linear(start: float, stop: float, points: int) -> list[float]:
    """So many equidistant levels, both ends included."""
    return [start + (stop - start) * number / (points - 1) for number in range(points)]


def levels_by_step(start: float, stop: float, step: float) -> list[float]:
    """Levels from start, a step apart, not beyond stop."""
    steps = math.floor(abs(stop - start) / step + 1e-9)
    return [start + math.copysign(step * number, stop - start) for number in range(steps + 1)]


def _index(function: str, level: float) -> int:
    index = index_for(TABLES[function], level)
    assert index is not None  # the sweep commands' limits are those of the highest range
    return index
