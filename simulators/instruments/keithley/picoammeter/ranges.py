"""The current ranges of a Model 6485 or 6487 with their limits of error, as data.

Ranges: Keithley's instrument drivers. Limits (1 year) and noise are from memory: the published table was not
at hand. The zero error is what zero correction takes away: our choice.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.noise import between


class CurrentRange(NamedTuple):
    """|error| <= relative * current + offset, in A, once the zero is corrected."""

    full_scale: float
    relative: float
    offset: float
    noise_A: float

    @property
    def largest_reading(self) -> float:
        """105 %."""
        return self.full_scale * 1.05


RANGES = (
    CurrentRange(2e-9, 0.004, 400e-15, 20e-15),
    CurrentRange(20e-9, 0.004, 1e-12, 100e-15),
    CurrentRange(200e-9, 0.002, 10e-12, 1e-12),
    CurrentRange(2e-6, 0.0015, 100e-12, 10e-12),
    CurrentRange(20e-6, 0.001, 1e-9, 100e-12),
    CurrentRange(200e-6, 0.001, 10e-9, 1e-9),
    CurrentRange(2e-3, 0.001, 100e-9, 10e-9),
    CurrentRange(20e-3, 0.001, 1e-6, 100e-9),
)
ZERO_ERROR = 2e-3
"""Limit of the input's zero, of full scale: one volt for all ranges, so the same part of each."""


def index_for(magnitude: float) -> int:
    """The lowest range that shows this current; the highest if none does."""
    for index, one in enumerate(RANGES):
        if magnitude <= one.largest_reading * (1 + 1e-9):
            return index
    return len(RANGES) - 1


class Calibration:
    """The errors of one unit, each uniform within its limit."""

    def __init__(self, seed: int, name: str) -> None:
        self.gain = tuple(
            between(seed, f"{name}/{one.full_scale:g}/gain", -one.relative, one.relative) for one in RANGES
        )
        self.offset_A = tuple(
            between(seed, f"{name}/{one.full_scale:g}/offset", -one.offset, one.offset) for one in RANGES
        )
        self.zero = between(seed, f"{name}/zero", -ZERO_ERROR, ZERO_ERROR)
