"""One range of a source meter with its published limits of error, and how a level selects a range.

Over-range is 105 % for what is sourced; for what is measured 105.5 % (Keithley 2400 user's manual
2400S-900-01 Rev. K, table 3-1) or 105 % (SPEC-2450 Rev. A).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SOURCE_OVER_RANGE = 1.05


@dataclass(frozen=True, slots=True)
class Range:
    """One range, in A or V; accuracies are |error| <= relative * value + offset."""

    full_scale: float
    measure_relative: float
    measure_offset: float
    resolution: float
    source_relative: float
    source_offset: float
    source_step: float
    measure_over_range: float = 1.055
    noise: float | None = None
    """Standard deviation of a reading at 1 PLC; None: the resolution."""
    source_over_range: float = SOURCE_OVER_RANGE

    largest_level: float = field(init=False)
    """The largest level that can be programmed on this range; also the largest compliance."""
    largest_reading: float = field(init=False)
    """Readings beyond this overflow."""
    smallest_compliance: float = field(init=False)
    """0.1 % of the measurement range (2400 user's manual p. 18-69, 2450 reference manual p. 2-100)."""
    noise_rms: float = field(init=False)
    """Standard deviation of a reading at 1 PLC."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "largest_level", round(self.full_scale * self.source_over_range, 12))
        object.__setattr__(self, "largest_reading", round(self.full_scale * self.measure_over_range, 12))
        object.__setattr__(self, "smallest_compliance", round(self.full_scale * 0.001, 15))
        object.__setattr__(self, "noise_rms", self.resolution if self.noise is None else self.noise)


Tables = Mapping[str, tuple[Range, ...]]
"""The ranges of "VOLT" and "CURR", lowest first."""


def index_for(table: tuple[Range, ...], magnitude: float) -> int | None:
    """The lowest range that takes this level; None if none does."""
    for index, one in enumerate(table):
        if magnitude <= one.largest_level * (1 + 1e-9):
            return index
    return None
