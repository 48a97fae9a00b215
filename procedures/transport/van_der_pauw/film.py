"""Sheet resistance of a film from the rows around its rim, with every cause of error that it shares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from procedures.common.propagation import Quantity, Source, add, measured
from procedures.transport.hall import flags
from procedures.transport.pellet.temperature import Temperature, temperature_of
from procedures.transport.van_der_pauw.checks import Sides, sides
from procedures.transport.van_der_pauw.columns import RIM
from procedures.transport.van_der_pauw.permutations import RESISTIVITY, SIDES, setting
from procedures.transport.van_der_pauw.resistances import FilmRows, Measured
from procedures.transport.van_der_pauw.trust import Trust, trust_of

if TYPE_CHECKING:
    from bench.runs.record import RunRecord
    from procedures.common.gains import Gains


@dataclass(frozen=True, slots=True)
class Film:
    """`sheet` in ohm as it was measured, `stated` at the reference temperature; None where there is none.

    `rim` are the resistances by the names of their settings.
    """

    sheet: Quantity | None
    stated: Quantity | None
    thickness: Quantity | None
    sides: Sides | None
    rim: dict[str, Measured]
    temperature: Temperature
    trust: Trust
    flags: tuple[str, ...]


def film_of(record: RunRecord, rows: FilmRows, gains: Gains) -> Film:
    """Everything that the eight settings say."""
    trust = trust_of(record, rows)
    rim = {one.setting: one for one in rows.settings(RIM)}
    temperature, found = temperature_of([rows.temperatures(RIM)], record)
    if not record.facts.get("settled", True):
        found.append(flags.NOT_SETTLED)
    if any(one.rejected for one in rim.values()):
        found.append(flags.LEFT_OUT)
    found += trust.flags
    thickness = _thickness(record, found)
    complete = all(one.name in rim and rim[one.name].ohm.size >= 2 for one in RESISTIVITY)
    if not complete:
        return Film(None, None, thickness, None, rim, temperature, trust, (flags.TOO_FEW, *found))
    try:
        around = sides({name: one.mean_ohm for name, one in rim.items()})
    except ValueError:
        return Film(None, None, thickness, None, rim, temperature, trust, (flags.RIM_NOT_POSITIVE, *found))
    if around.failed:
        found.append(f"{flags.CHECK_FAILED}: {', '.join(around.failed)}")
    if trust.elsewhere:
        return Film(None, None, thickness, around, rim, temperature, trust, tuple(found))
    sheet = _sheet(around, rim, gains)
    stated = _at_reference(sheet, temperature)
    return Film(sheet, stated, thickness, around, rim, temperature, trust, tuple(found))


def _sheet(around: Sides, rim: dict[str, Measured], gains: Gains) -> Quantity:
    """R_s with the repeatability of the eight pooled, the gains of their ranges, and the reciprocity.

    R_s is homogeneous of degree one in the resistances, so a gain common to all is one of R_s. What
    reciprocal resistances differ by beyond their noise has a cause that nobody knows; it goes in as limits.
    """
    by: dict[Source, float] = {}
    variance, below = 0.0, 0.0
    for name, ohm, slope in zip(SIDES, around.ohm, around.by_side, strict=True):
        both = (rim[name], rim[setting(name).reversed.name])
        for one in both:
            part = (slope * one.u_ohm / 2) ** 2
            variance += part
            below += part**2 / one.dof
            volt, ampere = one.gains
            by = add(by, {gains.source(volt): slope * ohm / 2, gains.source(ampere): -slope * ohm / 2})
    dof = variance**2 / below if below > 0 else math.inf
    noise = Source("repeatability of the eight", math.sqrt(variance), "ohm", "A", dof)
    # Both groups of F76 are one measurement by reciprocity: half their difference is what is left over.
    apart = abs(around.first.ohm - around.second.ohm) / 2
    left = Source(
        "reciprocity", max(apart - 2 * noise.u, 0.0) / math.sqrt(3), "ohm", distribution="rectangular"
    )
    own = measured(around.mean_ohm, "ohm", noise, left)
    return Quantity(around.mean_ohm, "ohm", add(own.by, by))


def _at_reference(sheet: Quantity, temperature: Temperature) -> Quantity:
    """R_s at the temperature it is stated at: sigma(T) by the declared coefficient."""
    factor = 1 / temperature.factor
    by = {source: slope * factor for source, slope in sheet.by.items()}
    value = sheet.value * factor
    by[Source("temperature of the film", temperature.u_K, "K")] = value * temperature.alpha_per_K
    by[Source("temperature coefficient", temperature.u_alpha_per_K, "1/K")] = (
        value * temperature.above_reference_K
    )
    return Quantity(value, "ohm", by)


def _thickness(record: RunRecord, found: list[str]) -> Quantity | None:
    film = record.sample.film if record.sample is not None else None
    if film is None:
        return None
    if film.thickness.u == 0:
        found.append(flags.NO_THICKNESS_U)
    return measured(film.thickness.value, "m", Source("thickness", film.thickness.u, "m"))


def pooled_u(points: list[Measured]) -> float:
    """Standard deviation of one reversal group, from all settings and fields together."""
    squares = sum(float(np.sum((one.ohm - one.mean_ohm) ** 2)) for one in points if one.ohm.size > 1)
    dof = sum(one.dof for one in points)
    return math.sqrt(squares / dof) if dof else 0.0
