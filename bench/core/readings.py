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


def is_sentinel(number: float) -> bool:
    """True for SCPI overflow, NaN sentinels of either sign, and anything not finite."""
    return not math.isfinite(number) or abs(number) >= OVERFLOW * 0.999
