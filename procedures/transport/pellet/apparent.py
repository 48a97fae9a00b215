"""Conductivity where bulk and contacts are not separated: L/(A R) of each pellet, and what a bound says."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bench.core.uncertainty import Component, Result, unresolved
from procedures.common.coverage import combine_covering
from procedures.transport.pellet import flags
from procedures.transport.pellet.budget import Sensitivities, components
from procedures.transport.pellet.measured import Measured, MeasuredPellet

UNIT = "S/m"
LARGEST_BOUND = 0.5
"""Part of the resistance above which a bound of the contact resistance says nothing about the bulk."""


def apparent_conductivity(
    measured: Measured,
    pellets: Sequence[MeasuredPellet],
    found: Sequence[str],
) -> Result:
    """Mean of L/(A R) with the contacts still in R: a lower bound of the conductivity of the bulk."""
    value, budget = measured.temperature.brought_to_reference(*_mean(measured, pellets, 0.0))
    return combine_covering(value, UNIT, budget, found)


def bounded_conductivity(
    measured: Measured,
    pellets: Sequence[MeasuredPellet],
    contact_ohm: float,
    found: Sequence[str],
) -> Result:
    """Conductivity with the contacts known to lie between zero and `contact_ohm`, and nothing else of them.

    The middle of the two conductivities that the ends of the bound give, with half their distance as the
    limits of a rectangular component.
    """
    if contact_ohm > LARGEST_BOUND * min(p.ohm for p in pellets):
        return unresolved(UNIT, flags.NO_SERIES, flags.BOUND_TOO_WIDE, *found)
    low, _ = _mean(measured, pellets, 0.0)
    high, _ = _mean(measured, pellets, contact_ohm)
    _, budget = _mean(measured, pellets, contact_ohm / 2)
    half = (high - low) / 2
    if half > 0:
        bound = Component(
            "contact resistance (declared bound)",
            contact_ohm / math.sqrt(12),
            "ohm",
            half / math.sqrt(3),
            "B",
            distribution="rectangular",
        )
        budget = [*budget, bound]
    value, budget = measured.temperature.brought_to_reference((low + high) / 2, budget)
    return combine_covering(value, UNIT, budget, (flags.CONTACT_BOUND, *found))


def _mean(
    measured: Measured,
    pellets: Sequence[MeasuredPellet],
    contact_ohm: float,
) -> tuple[float, list[Component]]:
    height = np.array([p.pellet.height.value for p in pellets])
    area = np.array([p.pellet.area.value for p in pellets])
    bulk_ohm = np.array([p.ohm for p in pellets]) - contact_ohm
    each = height / (area * bulk_ohm)
    value = float(each.mean())
    sensitivities = Sensitivities(
        per_ohm=-each / bulk_ohm / each.size,
        per_m=each / height / each.size,
        per_area=-value,
        per_K=measured.temperature.alpha_per_K * value,
    )
    return value, components(measured, pellets, sensitivities)
