"""The voltage ranges of a Model 2182A with their limits of error, as data.

Limits after SPEC-2182A (1 year, 23 C +- 5 C, within 1 C of a low-level calibration). Of the sheet (Rev. F,
December 2016) only what others quote of it was at hand: p. 1, the 10 mV range, 50 ppm of reading + 4 ppm of
range, (1 + 0.5) ppm for each degree, 100 nV more without REL (left out: it is a limit of the zero); p. 2,
70 nV (10 mV range) and 300 nV (100 mV range) peak to peak at 1 PLC without filter, taken as 6.6 standard
deviations. The other ranges are *from memory*, their noise one digit of 6 1/2, our choice. Over-range 20 %
(user's manual p. 3-2).
"""

from __future__ import annotations

from typing import NamedTuple


class VoltageRange(NamedTuple):
    """|error| <= relative * value + part * full_scale; `noise_V` is a standard deviation at 1 PLC."""

    full_scale: float
    relative: float
    part: float
    noise_V: float
    per_kelvin: float
    """Change of the gain for each kelvin away from the temperature of the last low-level calibration."""

    @property
    def offset(self) -> float:
        """The constant part of the limit, in volts."""
        return self.part * self.full_scale

    @property
    def largest_reading(self) -> float:
        """Readings beyond this overflow."""
        return 1.2 * self.full_scale


CHANNEL_1 = (
    VoltageRange(0.01, 50e-6, 4e-6, 10.6e-9, 1e-6),
    VoltageRange(0.1, 30e-6, 4e-6, 45.5e-9, 1e-6),
    VoltageRange(1.0, 25e-6, 2e-6, 100e-9, 1e-6),
    VoltageRange(10.0, 25e-6, 2e-6, 1e-6, 1e-6),
    VoltageRange(100.0, 35e-6, 4e-6, 10e-6, 1e-6),
)
CHANNEL_2 = (
    VoltageRange(0.1, 30e-6, 7e-6, 20e-9, 1e-6),
    VoltageRange(1.0, 25e-6, 2e-6, 100e-9, 1e-6),
    VoltageRange(10.0, 25e-6, 2e-6, 1e-6, 1e-6),
)
CHANNELS = {1: CHANNEL_1, 2: CHANNEL_2}


def index_for(table: tuple[VoltageRange, ...], magnitude: float) -> int:
    """The lowest range that shows this voltage; the highest if none does."""
    for index, one in enumerate(table):
        if magnitude <= one.largest_reading * (1 + 1e-9):
            return index
    return len(table) - 1
