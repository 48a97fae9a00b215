"""The current ranges of a Model 6220 or 6221 with their limits of error, as data.

Source: SPEC-6220/6221 of 1/17/05 Rev. B (1 year, 23 C +- 5 C): accuracy and resolution; 105 % of every range
can be programmed. The source's own noise is not simulated: that of the nanovoltmeter stands above it.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.noise import between


class CurrentRange(NamedTuple):
    """|error| <= relative * level + offset; levels come in steps of `step`. All in A."""

    full_scale: float
    relative: float
    offset: float
    step: float

    @property
    def largest_level(self) -> float:
        """The largest level on this range."""
        return round(self.full_scale * 1.05, 15)


RANGES = (
    CurrentRange(2e-9, 0.004, 2e-12, 100e-15),
    CurrentRange(20e-9, 0.003, 10e-12, 1e-12),
    CurrentRange(200e-9, 0.003, 100e-12, 10e-12),
    CurrentRange(2e-6, 0.001, 1e-9, 100e-12),
    CurrentRange(20e-6, 0.0005, 10e-9, 1e-9),
    CurrentRange(200e-6, 0.0005, 100e-9, 10e-9),
    CurrentRange(2e-3, 0.0005, 1e-6, 100e-9),
    CurrentRange(20e-3, 0.0005, 10e-6, 1e-6),
    CurrentRange(100e-3, 0.001, 50e-6, 10e-6),
)
LARGEST_A = RANGES[-1].largest_level
OVERSHOOT_V = 2.0
"""On a step the output may pass its compliance by so much (reference manual p. 3-3)."""


def index_for(level_A: float) -> int:
    """The lowest range that takes this level, which is within the limits of the instrument."""
    return next(i for i, one in enumerate(RANGES) if abs(level_A) <= one.largest_level * (1 + 1e-9))


class Calibration:
    """The errors of one unit, each uniform within its published limit."""

    def __init__(self, seed: int, name: str) -> None:
        self.gain = tuple(
            between(seed, f"{name}/{one.full_scale:g}/gain", -one.relative, one.relative) for one in RANGES
        )
        self.offset_A = tuple(
            between(seed, f"{name}/{one.full_scale:g}/offset", -one.offset, one.offset) for one in RANGES
        )
        self.overshoot_V = between(seed, f"{name}/overshoot", 0.5, OVERSHOOT_V)
        self._compliance_gain = between(seed, f"{name}/compliance/gain", -0.001, 0.001)
        self._compliance_offset = between(seed, f"{name}/compliance/offset", -1.0, 1.0)

    def delivered(self, index: int, level_A: float) -> float:
        """What flows when this level is programmed on this range."""
        step = RANGES[index].step
        return round(level_A / step) * step * (1 + self.gain[index]) + self.offset_A[index]

    def limit_V(self, compliance_V: float) -> float:
        """Where it really limits: 0.1 % + 20 mV up to 20 V, 0.1 % + 100 mV above."""
        largest_V = 0.02 if compliance_V <= 20 else 0.1
        return compliance_V * (1 + self._compliance_gain) + largest_V * self._compliance_offset
