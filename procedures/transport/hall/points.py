"""One point for each field of a run: the Hall resistance from both settings across, and the even part."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from procedures.common.source_points import GainKey
from procedures.transport.hall.coefficient import hall_ohm, misalignment_ohm
from procedures.transport.van_der_pauw.columns import HALL
from procedures.transport.van_der_pauw.film import pooled_u
from procedures.transport.van_der_pauw.resistances import FilmRows, Measured

Array = NDArray[np.float64]
FIRST, SECOND = "31,42", "42,13"


@dataclass(frozen=True, slots=True)
class HallPoints:
    """One entry a field, in the order of the run.

    `first_ohm` and `second_ohm` are R_31,42 and R_42,13; `u_ohm` is the type A uncertainty of their half sum,
    from the scatter of single groups pooled over the run (over all phases in a field).
    """

    step: NDArray[np.int64]
    time_s: Array
    field_T: Array
    u_field_T: Array
    first_ohm: Array
    second_ohm: Array
    u_ohm: Array
    gains: tuple[GainKey, GainKey] | None
    rejected: int

    @property
    def count(self) -> int:
        """How many fields."""
        return int(self.step.size)

    @property
    def hall_ohm(self) -> Array:
        """R_H B/t, by reciprocity."""
        return np.array(
            [hall_ohm(a, b) for a, b in zip(self.first_ohm, self.second_ohm, strict=True)], dtype=np.float64
        )

    @property
    def misalignment_ohm(self) -> Array:
        """What is even in the field."""
        return np.array(
            [misalignment_ohm(a, b) for a, b in zip(self.first_ohm, self.second_ohm, strict=True)],
            dtype=np.float64,
        )


def points_of(rows: FilmRows, phase: str = HALL) -> HallPoints:
    """The fields in which both settings have at least one complete group, from the rows of this phase."""
    measured = rows.settings(phase)
    by_step: dict[int, dict[str, Measured]] = {}
    for one in measured:
        by_step.setdefault(one.step, {})[one.setting] = one
    pairs = [
        (step, found[FIRST], found[SECOND])
        for step, found in sorted(by_step.items())
        if {FIRST, SECOND} <= set(found) and found[FIRST].ohm.size and found[SECOND].ohm.size
    ]
    each = pooled_u(measured if phase == HALL else [*measured, *rows.settings(HALL)])
    field = [(a.field_T + b.field_T) / 2 for _, a, b in pairs]
    return HallPoints(
        step=np.array([step for step, _, _ in pairs], dtype=np.int64),
        time_s=np.array([(a.time_s.mean() + b.time_s.mean()) / 2 for _, a, b in pairs]),
        field_T=np.array(field),
        u_field_T=np.array([math.hypot(a.u_field_T, b.u_field_T) / 2 for _, a, b in pairs]),
        first_ohm=np.array([a.mean_ohm for _, a, _ in pairs]),
        second_ohm=np.array([b.mean_ohm for _, _, b in pairs]),
        u_ohm=np.array([each * math.sqrt(1 / a.ohm.size + 1 / b.ohm.size) / 2 for _, a, b in pairs]),
        gains=pairs[-1][1].gains if pairs else None,
        rejected=sum(one.rejected for one in measured),
    )
