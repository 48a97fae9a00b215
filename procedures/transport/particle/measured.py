"""From rows to one conductance for each particle, corrected for leakage and leads, and to its shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from procedures.common.gains import Gains
from procedures.common.propagation import Quantity, Source, limit, measured
from procedures.common.reversal import Resistance, TooFewGroupsError, resistance
from procedures.common.source_points import Points, Rows
from procedures.transport.particle import flags
from procedures.transport.particle.columns import OPEN, PARTICLE, SHORT, SWEEP, WINDOW
from procedures.transport.particle.shape import Shape, shape_of

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

ROOM_K = 296.15
"""Assumed for k_B T where no temperature was measured, with a flag."""
SIGNIFICANCE = 0.01


@dataclass(frozen=True, slots=True)
class MeasuredParticle:
    """A particle: `conductance` in S, None where there is none; the window's fit (I against V), the shape."""

    name: str
    window: Points
    sweep: Points
    fit: Resistance | None
    conductance: Quantity | None
    shape: Shape
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """All particles of a run with what was corrected for: leakage in S, series resistance in ohm."""

    particles: tuple[MeasuredParticle, ...]
    leakage: Quantity | None
    series: Quantity | None
    temperature_K: float | None
    flags: tuple[str, ...]


def evaluate(record: RunRecord) -> Measured:
    """Fit every particle of the run."""
    rows, parameters = Rows(record, PARTICLE), record.parameters
    settling: Mapping[str, Mapping[str, object]] = record.facts.get("settling", {})
    gains = Gains(record)
    found: list[str] = []
    leakage = _correction(rows.points(OPEN), "S", "leakage, tips apart")
    series = _correction(rows.points(SHORT), "ohm", "series resistance, tip on tip")
    if leakage is None:
        found.append(flags.NO_OPEN)
    if series is None and not parameters["four_wire"]:
        found.append(flags.NO_SHORT)
    applied = None if parameters["four_wire"] else series
    kelvin = rows.points(WINDOW).temperature_K
    for name in settling:
        kelvin = np.concatenate([kelvin, rows.points(WINDOW, name).temperature_K])
    kelvin = kelvin[np.isfinite(kelvin)]
    temperature_K = float(kelvin.mean()) if kelvin.size else None
    if temperature_K is None:
        found.append(flags.NO_TEMPERATURE)
    particles = tuple(
        _particle(
            name,
            rows.points(WINDOW, name),
            rows.points(SWEEP, name),
            leakage=leakage,
            series=applied,
            gains=gains,
            tolerance=float(parameters["linearity_tolerance"]),
            temperature_K=temperature_K or ROOM_K,
            settled=bool(state["settled"]),
        )
        for name, state in settling.items()
    )
    if gains.missing:
        found.append(flags.TYPE_A_ONLY)
    return Measured(particles, leakage, series, temperature_K, tuple(found))


def _particle(
    name: str,
    window: Points,
    sweep: Points,
    *,
    leakage: Quantity | None,
    series: Quantity | None,
    gains: Gains,
    tolerance: float,
    temperature_K: float,
    settled: bool,
) -> MeasuredParticle:
    found = [] if settled else [flags.NOT_SETTLED]
    use = sweep.usable
    shape = shape_of(
        sweep.voltage_V[use], sweep.current_A[use], sweep.number[use] == 0, temperature_K, tolerance
    )
    if np.any(~use):
        found.append(flags.IN_COMPLIANCE)
    if shape.hysteretic and shape.hysteresis > tolerance:
        found.append(flags.HYSTERESIS)
    fit = None
    try:
        highest = float(np.abs(window.voltage_V[window.usable]).max(initial=0.0))
        fit = resistance(window.conductance_groups(), highest)
    except TooFewGroupsError:
        return MeasuredParticle(name, window, sweep, None, None, shape, (flags.TOO_FEW_POINTS, *found))
    conductance = _corrected(name, fit, window, shape, leakage=leakage, series=series, gains=gains)
    if conductance.value <= 0:
        found.insert(0, flags.NOT_POSITIVE)
        return MeasuredParticle(name, window, sweep, fit, None, shape, tuple(found))
    if not fit.ohmic(tolerance, SIGNIFICANCE):
        found.append(flags.NOT_LINEAR)
    return MeasuredParticle(name, window, sweep, fit, conductance, shape, tuple(found))


def _corrected(
    name: str,
    fit: Resistance,
    window: Points,
    shape: Shape,
    *,
    leakage: Quantity | None,
    series: Quantity | None,
    gains: Gains,
) -> Quantity:
    """Slope at zero; G = Gm - G_open, then 1/(1/G - R_short): leads in series, leakage in parallel."""
    volt, ampere = window.gains
    # The window is no point: the curve of the whole sweep tells how far its slope is from that at zero.
    bend = shape.zero_over_window(window.voltage_V[window.usable]) - 1
    value = fit.ohm * (1 + bend)
    seen = measured(
        value, "S",
        Source(f"repeatability, {name}", fit.u_A, "S", "A", fit.dof),
        limit(f"curvature within the window, {name}", abs(value * bend) / 2, "S", "half its correction"),
    )  # fmt: skip
    by = dict(seen.by)
    by[gains.source(ampere)] = value
    by[gains.source(volt)] = -value
    if leakage is not None:
        value -= leakage.value
        by |= {source: -slope for source, slope in leakage.by.items()}
    if series is not None and value > 0:
        factor = 1 / (1 - value * series.value)
        by = {source: slope * factor**2 for source, slope in by.items()}
        value *= factor
        by |= {source: value**2 * slope for source, slope in series.by.items()}
    return Quantity(value, "S", by)


def _correction(points: Points, unit: str, name: str) -> Quantity | None:
    """From the open (I against V) or the short (V against I); None where too little of it is usable."""
    conducting = unit == "S"
    sourced = points.voltage_V if conducting else points.current_A
    try:
        groups = points.conductance_groups() if conducting else points.resistance_groups()
        fit = resistance(groups, float(np.abs(sourced[points.usable]).max(initial=0.0)))
    except TooFewGroupsError:
        return None
    if not math.isfinite(fit.ohm):
        return None
    return measured(fit.ohm, unit, Source(name, fit.u_A, unit, "A", fit.dof))
