"""What a four-point run says: the four-terminal resistance, and the sheet resistance by a declared factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bench.core.uncertainty import Result, unresolved
from bench.runs.record import Analysis
from procedures.common.budget_table import budget_table
from procedures.common.gains import Gains
from procedures.common.propagation import Quantity, Source, limit, measured, product
from procedures.common.reversal import TooFewGroupsError, resistance
from procedures.common.source_points import Rows
from procedures.transport.four_point.procedure import FILM, SPECIMEN
from procedures.transport.pellet.columns import SWEEP

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

SIGNIFICANCE = 0.01
TOO_FEW: Final = "too few usable points"
NOT_OHMIC: Final = "not ohmic"
NOT_POSITIVE: Final = "resistance not positive: probes out of order, or none touching"
NOT_SETTLED: Final = "not settled"
LEFT_OUT: Final = "readings left out (compliance, overload or another range)"
NO_FACTOR: Final = "uncertainty of the geometry factor not declared"
NO_THICKNESS: Final = "thickness not declared"
TYPE_A_ONLY: Final = "type A only"
_UNITS: Final = {"resistance": "ohm", "sheet_resistance": "ohm", "resistivity": "ohm m"}


def analyse(record: RunRecord) -> Analysis:
    """Results and the budget, from the rows, facts, parameters and the declared film alone."""
    results = _results(record)
    return Analysis(results, {"budget": budget_table(results)})


def _results(record: RunRecord) -> dict[str, Result]:
    points, gains = Rows(record, SPECIMEN).points(SWEEP, FILM), Gains(record)
    found = [] if record.facts.get("settled") else [NOT_SETTLED]
    if points.rejected:
        found.append(LEFT_OUT)

    def nothing(why: str) -> dict[str, Result]:
        return {name: unresolved(unit, why, *found) for name, unit in _UNITS.items()}

    try:
        highest = float(np.abs(points.current_A[points.usable]).max(initial=0.0))
        fit = resistance(points.resistance_groups(), highest)
    except TooFewGroupsError:
        return nothing(TOO_FEW)
    if not fit.ohmic(float(record.parameters["linearity_tolerance"]), SIGNIFICANCE):
        return nothing(NOT_OHMIC)
    if fit.ohm <= 0:
        return nothing(NOT_POSITIVE)
    bend = abs(fit.ohm_at_zero - fit.ohm) if fit.conductance_p < SIGNIFICANCE else 0.0
    noise = Source("repeatability", fit.u_A, "ohm", "A", fit.dof)
    ohm = measured(fit.ohm, "ohm", noise, limit("dependence on the current", bend, "ohm"))
    volt, ampere = points.gains
    by = dict(ohm.by) | {gains.source(volt): fit.ohm}
    by[gains.source(ampere)] = -fit.ohm
    ohm = Quantity(fit.ohm, "ohm", by)
    if gains.missing:
        found.append(TYPE_A_ONLY)
    results = {"resistance": ohm.result(found)}
    u_factor = record.parameters.get("u_geometry_factor")
    if u_factor is None:
        return results | {
            name: unresolved(_UNITS[name], NO_FACTOR, *found) for name in ("sheet_resistance", "resistivity")
        }
    factor = float(record.parameters["geometry_factor"])
    geometry = measured(factor, "", Source("geometry factor", factor * float(u_factor), ""))
    sheet = product("ohm", [(ohm, 1), (geometry, 1)])
    results["sheet_resistance"] = sheet.result(found)
    film = record.sample.film if record.sample is not None else None
    if film is None:
        return results | {"resistivity": unresolved("ohm m", NO_THICKNESS, *found)}
    thickness = measured(film.thickness.value, "m", Source("thickness", film.thickness.u, "m"))
    return results | {"resistivity": product("ohm m", [(sheet, 1), (thickness, 1)]).result(found)}
