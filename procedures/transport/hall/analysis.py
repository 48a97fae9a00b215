"""What a Hall run says: R_H, density, mobility and type, from field reversals or from a sweep."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench.core.uncertainty import Result, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from procedures.common.budget_table import budget_table
from procedures.common.gains import Gains
from procedures.common.propagation import Quantity, Source, add, limit, measured
from procedures.common.reversal import TooFewGroupsError, resistance, reversal_groups
from procedures.transport.hall import flags
from procedures.transport.hall.coefficient import HallResults, evaluate
from procedures.transport.hall.convention import convention_table
from procedures.transport.hall.field_line import FieldLine, TooFewFieldsError, fit_field_line
from procedures.transport.hall.gaps import gap_flags, gap_source, gap_table, resumed_at, seams_of
from procedures.transport.hall.points import HallPoints, points_of
from procedures.transport.van_der_pauw.analysis import film_results, film_tables
from procedures.transport.van_der_pauw.columns import HALL
from procedures.transport.van_der_pauw.film import Film, film_of
from procedures.transport.van_der_pauw.resistances import FilmRows

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.runs.record import RunRecord

SETS_TOLERANCE = 0.10
"""ASTM F76: R_HC and R_HD agree within 10 %."""
CYCLE = 4
POINTS = (
    Column("Step", kind="integer"),
    Column("Field", "T"),
    Column("R 31,42", "ohm"),
    Column("R 42,13", "ohm"),
    Column("Hall resistance", "ohm"),
    Column("u(Hall resistance)", "ohm"),
    Column("Misalignment", "ohm"),
)


def analyse(record: RunRecord) -> Analysis:
    """From reversals of the field: each cycle + - - + gives one slope, their scatter is the repeatability."""
    rows, found = FilmRows(record), list[str]()
    points = points_of(rows)
    slope = None
    try:
        fit, slopes = _from_cycles(points)
    except TooFewGroupsError:
        found.append(flags.TOO_FEW)
    else:
        slope = measured(
            fit[0], "ohm/T", Source("repeatability of the Hall slope", fit[1], "ohm/T", "A", fit[2])
        )
        first, second = slopes
        apart, noise = abs(first - second), 3 * fit[1]
        if apart > SETS_TOLERANCE * abs(fit[0]) and apart > noise:
            found.append(flags.SETS_DISAGREE)
    return _analysis(record, rows, points, slope, found=found, tables={})


def analyse_sweep(record: RunRecord) -> Analysis:
    """From the line through all fields, tested for everything that is none."""
    rows, found = FilmRows(record), list[str]()
    points = points_of(rows)
    line = line_of(points, resumed_at(points, record))
    slope = None
    tables: dict[str, Table] = {}
    if line is None:
        found.append(flags.TOO_FEW)
    else:
        seams = seams_of(rows, points, line.slope_ohm_per_T)
        found += gap_flags(record, seams, line)
        changed = gap_source(record, seams, line, points)
        slope = measured(
            line.slope_ohm_per_T, "ohm/T",
            Source("repeatability of the Hall slope", line.u_slope, "ohm/T", "A", line.dof),
            *([] if changed is None else [changed]),
        )  # fmt: skip
        tolerance = float(record.parameters["linearity_tolerance"])
        for term, flag in (
            (line.cubic, flags.CURVED),
            (line.step, flags.STEP),
            (line.hysteresis, flags.HYSTERESIS),
            (line.even, flags.EVEN),
        ):
            if term.matters(tolerance):
                found.append(flag)
        tables["line"] = _line_table(line)
        if record.facts.get("gaps"):
            tables["gaps"] = gap_table(record, seams)
    return _analysis(record, rows, points, slope, found=found, tables=tables)


def line_of(points: HallPoints, resumed: Sequence[int] = ()) -> FieldLine | None:
    """The fit against the measured field; None for too few fields. `resumed`: see fit_field_line."""
    try:
        return fit_field_line(
            points.time_s, points.field_T, points.hall_ohm, points.u_ohm, points.u_field_T, resumed=resumed
        )
    except TooFewFieldsError:
        return None


def _from_cycles(points: HallPoints) -> tuple[tuple[float, float, int], tuple[float, float]]:
    """(slope, u, dof), and the slopes of R_31,42 and R_42,13 by themselves."""
    cycle = points.step // CYCLE
    highest = float(np.abs(points.field_T).max(initial=0.0))

    def fit(ohm: np.ndarray) -> tuple[float, float, int]:
        found = resistance(reversal_groups(cycle, points.time_s, ohm, points.field_T), highest)
        return found.ohm, found.u_A, found.dof

    return fit(points.hall_ohm), (fit(points.first_ohm)[0], fit(points.second_ohm)[0])


def _analysis(
    record: RunRecord,
    rows: FilmRows,
    points: HallPoints,
    slope: Quantity | None,
    *,
    found: list[str],
    tables: dict[str, Table],
) -> Analysis:
    gains = Gains(record)
    film = film_of(record, rows, gains)
    found += film.trust.flags
    if film.trust.elsewhere:
        slope = None
    if points.rejected:
        found.append(flags.LEFT_OUT)
    if not record.facts.get("field_settled", True):
        found.append(flags.FIELD_NOT_SETTLED)
    if slope is not None:
        slope = _with_systematic(slope, points, record, gains, found)
    if gains.missing:
        found.append(flags.TYPE_A_ONLY)
    further = (flags.TYPE_A_ONLY,) if gains.missing else ()
    results = film_results(film, further)
    declared = record.sample.film.numbering if record.sample and record.sample.film else None
    if slope is None:
        hall = _nothing(tuple(found))
    else:
        sheet = _at_hall(film, rows)
        hall = evaluate(slope, film.thickness, sheet, numbering=declared, found=found)
    results |= {
        "hall_coefficient": hall.coefficient,
        "sheet_carrier_density": hall.sheet_density,
        "carrier_density": hall.density,
        "mobility": hall.mobility,
    }
    return Analysis(
        results,
        {
            **film_tables(film),
            "hall": _point_table(points),
            **tables,
            "convention": convention_table(declared, hall.carrier),
            "budget": budget_table(results),
        },
    )


def _at_hall(film: Film, rows: FilmRows) -> Quantity | None:
    """The sheet resistance at the temperature of the readings in the field, which may be an hour later.

    R_H and resistivity of one mobility belong to one temperature; only the difference of two readings of the
    same thermometer counts.
    """
    kelvin, room = film.temperature, rows.temperatures(HALL)
    room = room[np.isfinite(room)]
    if film.sheet is None or kelvin.kelvin is None or not room.size:
        return film.sheet
    later_K = float(room.mean()) - kelvin.kelvin
    factor = math.exp(-kelvin.alpha_per_K * later_K)
    by = {source: slope * factor for source, slope in film.sheet.by.items()}
    change = Source("temperature coefficient, from rim to field", kelvin.u_alpha_per_K, "1/K")
    value = film.sheet.value * factor
    return Quantity(value, film.sheet.unit, add(by, {change: -value * later_K}))


def _with_systematic(
    slope: Quantity, points: HallPoints, record: RunRecord, gains: Gains, found: list[str]
) -> Quantity:
    """Gains of the meters, of the field, and what reverses as the Hall voltage does."""
    parameters = record.parameters
    by = dict(slope.by)
    if points.gains is not None:
        volt, ampere = points.gains
        by = add(by, {gains.source(volt): slope.value, gains.source(ampere): -slope.value})
    stated = record.facts.get("field_accuracy")
    if stated is None:
        found.append(f"{flags.TYPE_A_ONLY}: accuracy of the field meter not stated")
    tilt = 1 - math.cos(float(parameters["angle_max"]))
    relative = [
        limit("field meter gain", float(stated["relative"]) if stated else 0.0),
        Source("field at the film over field at the probe", float(parameters["u_field_ratio"]), "1"),
        limit("angle of the film in the field", tilt),
        limit("Ettingshausen voltage", float(parameters["ettingshausen_max"])),
    ]
    return Quantity(slope.value, slope.unit, add(by, dict.fromkeys(relative, slope.value)))


def _nothing(found: tuple[str, ...]) -> HallResults:
    none: dict[str, Result] = {
        unit: unresolved(unit, *found) for unit in ("m^3/C", "1/m^2", "1/m^3", "m^2/(V s)")
    }
    return HallResults(none["m^3/C"], none["1/m^2"], none["1/m^3"], none["m^2/(V s)"], "", {})


def _point_table(points: HallPoints) -> Table:
    rows: list[tuple[Value, ...]] = list(
        zip(
            points.step.tolist(),
            points.field_T.tolist(),
            points.first_ohm.tolist(),
            points.second_ohm.tolist(),
            points.hall_ohm.tolist(),
            points.u_ohm.tolist(),
            points.misalignment_ohm.tolist(),
            strict=True,
        )
    )
    return Table(POINTS, tuple(rows))


def _line_table(line: FieldLine) -> Table:
    rows: list[tuple[Value, ...]] = [
        ("slope / (ohm/T)", line.slope_ohm_per_T, line.u_slope, None),
        ("offset / ohm", line.offset_ohm, None, None),
        ("drift / (ohm/s)", line.drift_ohm_per_s, None, None),
        ("even part, relative", line.even.relative, None, line.even.p),
        ("cubic part, relative", line.cubic.relative, None, line.cubic.p),
        ("step at zero, relative", line.step.relative, None, line.step.p),
        ("hysteresis, relative", line.hysteresis.relative, None, line.hysteresis.p),
        *(
            (f"slope after interruption {k}, relative", term.relative, None, term.p)
            for k, term in enumerate(line.halves, 1)
        ),
        (
            "chi2 over degrees of freedom",
            None if math.isnan(line.chi2) else line.chi2 / line.dof,
            None,
            None,
        ),
    ]
    columns = (Column("Quantity", kind="text"), Column("Value"), Column("u"), Column("p if only noise"))
    return Table(columns, tuple(rows))
