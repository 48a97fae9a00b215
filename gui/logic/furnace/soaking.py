"""How long it has been at temperature so far, by the bench's own soak clock on the rows that came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bench.core import wall
from bench.core.soak import Soak, dwell_between, soak_of
from gui.logic.series import RunSeries
from gui.logic.wording import duration_text

EVERY_S = 2.0
"""Of the PC, at least, between two countings: the rows of weeks take a while."""


class SoakSoFar:
    """Counts again when rows have come, and not too often."""

    def __init__(self) -> None:
        self._counted: object = None
        self._at = -float("inf")
        self._soak: Soak | None = None

    def of(self, series: RunSeries, recipe: Mapping[str, Any]) -> Soak | None:
        """See `soak_so_far`."""
        state = (series.version, recipe)
        if state != self._counted and (wall.now() - self._at >= EVERY_S or series.ended):
            self._counted, self._at = state, wall.now()
            self._soak = soak_so_far(series, recipe)
        return self._soak


def soak_so_far(series: RunSeries, recipe: Mapping[str, Any]) -> Soak | None:
    """By the recipe's band; None before the dwell has begun, and where the run has none."""
    between = dwell_of(series, recipe)
    if between is None:
        return None
    time, segment, control = series.values("Time", "Segment", "Control")
    off = np.where(segment > 0, control - float(recipe["soak_degC"]), np.nan)  # segment 0: in reset
    off[np.flatnonzero(segment == int(recipe["soak_segment"]))[-1] + 1 :] = np.nan
    return soak_of(
        time,
        off,
        begin_s=between[0],
        end_s=between[1],
        band_K=float(recipe["soak_band_K"]),
        settle_s=float(recipe["soak_settle_s"]),
        gap_s=float(recipe["gap_s"]),
    )


def dwell_of(series: RunSeries, recipe: Mapping[str, Any]) -> tuple[float, float] | None:
    """From when to when the soak lasted so far, in seconds of the run; None before it has begun."""
    if not has_soak(recipe):
        return None
    time, segment = series.values("Time", "Segment")
    return dwell_between(time, segment == int(recipe["soak_segment"]), float(recipe["gap_s"]))


def has_soak(recipe: Mapping[str, Any]) -> bool:
    """Whether the programme has a dwell at a temperature that its recipe names."""
    return bool(recipe.get("soak_segment")) and recipe.get("soak_degC") is not None


def soak_text(soak: Soak | None, recipe: Mapping[str, Any]) -> str:
    """Such as "Soak: 1 h 2 min of 10 h within ±5 K of 250 °C"; empty for a run without one."""
    if not has_soak(recipe):
        return ""
    whole = duration_text(float(recipe["soak_s"]))
    band = f"within ±{recipe['soak_band_K']:g} K of {recipe['soak_degC']:g} °C"
    if soak is None:
        return f"Soak: none of {whole} {band} yet"
    unseen = f", {duration_text(soak.unseen_s)} not seen" if soak.unseen_s > 0 else ""
    return f"Soak: {duration_text(soak.in_band_s)} of {whole} {band}{unseen}"


def band_box(series: RunSeries, recipe: Mapping[str, Any]) -> tuple[float, float, float, float] | None:
    """The band of the soak as a box: from and to in s, low and high in degC. None before it has begun."""
    between = dwell_of(series, recipe)
    if between is None:
        return None
    middle, half = float(recipe["soak_degC"]), float(recipe["soak_band_K"])
    return *between, middle - half, middle + half


def segment_marks(series: RunSeries) -> list[tuple[float, int]]:
    """When each segment was first seen, and its number; 0: in reset, after the programme."""
    time, segment = series.values("Time", "Segment")
    known = np.isfinite(segment)
    time, segment = time[known], segment[known]
    if not len(segment):
        return []
    changes = np.flatnonzero(np.diff(segment)) + 1
    found = [(float(time[0]), int(segment[0]))] if segment[0] else []
    return found + [(float(time[place]), int(segment[place])) for place in changes]
