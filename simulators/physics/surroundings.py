"""The room: its temperature over the day."""

from __future__ import annotations

import math
from dataclasses import dataclass

DAY_s = 86_400.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Ambient temperature: a mean and a sine of one day; `phase_rad` is where in it the clock starts."""

    mean_K: float
    daily_swing_K: float = 0.0
    phase_rad: float = 0.0

    def temperature_K(self, time: float) -> float:
        """Ambient temperature in kelvin at `time` (seconds of the clock)."""
        if not self.daily_swing_K:
            return self.mean_K
        return self.mean_K + self.daily_swing_K * math.sin(math.tau * time / DAY_s + self.phase_rad)
