"""What an instrument hands back: a value with everything needed to judge it later."""

from __future__ import annotations

import math
from dataclasses import dataclass

OVERFLOW = 9.9e37
"""SCPI-1999 vol. 1, 7.2.1: 9.9E37 is "infinity"; 9.91E37 is "not a number"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value.

    `value` is in `unit`, or None where the instrument sent a sentinel (then `overload` is set): a sentinel
    is never a number. `time` is the bench clock in seconds at the end of the conversion as the PC saw it.
    `range` is the full scale in `unit`, None where unknown. `in_compliance` says that the source had hit
    its limit, so the value is the limit's doing and not the specimen's. `raw` is the field as sent.
    """

    value: float | None
    unit: str
    time: float
    range: float | None = None
    in_compliance: bool = False
    overload: bool = False
    raw: str = ""

    @property
    def usable(self) -> bool:
        """True if the value may enter a fit: a number, not overloaded, not clamped by compliance."""
        return self.value is not None and not self.overload and not self.in_compliance


@dataclass(frozen=True, slots=True)
class SourceMeterReading:
    """Voltage across and current through the specimen, measured together by a source meter."""

    voltage: Reading
    current: Reading

    @property
    def time(self) -> float:
        """Bench clock in seconds at the end of the conversion."""
        return self.voltage.time

    @property
    def in_compliance(self) -> bool:
        """True if the source was at its limit for this reading."""
        return self.voltage.in_compliance or self.current.in_compliance

    @property
    def usable(self) -> bool:
        """True if both values may enter a fit."""
        return self.voltage.usable and self.current.usable


@dataclass(frozen=True, slots=True)
class DeltaReading:
    """A voltage that reverses with the current: (-1)^n (V1 - 2 V2 + V3)/4 of three successive conversions.

    `voltage` belongs to `current_A`, half the difference between the two levels. A constant thermal EMF, the
    meter's offset and any drift linear in time have cancelled; gain errors have not. `number` counts from
    1 since the start and has gaps where readings were not fetched, `seconds` is the instrument's own time.

    Successive readings share conversions: neighbours correlate by 2/3, next but one by 1/6. So the variance
    of a mean of many successive readings is their scatter s^2/N times DELTA_MEAN_VARIANCE, not s^2/N.
    """

    voltage: Reading
    current_A: float
    number: int
    seconds: float

    @property
    def time(self) -> float:
        """Bench clock in seconds when the reading was fetched."""
        return self.voltage.time

    @property
    def usable(self) -> bool:
        """True if the voltage may enter a fit or a mean."""
        return self.voltage.usable


DELTA_MEAN_VARIANCE = 1 + 2 * (2 / 3 + 1 / 6)
"""Ratio of the variance of a mean of many successive delta readings to s^2/N (8/3)."""


def is_sentinel(number: float) -> bool:
    """True for SCPI overflow, NaN sentinels of either sign, and anything not finite."""
    return not math.isfinite(number) or abs(number) >= OVERFLOW * 0.999
