"""What a run is expected to take: clock time and rows."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """`duration_s` in seconds of clock time (without waiting for people), `rows` in `data.csv`."""

    duration_s: float
    rows: int

    def __post_init__(self) -> None:
        if not (math.isfinite(self.duration_s) and self.duration_s >= 0 and self.rows >= 0):
            raise ValueError(
                f"an estimate is finite and not negative: {self.duration_s!r} s, {self.rows!r} rows"
            )

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.duration_s + other.duration_s, self.rows + other.rows)


def format_duration(seconds: float) -> str:
    """For people: "42 s", "7 min 05 s", "3 h 20 min", "2 d 04 h"."""
    whole = max(0, round(seconds))
    for size, unit, smaller, small_unit in (
        (86400, "d", 3600, "h"),
        (3600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // smaller:02d} {small_unit}"
    return f"{whole} s"
