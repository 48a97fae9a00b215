"""What a stability log says: resistance, drift, how long to average, or why it cannot say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.core.quantities import format_quantity
from bench.core.uncertainty import Component, Result, combine, unresolved
from bench.runs.record import Analysis
from procedures.common.budget_table import budget_table
from procedures.common.coverage import combine_covering
from procedures.transport.stability import flags
from procedures.transport.stability.allan import AllanPoint, allan_table
from procedures.transport.stability.measured import Series, Trend, series_of, trend_of
from procedures.transport.stability.tables import allan_rows, gap_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.runs.record import RunRecord

ASSUMED_U_K = 0.2
"""Where the station does not say how good its thermometer is."""
FEWEST_POINTS = 3
LEAST_EDF = 3.0
"""Degrees of freedom below which an Allan deviation recommends nothing."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything between the rows and the results."""

    series: Series
    trend: Trend | None
    allan: Sequence[AllanPoint]

    @property
    def best(self) -> AllanPoint | None:
        """The averaging time with the smallest Allan deviation of the values as they are."""
        sure = [one for one in self.allan if one.edf >= LEAST_EDF]
        return min(sure, key=lambda one: one.deviation, default=None)

    @property
    def longest(self) -> AllanPoint | None:
        """The longest averaging time whose deviation can be trusted."""
        sure = [one for one in self.allan if one.edf >= LEAST_EDF]
        return sure[-1] if sure else None


def evaluate(record: RunRecord) -> Evaluation:
    """Grid, trend and Allan deviations of a run. The latter without what followed the room."""
    series = series_of(record)
    coefficient = record.sample.temperature_coefficient if record.sample is not None else None
    declared = None if coefficient is None else (coefficient.value, coefficient.u)
    if series.count < FEWEST_POINTS:
        return Evaluation(series, None, ())
    trend = trend_of(series, declared)
    if trend is None:
        return Evaluation(series, None, allan_table(series.ohm, series.ohm))
    return Evaluation(series, trend, allan_table(series.ohm, series.ohm - trend.line - trend.room))


def analyse(record: RunRecord) -> Analysis:
    """Results and tables of a stability log, from its rows, facts, parameters and sample alone."""
    found = evaluate(record)
    settling = record.facts.get("settling") or {}
    common = found.series.flags
    if not settling.get("settled", True):
        common = (flags.NOT_SETTLED, *common)
    results = _results(record, found, common)
    tables = {
        "allan": allan_rows(found.allan, found.series.interval_s),
        "gaps": gap_rows(record.facts.get("gaps") or (), found.series.interval_s),
        "budget": budget_table(results),
    }
    return Analysis(results, tables)


def _results(record: RunRecord, found: Evaluation, common: tuple[str, ...]) -> dict[str, Result]:
    series, trend = found.series, found.trend
    if trend is None:
        why = flags.TOO_SHORT if series.count >= FEWEST_POINTS else flags.TOO_FEW
        units = (
            ("resistance", "ohm"),
            ("drift", "ohm/h"),
            ("relative_drift", "1/h"),
            ("averaging_time", "s"),
        )
        return {name: unresolved(unit, why, *common) for name, unit in units}
    gains = _gains(record, series)
    drift_flags = (() if trend.per_hour.resolved else (flags.NOT_RESOLVED,)) + trend.flags + common
    noise = Component(
        "noise of all kinds", trend.per_hour.u, "ohm/h", trend.per_hour.u, "A", trend.per_hour.dof
    )
    parts = [noise]
    if trend.u_coefficient > 0:
        parts.append(
            Component("temperature coefficient", trend.u_coefficient, "ohm/h", trend.u_coefficient, "B")
        )
    drift = combine(
        trend.per_hour.value, "ohm/h", [*parts, *_scaled(gains, trend.per_hour.value)], drift_flags
    )
    relative = [
        Component(one.name, one.u, one.unit, one.contribution / abs(trend.mean_ohm), one.kind, one.dof)
        for one in parts
    ]
    results = {
        "resistance": _resistance(record, found, trend, gains, common),
        "drift": drift,
        "relative_drift": combine(trend.per_hour.value / trend.mean_ohm, "1/h", relative, drift_flags),
        **_averaging(found, common),
    }
    if trend.per_K is not None:
        part = Component("noise of all kinds", trend.per_K.u, "1/K", trend.per_K.u, "A", trend.per_K.dof)
        results["resistance_temperature_coefficient"] = combine(trend.per_K.value, "1/K", [part], common)
    return results


