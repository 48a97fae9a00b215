"""Takes single readings of a specimen with a source meter and stores each, usable or not, as a row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from procedures.common.accuracy import AccuracyNotes

if TYPE_CHECKING:
    from bench.core.readings import SourceMeterReading
    from bench.core.roles import SourceMeter
    from bench.runs.columns import Value
    from bench.runs.context import RunContext


class ReadingTaker:
    """One meter in one run: sets a level, measures, and stores the row.

    Also keeps what goes with every row (source delay, last ambient temperature) and hands the published
    accuracy of each range that was used to the analysis (fact "accuracy"). `specimen` names the column that
    says what was measured.
    """

    def __init__(self, context: RunContext, meter: SourceMeter, specimen: str = "Pellet") -> None:
        self._context = context
        self._meter = meter
        self._specimen = specimen
        self.delay_s = math.nan
        self._temperature_K: float | None = None
        self._accuracy = AccuracyNotes(context, meter)
        self.count = 0

    def set_delay(self, seconds: float) -> None:
        """Wait so long between a change of the source and the conversion."""
        if seconds != self.delay_s:
            self._meter.set_source_delay(seconds)
            self.delay_s = seconds

    def read_ambient(self) -> None:
        """Read the room; the value goes with the rows that follow."""
        reading = self._context.ambient()
        self._temperature_K = None if reading.overload else reading.value

    def current(
        self, level_A: float, phase: str, *, specimen: str = "", number: int = 0, group: int = 0
    ) -> SourceMeterReading:
        """One reading with `level_A` sourced."""
        place: dict[str, Value] = {"Phase": phase, self._specimen: specimen, "Pass": number, "Group": group}
        return self._take(level_A, {**place, "Set current": level_A, "Set voltage": None})

    def voltage(
        self, level_V: float, phase: str, *, specimen: str = "", number: int = 0, group: int = 0
    ) -> SourceMeterReading:
        """One reading with `level_V` sourced."""
        place: dict[str, Value] = {"Phase": phase, self._specimen: specimen, "Pass": number, "Group": group}
        return self._take(level_V, {**place, "Set current": None, "Set voltage": level_V})

    def _take(self, level: float, row: Mapping[str, Value]) -> SourceMeterReading:
        self._meter.set_level(level)
        reading = self._meter.measure()
        self._accuracy.note(reading.voltage)
        self._accuracy.note(reading.current)
        self.count += 1
        self._context.measure(
            {
                **row,
                "Voltage": reading.voltage.value,
                "Current": reading.current.value,
                "Voltage range": reading.voltage.range,
                "Current range": reading.current.range,
                "Compliance": reading.in_compliance,
                "Voltage overload": reading.voltage.overload,
                "Current overload": reading.current.overload,
                "Source delay": self.delay_s,
                "Temperature": self._temperature_K,
            }
        )
        return reading
