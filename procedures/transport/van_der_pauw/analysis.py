"""What a van der Pauw run says: sheet resistance, resistivity, conductivity, and its own checks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bench.core.uncertainty import Result, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from procedures.common.budget_table import budget_table
from procedures.common.gains import Gains
from procedures.common.propagation import product
from procedures.transport.hall import flags
from procedures.transport.van_der_pauw.checks import (
    HOMOGENEITY_TOLERANCE,
    RECIPROCITY_TOLERANCE,
    REVERSAL_TOLERANCE,
)
from procedures.transport.van_der_pauw.film import Film, film_of
from procedures.transport.van_der_pauw.permutations import RESISTIVITY, SIDES, setting
from procedures.transport.van_der_pauw.resistances import FilmRows
from procedures.transport.van_der_pauw.trust import contact_table

if TYPE_CHECKING:
    from bench.runs.columns import Value
    from bench.runs.record import RunRecord

PERMUTATIONS = (
    Column("Setting", kind="text"),
    Column("Resistance", "ohm"),
    Column("u(Resistance)", "ohm"),
    Column("Reversal groups", kind="integer"),
    Column("Readings rejected", kind="integer"),
)
CHECKS = (
    Column("Check", kind="text"),
    Column("Of", kind="text"),
    Column("Departure"),
    Column("Allowed"),
    Column("Passed", kind="flag"),
)


def analyse(record: RunRecord) -> Analysis:
    """Results and tables, from the rows, facts, parameters and the declared film alone."""
    gains = Gains(record)
    film = film_of(record, FilmRows(record), gains)
    results = film_results(film, (flags.TYPE_A_ONLY,) if gains.missing else ())
    return Analysis(results, {**film_tables(film), "budget": budget_table(results)})


def film_results(film: Film, further: tuple[str, ...] = ()) -> dict[str, Result]:
    """`sheet_resistance` needs no thickness; `resistivity` and `conductivity` do."""
    found = (*film.flags, *further)
    if film.stated is None:
        units = {"sheet_resistance": "ohm", "resistivity": "ohm m", "conductivity": "S/m"}
        return {name: unresolved(unit, *found) for name, unit in units.items()}
    results = {"sheet_resistance": film.stated.result(found)}
    if film.thickness is None:
        found = (flags.NO_THICKNESS, *found)
        return results | {
            "resistivity": unresolved("ohm m", *found),
            "conductivity": unresolved("S/m", *found),
        }
    pair = (film.stated, film.thickness)
    return results | {
        "resistivity": product("ohm m", [(one, 1) for one in pair]).result(found),
        "conductivity": product("S/m", [(one, -1) for one in pair]).result(found),
    }


def film_tables(film: Film) -> dict[str, Table]:
    """The curves of the contacts, the resistances of all settings, and the checks of ASTM F76 and NIST."""
    rows: list[tuple[Value, ...]] = [
        (
            one.name,
            _finite(film.rim[one.name].mean_ohm),
            _finite(film.rim[one.name].u_ohm),
            int(film.rim[one.name].ohm.size),
            film.rim[one.name].rejected,
        )
        for one in RESISTIVITY
        if one.name in film.rim
    ]
    tables = {
        "contacts": contact_table(film.trust.contacts),
        "permutations": Table(PERMUTATIONS, tuple(rows)),
    }
    around = film.sides
    if around is None:
        return tables
    checks: list[tuple[Value, ...]] = []
    for name, value in zip(SIDES, around.reversal, strict=True):
        of = f"{name} and {setting(name).reversed.name}"
        checks.append(("reversal", of, value, REVERSAL_TOLERANCE, value <= REVERSAL_TOLERANCE))
    for of, value in zip(("21,34 and 43,12", "32,41 and 14,23"), around.reciprocity, strict=True):
        checks.append(("reciprocity", of, value, RECIPROCITY_TOLERANCE, value <= RECIPROCITY_TOLERANCE))
    apart = around.inhomogeneity
    checks.append(
        ("homogeneity", "rho_A and rho_B", apart, HOMOGENEITY_TOLERANCE, apart <= HOMOGENEITY_TOLERANCE)
    )
    checks.append(("f of Q_A", "", around.first.factor, None, True))
    checks.append(("f of Q_B", "", around.second.factor, None, True))
    return tables | {"checks": Table(CHECKS, tuple(checks))}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
