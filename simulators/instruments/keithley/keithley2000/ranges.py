"""The DC voltage ranges of a Model 2000 with their limits of error and noise, as data.

Limits: the sheet of the Model 2016 (Rev. D, 1 year, 23 C +- 5 C), whose volts the 2000 shares (from memory);
they hold at 10 power-line cycles. Noise, over-range and autozero: data sheet of the Model 2000, DC operating
characteristics: on the 10 V range 1.5 uV at 10 cycles, 4 uV at 1, 22 uV at 0.1, 150 uV at 0.01; taken as the
same part of every other range (our choice).
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple


class VoltageRange(NamedTuple):
    """|error| <= relative * value + part * full_scale."""

    full_scale: float
    relative: float
    part: float
    largest_reading: float

    @property
    def offset(self) -> float:
        """The constant part of the limit, in volts."""
        return self.part * self.full_scale

    def noise_V(self, nplc: float) -> float:
        """Standard deviation of a reading: the published points, interpolated in logarithms."""
        return self.full_scale / 10.0 * _noise_10V(nplc)


RANGES = (
    VoltageRange(0.1, 50e-6, 35e-6, 0.12),
    VoltageRange(1.0, 30e-6, 7e-6, 1.2),
    VoltageRange(10.0, 30e-6, 5e-6, 12.0),
    VoltageRange(100.0, 45e-6, 6e-6, 120.0),
    VoltageRange(1000.0, 45e-6, 6e-6, 1010.0),
)
_NOISE_10V = ((0.01, 150e-6), (0.1, 22e-6), (1.0, 4e-6), (10.0, 1.5e-6))


def _noise_10V(nplc: float) -> float:
    for (low, much), (high, little) in itertools.pairwise(_NOISE_10V):
        if nplc <= high:
            part = math.log(nplc / low) / math.log(high / low)
            return much * math.exp(part * math.log(little / much))
    return _NOISE_10V[-1][1]


def index_for(magnitude: float) -> int:
    """The lowest range that shows this voltage; the highest if none does."""
    for index, one in enumerate(RANGES):
        if magnitude <= one.largest_reading * (1 + 1e-9):
            return index
    return len(RANGES) - 1
