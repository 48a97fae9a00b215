"""Draws of a whole thickness series at the level of resistances, every error as the budget states it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bench.samples import Declared, Pellet
from procedures.common.reversal import Resistance
from procedures.common.source_points import Points
from procedures.transport.pellet.measured import Measured, MeasuredPellet
from procedures.transport.pellet.temperature import Temperature

NONE = np.empty(0)
AREA_m2 = 1e-4


@dataclass(frozen=True)
class Errors:
    """Standard uncertainties; `gain` is the published limit of each range (rectangular)."""

    u_height_m: float = 20e-6
    u_area: float = 0.005
    u_ohm: float = 0.0
    dof: int = 7
    gain: float = 0.0
    spread_ohm: float = 0.0
    alpha_per_K: float = 0.0
    u_K: float = 0.0


@dataclass(frozen=True)
class Case:
    """The truth and what is declared of it; `ranges_V` is the voltage range of each pellet."""

    errors: Errors
    heights_m: tuple[float, ...] = (0.5e-3, 1e-3, 1.5e-3, 2e-3, 2.5e-3)
    ranges_V: tuple[float, ...] = (2.0, 2.0, 2.0, 2.0, 2.0)
    conductivity: float = 1e-3
    contact_ohm: float = 700.0


def draw(case: Case, rng: np.random.Generator) -> Measured:
    """One laboratory: all its errors drawn, its readings analysed up to the resistances."""
    errors = case.errors
    area = AREA_m2 * (1 + errors.u_area * rng.standard_normal())
    gain = {
        key: errors.gain * rng.uniform(-1, 1) for key in [("A", 1e-4), *{("V", one) for one in case.ranges_V}]
    }
    off_K = errors.u_K * rng.standard_normal()
    sigma = case.conductivity * (1 + errors.alpha_per_K * off_K)
    pellets = []
    for name, height, full_scale in zip("abcdefgh", case.heights_m, case.ranges_V, strict=False):
        gauge = height + errors.u_height_m * rng.standard_normal()
        ohm = height / (sigma * area) + case.contact_ohm + errors.spread_ohm * rng.standard_normal()
        ohm *= 1 + gain["V", full_scale] - gain["A", 1e-4]
        ohm += errors.u_ohm * rng.standard_normal()
        u_A = errors.u_ohm * math.sqrt(rng.chisquare(errors.dof) / errors.dof)
        fit = Resistance(ohm, u_A, errors.dof, errors.dof + 1, 0.0, 0.0, 1e-4, 1.0, 1.0, 0.0, 1.0, ohm)
        declared = Pellet(
            name,
            Declared(gauge, errors.u_height_m, "m"),
            Declared(AREA_m2, errors.u_area * AREA_m2, "m^2"),
        )
        points = Points(NONE, NONE, NONE, NONE, NONE, NONE > 0, full_scale, 1e-4, NONE)
        pellets.append(MeasuredPellet(declared, points, fit, ohm, ()))
    return Measured(
        pellets=tuple(pellets),
        short=None,
        short_applied=False,
        open=None,
        contact_spread_ohm=errors.spread_ohm,
        relative_limits=dict.fromkeys(gain, errors.gain),
        temperature=Temperature(296.15, errors.u_K, 0.0, errors.alpha_per_K, 0.0, None),
        flags=(),
    )
