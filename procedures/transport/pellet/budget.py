"""One propagation for every result of a pellet run: named components from sensitivities."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.core.quantities import format_quantity
from bench.core.uncertainty import Component
from procedures.common.source_points import GainKey
from procedures.transport.pellet.measured import Measured, MeasuredPellet

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sensitivities:
    """How a result q answers to its inputs, to first order.

    `per_ohm[i]` = dq/dR_i and `per_m[i]` = dq/dL_i of each pellet, `per_area` = dq/d ln A of the area error
    common to all pellets of a die, `per_K` = dq/dT of the temperature common to all.
    """

    per_ohm: Array
    per_m: Array
    per_area: float
    per_K: float = 0.0


def components(measured: Measured, pellets: Sequence[MeasuredPellet], s: Sensitivities) -> list[Component]:
    """The budget lines of a result; those without any contribution are left out.

    Heights and repeatability are independent from pellet to pellet. Gain errors of the meter are one for all
    readings on the same range, those of the pellets and of the short alike, and independent between ranges;
    its offsets cancel in the reversal. Area, short, leakage and temperature are common to all pellets.
    """
    ohm = np.array([p.ohm for p in pellets])
    found = [
        _heights(pellets, s),
        _area(pellets, s),
        _repeatability(pellets, s),
        _mounting(measured, s),
        *_gains(measured, pellets, s),
        _power(pellets, s),
    ]
    if measured.short is not None and measured.short_applied:
        short = measured.short
        contribution = abs(float(np.sum(s.per_ohm))) * short.u_A
        found.append(Component("short (series resistance)", short.u_A, "ohm", contribution, "A", short.dof))
    if measured.open is not None:
        leak = measured.open
        contribution = abs(float(s.per_ohm @ ohm**2)) * leak.u_A
        found.append(Component("open (leakage)", leak.u_A, "S", contribution, "A", leak.dof))
    u_K = measured.temperature.u_K
    found.append(Component("temperature of the pellet", u_K, "K", abs(s.per_K) * u_K, "B"))
    return [component for component in found if component.contribution > 0]


def _heights(pellets: Sequence[MeasuredPellet], s: Sensitivities) -> Component:
    u = np.array([p.pellet.height.u for p in pellets])
    return Component(
        "heights", _rms(u), "m", float(np.linalg.norm(s.per_m * u)), "B", note=f"{len(pellets)} independent"
    )


def _area(pellets: Sequence[MeasuredPellet], s: Sensitivities) -> Component:
    u = float(np.mean([p.pellet.area.u for p in pellets]))
    relative = float(np.mean([p.pellet.area.u / p.pellet.area.value for p in pellets]))
    return Component(
        "area", u, "m^2", abs(s.per_area) * relative, "B", note="common to all pellets of the die"
    )


def _repeatability(pellets: Sequence[MeasuredPellet], s: Sensitivities) -> Component:
    u = np.array([p.u_A for p in pellets])
    each = s.per_ohm * u
    total = float(np.linalg.norm(each))
    below = math.fsum(
        float(c) ** 4 / p.fit.dof for c, p in zip(each, pellets, strict=True) if p.fit is not None
    )
    return Component("repeatability", _rms(u), "ohm", total, "A", total**4 / below if below > 0 else math.inf)


def _mounting(measured: Measured, s: Sensitivities) -> Component:
    u = measured.contact_spread_ohm
    return Component(
        "contacts, from mounting to mounting", u, "ohm", float(np.linalg.norm(s.per_ohm)) * u, "B"
    )


def _gains(measured: Measured, pellets: Sequence[MeasuredPellet], s: Sensitivities) -> list[Component]:
    """Gain errors: dR = R*(g_V - g_I) for what the meter saw: the pellet with leads, less
    the short on its own ranges.
    """
    effect: dict[GainKey, float] = defaultdict(float)
    for per_ohm, pellet in zip(s.per_ohm, pellets, strict=True):
        assert pellet.fit is not None
        volt, ampere = pellet.gains
        effect[volt] += per_ohm * pellet.fit.ohm
        effect[ampere] -= per_ohm * pellet.fit.ohm
        if measured.short is not None and measured.short_applied:
            volt, ampere = measured.short.gains
            effect[volt] -= per_ohm * measured.short.value
            effect[ampere] += per_ohm * measured.short.value
    found = []
    for (unit, full_scale), total in sorted(effect.items()):
        u = measured.relative_limits.get((unit, full_scale), 0.0) / math.sqrt(3)
        what = "voltage" if unit == "V" else "current"
        name = f"{what} gain, range {format_quantity(full_scale, unit)}"
        found.append(Component(name, u, "1", abs(total) * u, "B", distribution="rectangular"))
    return found


def _power(pellets: Sequence[MeasuredPellet], s: Sensitivities) -> Component:
    """Departure from Ohm's law within the tolerance, or self-heating: one cause in all pellets."""
    limit = np.array([p.power_dependence_ohm for p in pellets])
    contribution = abs(float(s.per_ohm @ limit)) / math.sqrt(3)
    return Component(
        "dependence on power",
        _rms(limit) / math.sqrt(3),
        "ohm",
        contribution,
        "B",
        distribution="rectangular",
    )


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2))) if values.size else 0.0
