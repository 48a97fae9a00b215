"""The rows of a furnace run as arrays, with where the programme ran, where it dwelt and where it was hot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench.core.soak import Flags, Floats, Soak, dwell_between, soak_of
from procedures.thermal.columns import HEATING
from procedures.thermal.cooling import COLD_degC

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

COOLING_GAP_S = 90.0
"""Of records that do not say how far apart two looks may be after the end."""


class Curves:
    """`hot`: while the programme ran, and then until it was cold. `gap_s`: how far the next row may be off.

    A record without the columns of the gas, as they once were, has none: NaN and None.
    """

    def __init__(self, record: RunRecord) -> None:
        recipe = record.facts.get("recipe") or {}
        self.recipe: Mapping[str, Any] = recipe
        self.time: Floats = record.column("Time")
        self.setpoint: Floats = record.column("Set-point")
        self.control: Floats = record.column("Control")
        self.vessel: Floats = record.column("Vessel")
        self.output: Floats = record.column("Output")
        self.segment = record.column("Segment")
        self.heating = np.isin(record.column("State"), HEATING)
        number = int(recipe.get("soak_segment", 0))
        self.dwell: Flags = (
            self.heating & (self.segment == number) if number else np.zeros(len(self.time), bool)
        )
        cold_degC = float(recipe.get("cold_degC", COLD_degC))
        self.hot: Flags = self.heating | (self.control > cold_degC)
        cooling_s = float(recipe.get("cooling_gap_s", COOLING_GAP_S))
        self.gap_s: Floats = np.where(self.heating, float(recipe.get("gap_s", cooling_s)), cooling_s)
        self.flow: Floats = _column_or(record, "Flow", np.nan)
        self.pressure: Floats = _column_or(record, "Pressure", np.nan)
        self.gas: NDArray[np.object_] = _column_or(record, "Gas", None)

    @property
    def dwell_s(self) -> tuple[float, float] | None:
        """From when to when the longest dwell can have lasted: a gap at its edge may belong to it."""
        return dwell_between(self.time, self.dwell, float(self.recipe.get("gap_s", 0.0)))

    def soak(self) -> Soak | None:
        """By the recipe's band; None where no dwell was seen."""
        dwell = self.dwell_s
        if dwell is None:
            return None
        begin, end = dwell
        off = np.where(self.heating, self.control - float(self.recipe["soak_degC"]), np.nan)
        off[np.flatnonzero(self.dwell)[-1] + 1 :] = np.nan
        return soak_of(
            self.time,
            off,
            begin_s=begin,
            end_s=end,
            band_K=float(self.recipe["soak_band_K"]),
            settle_s=float(self.recipe["soak_settle_s"]),
            gap_s=float(self.recipe["gap_s"]),
        )


def _column_or(record: RunRecord, name: str, nothing: Any) -> NDArray[Any]:
    if any(column.name == name for column in record.columns):
        return record.column(name)
    return np.full(len(record), nothing, dtype=object if nothing is None else float)
