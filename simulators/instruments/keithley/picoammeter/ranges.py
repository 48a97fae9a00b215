"""The current ranges of a Model 6485 or 6487 with their limits of error, as data.

Ranges: Keithley's instrument drivers. Limits (1 year): those of the 6487 as another program quotes them from
its manual; of the 6485 only the 20 mA range was seen (instruction manual 6485-901-01 p. 15-5, the same in the
6487's, p. 15-5: 0.1 % + 1 uA), its other gains are from memory, like all noise. The zero error is what
zero correction takes away: our choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from simulators.noise import between

Model = Literal["6485", "6487"]


class CurrentRange(NamedTuple):
    """|error| <= relative (see RELATIVE) * current + offset, in A, once the zero is corrected."""

    full_scale: float
    offset: float
    noise_A: float

    @property
    def largest_reading(self) -> float:
        """105 %."""
        return self.full_scale * 1.05


RANGES = (
    CurrentRange(2e-9, 400e-15, 20e-15),
    CurrentRange(20e-9, 1e-12, 100e-15),
    CurrentRange(200e-9, 10e-12, 1e-12),
    CurrentRange(2e-6, 100e-12, 10e-12),
    CurrentRange(20e-6, 1e-9, 100e-12),
    CurrentRange(200e-6, 10e-9, 1e-9),
    CurrentRange(2e-3, 100e-9, 10e-9),
    CurrentRange(20e-3, 1e-6, 100e-9),
)
RELATIVE: Mapping[Model, tuple[float, ...]] = {
    "6485": (4e-3, 4e-3, 2e-3, 1.5e-3, 1e-3, 1e-3, 1e-3, 1e-3),
    "6487": (3e-3, 2e-3, 1.5e-3, 1.5e-3, 1e-3, 1e-3, 1e-3, 1e-3),
}
"""By model, in the order of RANGES."""
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

    def __init__(self, seed: int, name: str, model: Model) -> None:
        self.gain = tuple(
            between(seed, f"{name}/{one.full_scale:g}/gain", -limit, limit)
            for one, limit in zip(RANGES, RELATIVE[model], strict=True)
        )
        self.offset_A = tuple(
            between(seed, f"{name}/{one.full_scale:g}/offset", -one.offset, one.offset) for one in RANGES
        )
        self.zero = between(seed, f"{name}/zero", -ZERO_ERROR, ZERO_ERROR)
