"""From rows to resistances: one for each reversal group, then each setting with its repeatability."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from procedures.common.reversal import reversal_groups
from procedures.common.source_points import GainKey

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """R_ij,kl of one setting in one field: `ohm[k]` of each reversal group, at `time_s[k]`.

    `set_A` is what the source was set to and `current_A` what was measured, as means over both polarities.
    `field_T` is the mean of what was measured (NaN: no magnet) with the scatter of that mean; `gains` are the
    ranges of voltage and current. `rejected` readings were clamped or overloaded.
    """

    setting: str
    step: int
    ohm: Array
    time_s: Array
    set_A: float
    current_A: float
    field_T: float
    u_field_T: float
    gains: tuple[GainKey, GainKey]
    rejected: int

    @property
    def mean_ohm(self) -> float:
        """NaN where there is no complete group."""
        return float(self.ohm.mean()) if self.ohm.size else math.nan

    @property
    def u_ohm(self) -> float:
        """Type A standard uncertainty of the mean; NaN for fewer than two groups."""
        return float(self.ohm.std(ddof=1)) / math.sqrt(self.ohm.size) if self.ohm.size > 1 else math.nan

    @property
    def dof(self) -> int:
        """Degrees of freedom of `u_ohm`."""
        return max(self.ohm.size - 1, 0)


@dataclass(frozen=True, slots=True)
class Curve:
    """Readings of one contact in their order; `cut_short` where the last one is not usable."""

    setting: str
    set_A: Array
    current_A: Array
    voltage_V: Array
    cut_short: bool


class FilmRows:
    """All rows of a run by column, read from the record once."""

    def __init__(self, record: RunRecord) -> None:
        self._columns = {column.name: record.column(column.name) for column in record.columns}
        at_limit = np.zeros(len(record), dtype=bool)
        for name in ("Compliance", "Voltage overload", "Current overload"):
            at_limit |= np.asarray(self._columns[name], dtype=bool)
        finite = np.isfinite(self.number("Voltage")) & np.isfinite(self.number("Current"))
        self._usable = finite & ~at_limit

    def number(self, name: str) -> Array:
        """A column of numbers."""
        found: Array = np.asarray(self._columns[name], dtype=np.float64)
        return found

    def temperatures(self, phase: str) -> Array:
        """The room, as it went with the rows of a phase."""
        found: Array = self.number("Temperature")[self._columns["Phase"] == phase]
        return found

    def curves(self, phase: str) -> list[Curve]:
        """All curves of a phase; a new one begins with each change of the setting."""
        place = np.flatnonzero(self._columns["Phase"] == phase)
        names = self._columns["Setting"][place]
        parts = np.split(place, np.flatnonzero(names[1:] != names[:-1]) + 1) if place.size else []
        set_A, current_A, voltage_V = (self.number(name) for name in ("Set current", "Current", "Voltage"))
        return [
            Curve(
                str(self._columns["Setting"][part[0]]),
                set_A[part],
                current_A[part],
                voltage_V[part],
                not bool(self._usable[part[-1]]),
            )
            for part in parts
        ]

    def settings(self, phase: str) -> list[Measured]:
        """All settings of a phase, in every field, in the order they were first measured."""
        of_phase = self._columns["Phase"] == phase
        keys = dict.fromkeys(
            zip(self._columns["Setting"][of_phase], self._columns["Step"][of_phase], strict=True)
        )
        return [self._measured(phase, str(setting), int(step)) for setting, step in keys]

    def _measured(self, phase: str, setting: str, step: int) -> Measured:
        mine = (
            (self._columns["Phase"] == phase)
            & (self._columns["Setting"] == setting)
            & (self._columns["Step"] == step)
        )
        range_V, range_A = (self.number(f"{name} range")[mine] for name in ("Voltage", "Current"))
        use, set_A = mine & self._usable, self.number("Set current")
        if range_V.size:  # an offset cancels in a reversal only if both were read on the same range
            for name, last in (("Voltage range", range_V[-1]), ("Current range", range_A[-1])):
                if np.isfinite(last):
                    use &= self.number(name) == last
        groups = reversal_groups(
            np.asarray(self._columns["Group"], dtype=np.int64)[use],
            self.number("Time")[use],
            self.number("Voltage")[use],
            self.number("Current")[use],
        )
        field = self.number("Field")[use]
        field = np.unique(field[np.isfinite(field)])
        return Measured(
            setting,
            step,
            groups.delta_V / groups.delta_A,
            groups.time,
            float(np.abs(set_A[mine]).max()),
            float(np.mean(self.number("Current")[use] * np.sign(set_A[use]))) if use.any() else math.nan,
            float(field.mean()) if field.size else math.nan,
            float(field.std(ddof=1)) / math.sqrt(field.size) if field.size > 1 else 0.0,
            (
                ("V", float(range_V[-1]) if range_V.size else math.nan),
                ("A", float(range_A[-1]) if range_A.size else math.nan),
            ),
            int(np.count_nonzero(mine & ~use)),
        )
