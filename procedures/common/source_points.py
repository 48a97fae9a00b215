"""The rows of one specimen as arrays, with the ones that may be fitted marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from procedures.common.reversal import Groups, reversal_groups

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

GainKey = tuple[str, float]
"""Unit and range of a reading: what shares one gain error."""


@dataclass(frozen=True, slots=True)
class Points:
    """Readings of one phase of one specimen, as they were taken.

    `usable` leaves out what was clamped by compliance, overloaded, or taken on other ranges than the last
    reading: an offset cancels in a reversal only if both polarities were read on the same range.
    """

    number: NDArray[np.int64]
    group: NDArray[np.int64]
    time_s: Array
    voltage_V: Array
    current_A: Array
    usable: Mask
    voltage_range_V: float
    current_range_A: float
    temperature_K: Array

    @property
    def rejected(self) -> int:
        """How many readings may not be fitted."""
        return int(np.count_nonzero(~self.usable))

    @property
    def gains(self) -> tuple[GainKey, GainKey]:
        """Ranges of voltage and current."""
        return ("V", self.voltage_range_V), ("A", self.current_range_A)

    def resistance_groups(self) -> Groups:
        """Complete reversal groups of V against I."""
        use = self.usable
        return reversal_groups(self.group[use], self.time_s[use], self.voltage_V[use], self.current_A[use])

    def conductance_groups(self) -> Groups:
        """Complete reversal groups of I against V, for voltage sourced."""
        use = self.usable
        return reversal_groups(self.group[use], self.time_s[use], self.current_A[use], self.voltage_V[use])


class Rows:
    """All rows of a run by column, read once; the column `specimen` says what was measured."""

    def __init__(self, record: RunRecord, specimen: str = "Pellet") -> None:
        self._specimen = specimen
        self._columns: dict[str, NDArray[Any]] = {
            column.name: record.column(column.name) for column in record.columns
        }
        unusable = self._flag("Compliance") | self._flag("Voltage overload") | self._flag("Current overload")
        finite = np.isfinite(self._number("Voltage")) & np.isfinite(self._number("Current"))
        self._usable = finite & ~unusable

    def points(self, phase: str, specimen: str = "") -> Points:
        """The readings of one phase of one specimen; empty where there are none."""
        chosen = (self._columns["Phase"] == phase) & (self._columns[self._specimen] == specimen)
        usable = self._usable[chosen]
        range_V, range_A = self._number("Voltage range")[chosen], self._number("Current range")[chosen]
        last_V, last_A = (float(values[-1]) if values.size else np.nan for values in (range_V, range_A))
        if np.isfinite(last_V):
            usable &= range_V == last_V
        if np.isfinite(last_A):
            usable &= range_A == last_A
        return Points(
            number=np.asarray(self._columns["Pass"][chosen], dtype=np.int64),
            group=np.asarray(self._columns["Group"][chosen], dtype=np.int64),
            time_s=self._number("Time")[chosen],
            voltage_V=self._number("Voltage")[chosen],
            current_A=self._number("Current")[chosen],
            usable=usable,
            voltage_range_V=last_V,
            current_range_A=last_A,
            temperature_K=self._number("Temperature")[chosen],
        )

    def _number(self, name: str) -> Array:
        return np.asarray(self._columns[name], dtype=np.float64)

    def _flag(self, name: str) -> Mask:
        return np.asarray(self._columns[name], dtype=np.bool_)
