"""Relative density of the pellets: how much of the volume is solid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench.core.uncertainty import Component, Result, combine

if TYPE_CHECKING:
    from bench.samples import Pellet, Sample


def relative_density_of(pellet: Pellet, sample: Sample) -> float | None:
    """m/(rho_true A L) of one pellet, None where mass or true density is not declared."""
    if pellet.mass is None or sample.true_density is None:
        return None
    return pellet.mass.value / (sample.true_density.value * pellet.area.value * pellet.height.value)


def relative_density(sample: Sample, pellets: Sequence[Pellet]) -> Result | None:
    """Mean over the pellets with a declared mass; None without any or without the true density."""
    weighed = [(pellet, pellet.mass) for pellet in pellets if pellet.mass is not None]
    density = sample.true_density
    if not weighed or density is None:
        return None
    values = np.array([relative_density_of(pellet, sample) for pellet, _ in weighed], dtype=float)
    mean, count = float(values.mean()), len(weighed)
    u_mass = np.array([mass.u / mass.value for _, mass in weighed])
    u_height = np.array([pellet.height.u / pellet.height.value for pellet, _ in weighed])
    u_area = float(np.mean([pellet.area.u / pellet.area.value for pellet, _ in weighed]))
    lines = (
        (
            "masses",
            float(np.mean([mass.u for _, mass in weighed])),
            "kg",
            float(np.linalg.norm(values * u_mass)) / count,
        ),
        (
            "heights",
            float(np.mean([p.height.u for p, _ in weighed])),
            "m",
            float(np.linalg.norm(values * u_height)) / count,
        ),
        ("area", float(np.mean([p.area.u for p, _ in weighed])), "m^2", mean * u_area),
        ("true density", density.u, "kg/m^3", mean * density.u / density.value),
    )
    budget = [Component(name, u, unit, part, "B") for name, u, unit, part in lines if part > 0]
    return combine(mean, "1", budget)
