"""Whether the heat that is stored in element and tube explains that a furnace gets hotter without output.

What is stored flows off, so a furnace that coasts gets hotter ever more slowly. Power that nobody asked for
(a welded relay, a charge) does not die away like that. The figures are ours: the slope of the simulated
furnace falls to a third in two minutes; one that takes twice as long still passes.
"""

from __future__ import annotations

import math
from collections import deque

SLOPE_OVER_S = 120.0
"""Readings a second apart show their noise: 0.05 K, and steps of 0.1 K."""
BEGINS_OVER_S = 120.0
"""So long the steepest slope is looked for: tube and thermocouple follow the element late."""
DIES_AWAY_S = 400.0
"""Time constant: what is steeper than this decay from there allows was not stored."""
NOISE_K_per_min = 0.2


class Slope:
    """K/min over the last `over_s`; not a number while it has seen less than half of that."""

    def __init__(self, over_s: float) -> None:
        self._over_s = over_s
        self._seen: deque[tuple[float, float]] = deque()

    def look(self, time: float, degC: float | None) -> float:
        """Take in a reading at clock second `time`; one that is unknown begins anew."""
        if degC is None:
            self._seen.clear()
            return math.nan
        self._seen.append((time, degC))
        while self._seen[0][0] < time - self._over_s and len(self._seen) > 2:
            self._seen.popleft()
        begun, from_degC = self._seen[0]
        lasted_s = time - begun
        return 60.0 * (degC - from_degC) / lasted_s if lasted_s >= self._over_s / 2 else math.nan

    @property
    def from_degC(self) -> float:
        """Where it begins, of what it has seen."""
        return self._seen[0][1]


class Coasting:
    """Is told once a look whether the furnace is without output, and how steeply it gets hotter (K/min)."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._steepest = 0.0
        self._at = 0.0

    def look(self, time: float, slope: float, *, without_output: bool) -> float | None:
        """For how long it has been without output, if what was stored cannot explain the slope; else None."""
        if not without_output or math.isnan(slope):
            self._since = None
            return None
        if self._since is None:
            self._since, self._steepest, self._at = time, slope, time
        if slope > self._left(time) and time - self._since <= BEGINS_OVER_S:
            self._steepest, self._at = slope, time
        lasted_s = time - self._since
        explained = lasted_s <= BEGINS_OVER_S or slope <= max(0.0, self._left(time)) + NOISE_K_per_min
        return None if explained else lasted_s

    def _left(self, time: float) -> float:
        return self._steepest * math.exp(-(time - self._at) / DIES_AWAY_S)
