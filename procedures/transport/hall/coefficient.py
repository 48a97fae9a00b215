"""Hall coefficient, carrier density and mobility from one slope, and which of them may be stated.

With contacts numbered counter-clockwise as seen from where a positive field points to, the transverse
resistances R_31,42 and R_42,13 both are R_H B/t plus a part that is even in B (ASTM F76, R_HC and R_HD). By
reciprocity, R_ij,kl(B) = R_kl,ij(-B), the even parts are opposite (H. H. Sample et al., J. Appl. Phys. 61
(1987) 1079): half their sum is the Hall resistance in one field already, half their difference the
misalignment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.core.uncertainty import Result, unresolved
from bench.samples.model import Numbering
from procedures.common.monte_carlo import Interval, propagate
from procedures.common.propagation import Quantity, product
from procedures.transport.hall import flags

ELEMENTARY_CHARGE_C = 1.602176634e-19
"""Exact in the SI of 2019."""
Array = NDArray[np.float64]
SKEWED = 0.1
"""Relative u of R_H from which the density is propagated by its distribution."""


def hall_ohm(first_ohm: float, second_ohm: float) -> float:
    """R_H B/t from R_31,42 and R_42,13 in the same field."""
    return (first_ohm + second_ohm) / 2


def misalignment_ohm(first_ohm: float, second_ohm: float) -> float:
    """What is even in the field: how far the contacts are from facing each other."""
    return (first_ohm - second_ohm) / 2


@dataclass(frozen=True, slots=True)
class HallResults:
    """R_H, sheet density, density, mobility; `carrier` is "n", "p", or empty where R_H is not resolved."""

    coefficient: Result
    sheet_density: Result
    density: Result
    mobility: Result
    carrier: str
    intervals: dict[str, Interval]


def evaluate(
    slope: Quantity,
    thickness: Quantity | None,
    sheet: Quantity | None,
    *,
    numbering: Numbering | None,
    found: Iterable[str] = (),
) -> HallResults:
    """From `slope` = d(hall_ohm)/dB in ohm/T, the thickness in m and the sheet resistance in ohm.

    Nothing but R_H is stated while |R_H| < U: its sign may be the other one, and 1/R_H anything. The Hall
    factor is taken as one; density and mobility are those of a single kind of carrier, which is an
    assumption and is flagged as one.
    """
    found = tuple(found)
    if numbering is None:
        found = (*found, flags.NUMBERING_ASSUMED)
    sign = -1.0 if numbering == "clockwise" else 1.0
    slope = Quantity(sign * slope.value, slope.unit, {one: sign * by for one, by in slope.by.items()})
    overall = slope.result()
    resolved = slope.value != 0 and abs(slope.value) > (overall.U or 0.0)
    carrier = ("n" if slope.value < 0 else "p") if resolved else ""
    said = (flags.TYPE[carrier], *found) if carrier else (flags.SIGN_NOT_RESOLVED, *found)
    coefficient = unresolved("m^3/C", flags.NO_THICKNESS, *said)
    if thickness is not None:
        coefficient = _times(slope, thickness).result(said)
    if not resolved:
        none = {unit: unresolved(unit, *said) for unit in ("1/m^2", "1/m^3", "m^2/(V s)")}
        return HallResults(coefficient, none["1/m^2"], none["1/m^3"], none["m^2/(V s)"], "", {})
    assumed = (flags.ONE_CARRIER, *found)
    intervals: dict[str, Interval] = {}
    size = Quantity(abs(slope.value), slope.unit, {one: by * _sign(slope) for one, by in slope.by.items()})
    sheet_density = _inverse("sheet_density", "1/m^2", [size], assumed, intervals)
    density = unresolved("1/m^3", flags.NO_THICKNESS, *assumed)
    if thickness is not None:
        density = _inverse("carrier_density", "1/m^3", [size, thickness], assumed, intervals)
    mobility = unresolved("m^2/(V s)", flags.NO_SHEET, *assumed)
    if sheet is not None:
        mobility = product("m^2/(V s)", [(size, 1), (sheet, -1)]).result(assumed)
    return HallResults(coefficient, sheet_density, density, mobility, carrier, intervals)


def _times(slope: Quantity, thickness: Quantity) -> Quantity:
    """R_H; also for a slope of zero, where relative uncertainties do not exist."""
    by = {one: thickness.value * d for one, d in slope.by.items()}
    for one, d in thickness.by.items():
        by[one] = by.get(one, 0.0) + slope.value * d
    return Quantity(slope.value * thickness.value, "m^3/C", by)


def _inverse(
    name: str, unit: str, factors: list[Quantity], found: tuple[str, ...], intervals: dict[str, Interval]
) -> Result:
    """1/(e x y ...): by its derivatives, or by its distribution where it is skewed."""
    quantity = product(unit, [(one, -1) for one in factors], 1 / ELEMENTARY_CHARGE_C)
    result = quantity.result(found)
    if quantity.u <= SKEWED * quantity.value or result.u is None:
        return result

    def density(*values: Array) -> Array:
        # A draw on the other side of zero is no density; a large one stands for it, so that it shows.
        floor = [1e-3 * one.value for one in factors]
        clipped = [np.maximum(one, low) for one, low in zip(values, floor, strict=True)]
        found: Array = 1 / (ELEMENTARY_CHARGE_C * np.prod(clipped, axis=0))
        return found

    interval = propagate(density, factors)
    intervals[name] = interval
    U = interval.half_width_about(quantity.value)
    text = f"{flags.SKEWED}: {interval.low:.2g} to {interval.high:.2g} {unit}"
    return replace(result, U=U, k=U / result.u, flags=(text, *result.flags))


def _sign(slope: Quantity) -> float:
    return -1.0 if slope.value < 0 else 1.0
