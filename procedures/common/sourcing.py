"""What procedures that source a current have in common: polarities, ranges, and which readings count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from bench.core.quantities import format_quantity

if TYPE_CHECKING:
    from bench.core.readings import SourceMeterReading

ORDER = (1, -1, -1, 1)
"""Polarities of one reversal group: constant and linear drift cancel."""


def smallest_range(ranges: Sequence[float], needed: float, unit: str, *, instrument: str) -> float:
    """The smallest full scale that holds `needed`. Raises MeasurementError if none does."""
    for full_scale in sorted(ranges):
        if full_scale >= needed * (1 - 1e-9):
            return full_scale
    raise MeasurementError(
        f"{format_quantity(needed, unit)} is beyond the largest range, {format_quantity(max(ranges), unit)}",
        instrument=instrument,
        state="the output is off",
        remedy="ask for a lower current or voltage, or use another meter",
    )


def volt_ampere(reading: SourceMeterReading) -> tuple[float, float] | None:
    """Voltage and current of a usable reading, None for any other."""
    voltage, current = reading.voltage.value, reading.current.value
    if not reading.usable or voltage is None or current is None:
        return None
    return voltage, current
