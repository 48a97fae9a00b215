"""The flags a stability log can carry, word for word, so that programs can look for them."""

from __future__ import annotations

from typing import Final

NOT_RESOLVED: Final = "drift not resolved"
"""Zero lies within U: value and U are a bound, not a drift."""
TOO_SHORT: Final = "too few points for a drift"
TOO_FEW: Final = "too few usable points"
NOT_CORRECTED: Final = "temperature not corrected for"
FITTED: Final = "temperature coefficient fitted"
DECLARED: Final = "temperature coefficient declared"
NO_TEMPERATURE: Final = "temperature not known"
TYPE_A_ONLY: Final = "type A only"
GAPS: Final = "points missing"
LEFT_OUT: Final = "points at a limit left out"
RANGE_CHANGED: Final = "points on another range left out"
NOT_SETTLED: Final = "not settled"
STILL_IMPROVING: Final = "longer averages not tested"
"""The smallest Allan deviation is that of the longest average: a longer log may find a better one."""
NO_TEMPERATURE_U: Final = "uncertainty of the temperature assumed"
