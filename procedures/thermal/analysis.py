"""What a furnace run says: how long the soak was, how far it strayed, and whether the recipe accepts it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.core.soak import Floats, Soak
from bench.core.uncertainty import Component, Result, combine, unresolved
from bench.runs.columns import Column
from bench.runs.record import Analysis, Table
from procedures.thermal import flags
from procedures.thermal.acceptance import CriterionOf, criteria_of, worst_flag
from procedures.thermal.criteria import table_of
from procedures.thermal.curves import Curves
from procedures.thermal.gas import is_measured
from procedures.thermal.gas_results import gas_findings

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

EVENTS = (Column("UTC", kind="text"), Column("What", kind="text"))
GAP_COLUMNS = (Column("Until (UTC)", kind="text"), Column("Duration", "s"), Column("Why", kind="text"))
CLASS_1_K, CLASS_1_RELATIVE = 1.5, 0.004
"""Limit of error of a type K thermocouple of class 1 (IEC 60584-1); no calibration of it is known."""


def limit_of_error_K(celsius: float) -> float:
    """Of a thermocouple's reading."""
    return max(CLASS_1_K, CLASS_1_RELATIVE * abs(celsius))


def analyse(record: RunRecord) -> Analysis:
    """Results and tables from rows and facts alone."""
    curves = Curves(record)
    soak = curves.soak()
    gaps = record.facts.get("gaps") or []
    gas = record.facts.get("gas") or {}
    common = ((flags.GAPS,) if gaps else ()) + _declared(gas)
    found = gas_findings(curves, gas, common)
    results = {**_soak_results(soak, common), **_temperatures(curves, common), **found.results}
    results["cooling_time"] = _cooling(record.facts.get("progress") or {}, curves, common)
    criteria = [*criteria_of(CriterionOf(results, curves.recipe, soak)), *found.criteria]
    if record.ended != "done":
        criteria = [replace(one, void=True) for one in criteria]
    verdicts = {one.quantity: one.verdict for one in criteria}
    judged = {
        name: _with_flag(result, verdicts[name]) if name in verdicts else result
        for name, result in results.items()
    }
    judged["accepted"] = worst_flag(criteria, common)
    events = record.facts.get("events") or []
    tables = {
        "acceptance": table_of(criteria),
        "events": Table(EVENTS, tuple((one["utc"], one["text"]) for one in events)),
        "gaps": Table(GAP_COLUMNS, tuple((one["until"], one["seconds"], one["why"]) for one in gaps)),
    }
    return Analysis(judged, tables)


def _declared(gas: Mapping[str, Any]) -> tuple[str, ...]:
    if gas.get("gas") in (None, "none") or is_measured(gas):
        return ()
    return (flags.PRESSURE_DECLARED if gas["gas"] == "vacuum" else flags.GAS_DECLARED,)


def _soak_results(soak: Soak | None, common: tuple[str, ...]) -> dict[str, Result]:
    names = ("in_band_soak", "settling_time", "longest_excursion", "time_above", "longest_gap")
    if soak is None:
        return {name: unresolved("s", flags.NO_SOAK, *common) for name in names}
    values = (
        soak.in_band_s,
        soak.settled_after_s,
        soak.longest_excursion_s,
        soak.above_s,
        soak.longest_gap_s,
    )
    return {name: Result(value, "s", flags=common) for name, value in zip(names, values, strict=True)}


def _temperatures(curves: Curves, common: tuple[str, ...]) -> dict[str, Result]:
    control = np.where(curves.heating, curves.control, np.nan)
    dwell = np.where(curves.dwell, curves.control, np.nan)
    above = control - curves.setpoint
    found = {
        "peak_temperature": _temperature(_highest(control), common),
        "overshoot": _difference(_highest(above), common),
        "mean_temperature": _temperature(_mean(dwell), common),
        "control_stability": _difference(_deviation(dwell), common),
    }
    if not np.isfinite(curves.vessel).any():
        units = (("vessel_minus_control", "K"), ("vessel_peak", "degC"), ("vessel_unseen", "s"))
        return found | {name: unresolved(unit, flags.NO_VESSEL, *common) for name, unit in units}
    difference = np.where(curves.dwell, curves.vessel - curves.control, np.nan)
    found["vessel_minus_control"] = _difference(_highest(difference), common)
    step, gap_s = np.diff(curves.time), float(curves.recipe.get("gap_s", np.inf))
    blind = curves.heating[:-1] & (~np.isfinite(curves.vessel[:-1]) | (step > gap_s))
    found["vessel_unseen"] = Result(float(step[blind].sum()), "s", flags=common)
    found["vessel_peak"] = _temperature(_highest(curves.vessel), common)
    return found


def _cooling(progress: Mapping[str, Any], curves: Curves, common: tuple[str, ...]) -> Result:
    if not progress.get("permit"):
        return unresolved("s", flags.NO_PERMIT, *common)
    last = np.flatnonzero(curves.heating)
    begun = curves.time[int(last[-1])] if len(last) else curves.time[0]
    return Result(float(curves.time[-1] - begun), "s", flags=common)


def _temperature(value: float | None, common: tuple[str, ...]) -> Result:
    if value is None:
        return unresolved("degC", flags.NO_SOAK, *common)
    u = limit_of_error_K(value) / math.sqrt(3)
    part = Component("thermocouple, limit of error", u, "K", u, "B", distribution="rectangular")
    return combine(value, "degC", [part], (*common, flags.ASSUMED_U))


def _difference(value: float | None, common: tuple[str, ...]) -> Result:
    if value is None:
        return unresolved("K", flags.NO_SOAK, *common)
    return Result(value, "K", flags=common)


def _highest(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else None


def _mean(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _deviation(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1)) if len(known) > 1 else None


def _with_flag(result: Result, flag: str) -> Result:
    return Result(
        result.value,
        result.unit,
        result.u,
        result.k,
        result.U,
        result.dof,
        (flag, *result.flags),
        result.budget,
    )
