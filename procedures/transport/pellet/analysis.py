"""What a pellet run says: conductivity, contacts, density and temperature, or why it cannot say."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING

from bench.core.uncertainty import Component, Result, unresolved
from bench.runs.record import Analysis
from procedures.common.budget_table import budget_table
from procedures.common.coverage import combine_covering
from procedures.transport.pellet import flags
from procedures.transport.pellet.apparent import apparent_conductivity, bounded_conductivity
from procedures.transport.pellet.budget import components
from procedures.transport.pellet.density import relative_density
from procedures.transport.pellet.measured import Measured, evaluate
from procedures.transport.pellet.series import Series, fit_series
from procedures.transport.pellet.tables import correction_table, pellet_table

if TYPE_CHECKING:
    from bench.runs.record import RunRecord


def analyse(record: RunRecord) -> Analysis:
    """Results and tables of a pellet run, from its rows, facts, parameters and sample alone."""
    measured = evaluate(record)
    results = _results(record, measured)
    tables = {
        "pellets": pellet_table(measured, record.sample),
        "corrections": correction_table(measured),
        "budget": budget_table(results),
    }
    return Analysis(results, tables)


def series_of(measured: Measured) -> Series | None:
    """The thickness series, None where the method does not separate the contacts."""
    return None if _refused(measured) else fit_series(measured, measured.usable)


def _results(record: RunRecord, measured: Measured) -> dict[str, Result]:
    results = transport_results(measured, record.parameters.get("contact_resistance_max"))
    if record.sample is not None:
        density = relative_density(record.sample, [p.pellet for p in measured.pellets])
        if density is not None:
            results["relative_density"] = density
    temperature = measured.temperature
    if temperature.kelvin is None:
        results["temperature"] = unresolved("K", flags.NO_TEMPERATURE)
    else:
        u_K, room_K = temperature.u_K, temperature.spread_K / math.sqrt(3)
        parts = [
            Component("thermometer", u_K, "K", u_K, "B"),
            Component("room over the run", room_K, "K", room_K, "B", distribution="rectangular"),
        ]
        stated = (flags.NO_TEMPERATURE_U,) if flags.NO_TEMPERATURE_U in measured.flags else ()
        results["temperature"] = combine_covering(temperature.kelvin, "K", parts, stated)
    return results


def transport_results(measured: Measured, contact_bound_ohm: float | None) -> dict[str, Result]:
    """Conductivity, resistivity and contact resistance, and the apparent conductivity without a series."""
    refused = _refused(measured)
    if refused:
        return {
            name: unresolved(unit, *refused, *measured.flags)
            for name, unit in (
                ("conductivity", "S/m"),
                ("resistivity", "ohm m"),
                ("contact_resistance", "ohm"),
            )
        }
    pellets, found = measured.usable, measured.flags
    left_out = tuple(p.pellet.id for p in measured.pellets if not p.usable)
    if left_out:
        found = (*found, flags.of_pellets(flags.TOO_FEW_POINTS, left_out))
    series = series_of(measured)
    if series is not None:
        conductivity, contact = _from_series(series, measured, found)
        return {
            "conductivity": conductivity,
            "resistivity": _inverse(conductivity),
            "contact_resistance": contact,
        }
    conductivity = unresolved("S/m", flags.NO_SERIES, *found)
    if contact_bound_ohm is not None:
        conductivity = bounded_conductivity(measured, pellets, float(contact_bound_ohm), found)
    return {
        "conductivity": conductivity,
        "resistivity": _inverse(conductivity),
        "contact_resistance": unresolved("ohm", flags.NO_SERIES, *found),
        "apparent_conductivity": apparent_conductivity(measured, pellets, found),
    }


def _from_series(series: Series, measured: Measured, found: tuple[str, ...]) -> tuple[Result, Result]:
    if not series.fits:
        found = (flags.NO_LINE, *found)
    parts = components(measured, measured.usable, series.of_conductivity())
    value, parts = measured.temperature.brought_to_reference(
        series.conductivity, [*parts, *series.scatter(parts)]
    )
    conductivity = combine_covering(value, "S/m", parts, found)
    parts = components(measured, measured.usable, series.of_contact())
    contact = combine_covering(series.line.intercept, "ohm", [*parts, *series.scatter(parts)], found)
    if contact.U is not None and abs(series.line.intercept) <= contact.U:
        contact = dataclasses.replace(contact, flags=(flags.CONTACT_NEAR_ZERO, *contact.flags))
    return conductivity, contact


def _refused(measured: Measured) -> tuple[str, ...]:
    """Why no conductivity may be quoted at all, empty where one may.

    One pellet that does not obey Ohm's law speaks for the material or its contacts, not for itself: it is
    not quietly left out. The operator may leave it out by naming the others.
    """
    why = []
    for flag in (flags.NOT_OHMIC, flags.NOT_POSITIVE):
        names = tuple(p.pellet.id for p in measured.pellets if flag in p.flags)
        if names:
            why.append(flags.of_pellets(flag, names))
    if not why and not measured.usable:
        names = tuple(p.pellet.id for p in measured.pellets)
        why.append(flags.of_pellets(flags.TOO_FEW_POINTS, names) if names else flags.NOT_MEASURED)
    return tuple(why)


def _inverse(conductivity: Result) -> Result:
    """Resistivity: the same relative uncertainties."""
    if conductivity.value is None or conductivity.u is None or conductivity.U is None:
        return dataclasses.replace(conductivity, unit="ohm m")
    value = 1 / conductivity.value
    scale = value / conductivity.value
    budget = tuple(
        dataclasses.replace(component, contribution=component.contribution * scale)
        for component in conductivity.budget
    )
    return dataclasses.replace(
        conductivity,
        value=value,
        unit="ohm m",
        u=conductivity.u * scale,
        U=conductivity.U * scale,
        budget=budget,
    )