def _resistance(
    record: RunRecord, found: Evaluation, trend: Trend, gains: Mapping[str, float], common: tuple[str, ...]
) -> Result:
    """The mean over the log, at the reference temperature where the coefficient is known."""
    value, parts = trend.mean_ohm, []
    if found.longest is not None:
        u_A = found.longest.detrended
        note = f"Allan deviation at {format_quantity(found.longest.factor * found.series.interval_s, 's')}"
        parts.append(Component("repeatability", u_A, "ohm", u_A, "A", found.longest.edf, note=note))
    parts += _scaled(gains, value)
    if not gains:
        common = (flags.TYPE_A_ONLY, *common)
    per_K, u_per_K = _coefficient(record, trend)
    if trend.kelvin is not None and per_K:
        reference_K = record.parameters.get("reference_temperature")
        away_K = 0.0 if reference_K is None else trend.kelvin - float(reference_K)
        stated_K = record.facts.get("ambient_u_K")
        if stated_K is None:
            common = (flags.NO_TEMPERATURE_U, *common)
        u_K = ASSUMED_U_K if stated_K is None else float(stated_K)
        value -= trend.mean_ohm * per_K * away_K
        parts.append(Component("temperature", u_K, "K", abs(trend.mean_ohm * per_K) * u_K, "B"))
        if away_K and u_per_K:
            part = abs(trend.mean_ohm * away_K) * u_per_K
            parts.append(Component("temperature coefficient", u_per_K, "1/K", part, "B"))
    parts = [one for one in parts if one.contribution > 0]
    return combine_covering(value, "ohm", parts, common) if parts else combine(value, "ohm", (), common)


def _coefficient(record: RunRecord, trend: Trend) -> tuple[float, float]:
    """Of the resistance, relative: as fitted or as declared, with u; zeros where neither."""
    if trend.per_K is not None:
        return trend.per_K.value, trend.per_K.u
    declared = record.sample.temperature_coefficient if record.sample is not None else None
    return (0.0, 0.0) if declared is None else (-declared.value, declared.u)


def _averaging(found: Evaluation, common: tuple[str, ...]) -> dict[str, Result]:
    best = found.best
    if best is None:
        return {
            "averaging_time": unresolved("s", flags.TOO_SHORT, *common),
            "allan_deviation": unresolved("ohm", flags.TOO_SHORT, *common),
        }
    still = (flags.STILL_IMPROVING,) if best is found.longest else ()
    u = best.deviation / math.sqrt(2 * best.edf)
    part = Component("spread of an Allan deviation", u, "ohm", u, "A", best.edf)
    return {
        "averaging_time": Result(best.factor * found.series.interval_s, "s", flags=(*still, *common)),
        "allan_deviation": combine(best.deviation, "ohm", [part] if u > 0 else [], (*still, *common)),
    }


def _gains(record: RunRecord, series: Series) -> dict[str, float]:
    """Standard uncertainties of the published gains, by name; empty where any is not known."""
    limits = {
        (one["unit"], one["range"]): float(one["relative"]) for one in record.facts.get("accuracy") or ()
    }
    if any(key not in limits for key in series.gains):
        return {}
    words = {"V": "voltage", "A": "current"}
    return {
        f"{words[unit]} gain, range {format_quantity(full, unit)}": limits[unit, full] / math.sqrt(3)
        for unit, full in series.gains
    }


def _scaled(gains: Mapping[str, float], value: float) -> list[Component]:
    return [
        Component(name, u, "1", abs(value) * u, "B", distribution="rectangular") for name, u in gains.items()
    ]
