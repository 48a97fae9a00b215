"""What an interruption did to a sweep: the last field before it was measured once more after it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.runs.columns import Column
from bench.runs.record import Table
from procedures.common.propagation import Source, limit
from procedures.transport.hall import flags
from procedures.transport.hall.points import HallPoints, points_of
from procedures.transport.van_der_pauw.columns import SEAM

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.runs.record import RunRecord
    from procedures.transport.hall.field_line import FieldLine
    from procedures.transport.van_der_pauw.resistances import FilmRows

FILM_CHANGED = 0.01
"""A film whose resistance changed by more, the temperature aside, is flagged: our choice."""
SIGMAS = 3.0
ROUNDING = 1e-9
"""Of the largest Hall resistance: differences of far larger resistances are not exact to more than that."""
TABLE = (
    Column("First field after it", kind="integer"),
    Column("From (UTC)", kind="text"),
    Column("Until (UTC)", kind="text"),
    Column("Duration", "s"),
    Column("Field found without current", "T"),
    Column("Room warmer by", "K"),
    Column("Film changed by, relative"),
    Column("Film mounted again", kind="flag"),
    Column("Field changed by", "T"),
    Column("Hall resistance changed by", "ohm"),
    Column("u(Hall resistance changed by)", "ohm"),
    Column("Way of the magnet", kind="text"),
)
"""The changes of field and Hall resistance are those of the last field before, measured again; the latter
without what the other field explains. Empty where the run was cut off before its first field."""


@dataclass(frozen=True, slots=True)
class Seam:
    """One field before an interruption and after it: field in T, Hall resistance in ohm (field aside)."""

    step: int
    field_change_T: float
    change_ohm: float
    u_ohm: float


def resumed_at(points: HallPoints, record: RunRecord) -> list[int]:
    """Places among the points of the first ones after interruptions."""
    found = {int(np.searchsorted(points.step, gap["next"])) for gap in _gaps(record)}
    return sorted(place for place in found if 0 < place < points.count)


def seams_of(rows: FilmRows, points: HallPoints, slope_ohm_per_T: float) -> list[Seam]:
    """Every field that was measured on both sides of an interruption."""
    again = points_of(rows, SEAM)
    rounding_ohm = ROUNDING * float(np.abs(points.hall_ohm).max(initial=0.0))
    found = []
    for k, step in enumerate(again.step.tolist()):
        before = np.flatnonzero(points.step == step)
        if not before.size:
            continue
        at = int(before[0])
        moved_T = float(again.field_T[k] - points.field_T[at])
        change = float(again.hall_ohm[k] - points.hall_ohm[at]) - slope_ohm_per_T * moved_T
        u_field = math.hypot(again.u_field_T[k], points.u_field_T[at])
        u = math.hypot(again.u_ohm[k], points.u_ohm[at], slope_ohm_per_T * u_field, rounding_ohm)
        found.append(Seam(step, moved_T, change, u))
    return found


def gap_flags(record: RunRecord, seams: Iterable[Seam], line: FieldLine) -> list[str]:
    """What has to be said of a sweep that was interrupted; nothing of one that was not."""
    gaps, seams = _gaps(record), list(seams)
    if not gaps:
        return []
    tolerance_T = float(record.parameters["field_tolerance"])
    tolerance = float(record.parameters["linearity_tolerance"])
    found = [f"{flags.GAPS}: {len(gaps)}"]
    if any(abs(one.field_change_T) > 2 * tolerance_T for one in seams):
        found.append(flags.GAP_FIELD)
    if any(abs(one.change_ohm) > SIGMAS * one.u_ohm for one in seams):
        found.append(flags.GAP_HALL)
    if any((gap["film_changed"] or 0.0) > FILM_CHANGED for gap in gaps):
        found.append(flags.GAP_FILM)
    if any(gap["mounted_again"] for gap in gaps):
        found.append(flags.GAP_MOUNTED)
    if any(term.matters(tolerance) for term in line.halves):
        found.append(flags.HALVES)
    return found


def gap_source(
    record: RunRecord, seams: Iterable[Seam], line: FieldLine, points: HallPoints
) -> Source | None:
    """What changed across interruptions beyond the noise, as limits of the slope; None where nothing did.

    A change of so many ohm in one part of the sweep turns the line by no more than that over the largest
    field; slopes that differ leave the fitted one between them. Which part was right nobody knows.
    """
    tolerance = float(record.parameters["linearity_tolerance"])
    largest_T = float(np.abs(points.field_T).max())
    at_seams = [max(0.0, abs(one.change_ohm) - 2 * one.u_ohm) / largest_T for one in seams]
    apart = [abs(term.relative * line.slope_ohm_per_T) for term in line.halves if term.matters(tolerance)]
    most = max([*at_seams, *apart], default=0.0)
    return limit("change across interruptions", most, "ohm/T") if most else None


def gap_table(record: RunRecord, seams: Iterable[Seam]) -> Table:
    """One line an interruption."""
    by_step = {one.step: one for one in seams}
    rows: list[tuple[Value, ...]] = []
    for gap in _gaps(record):
        seam = by_step.get(gap["next"] - 1)
        changes = (None,) * 3 if seam is None else (seam.field_change_T, seam.change_ohm, seam.u_ohm)
        way = " -> ".join(f"{field_T:g} T" for field_T in gap["way_T"])
        rows.append(
            (
                int(gap["next"]), gap["from"], gap["until"], gap["seconds"], gap["idle_T"], gap["warmer_K"],
                gap["film_changed"], gap["mounted_again"], *changes, way,
            )
        )  # fmt: skip
    return Table(TABLE, tuple(rows))


def _gaps(record: RunRecord) -> list[Mapping[str, Any]]:
    return list(record.facts.get("gaps") or ())
