"""How the resistance of a mounted specimen changes with time: a linear drift and a flicker, both relative."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulators.noise import between, gaussian

_OCTAVES = range(23)
"""Periods of 1 s, 2 s, 4 s ... 48 days."""
_ADEV_OF_UNIT = 1.42
"""Allan deviation of the unscaled sum of octaves, from 100 s to a day; found by computing it."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """Relative change since mounting: `drift_per_s` (per second) times time, plus flicker noise.

    `flicker` is its relative Allan deviation, the same to a few percent at all averaging times from a minute
    to a day (more where single samples are compared). `seed` and `name` choose the realisation. A pure
    function of time: looking changes nothing.
    """

    drift_per_s: float = 0.0
    flicker: float = 0.0
    seed: int = 0
    name: str = ""

    def factor(self, since_mounted_s: float) -> float:
        """Resistance over the resistance of the fresh specimen without flicker."""
        value = 1.0 + self.drift_per_s * since_mounted_s
        if self.flicker:
            value += self.flicker / _ADEV_OF_UNIT * self._unit(since_mounted_s)
        return value

    def _unit(self, time: float) -> float:
        """One smooth random line an octave, all of the same height: equal power an octave is 1/f."""
        total = 0.0
        for octave in _OCTAVES:
            channel = f"{self.name}/flicker/{octave}"
            position = time / 2.0**octave + between(self.seed, channel, 0.0, 1.0)
            before = math.floor(position)
            part = position - before
            # cosine and sine: the variance is the same between the knots as on them
            total += gaussian(self.seed, channel, before) * math.cos(math.pi / 2 * part)
            total += gaussian(self.seed, channel, before + 1) * math.sin(math.pi / 2 * part)
        return total


STEADY = Ageing()
"""No change at all."""
