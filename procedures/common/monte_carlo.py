"""Propagation of distributions (JCGM 101, GUM supplement 1), for where a derivative says too little."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.core.uncertainty import COVERAGE
from procedures.common.propagation import Quantity, Source

Array = NDArray[np.float64]

TRIALS = 200_000
"""The ends of a 95 % interval are then good to a percent of their distance (JCGM 101, 7.2.2)."""
_SEED = 20080101
"""Fixed: an analysis that is repeated gives the same digits."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The probabilistically symmetric coverage interval (JCGM 101, 7.7) with its median."""

    low: float
    middle: float
    high: float

    def half_width_about(self, value: float) -> float:
        """The smallest symmetric U around `value` that holds the whole interval."""
        return max(self.high - value, value - self.low)


def propagate(
    function: Callable[..., Array],
    quantities: Sequence[Quantity],
    *,
    trials: int = TRIALS,
    coverage: float = COVERAGE,
) -> Interval:
    """The interval of function(x, y, ...) for the joint distribution of the quantities.

    Sources that several quantities share are drawn once, so that their correlation is kept. `function` gets
    one array a quantity. Raises ValueError if it returns anything that is not finite.
    """
    rng = np.random.default_rng(_SEED)
    drawn: dict[Source, Array] = {}
    inputs = []
    for one in quantities:
        values = np.full(trials, one.value)
        for source, slope in one.by.items():
            if source not in drawn:
                drawn[source] = _draw(rng, source, trials)
            values = values + slope * drawn[source]
        inputs.append(values)
    found = function(*inputs)
    if not np.all(np.isfinite(found)):
        raise ValueError("the function has no finite value for some of what the uncertainties allow")
    low, middle, high = np.quantile(found, [(1 - coverage) / 2, 0.5, (1 + coverage) / 2])
    return Interval(float(low), float(middle), float(high))


def _draw(rng: np.random.Generator, source: Source, trials: int) -> Array:
    """Rectangular, normal, or a scaled and shifted t for a type A source (JCGM 101, 6.4.9)."""
    if source.distribution == "rectangular":
        half = source.u * np.sqrt(3.0)
        return rng.uniform(-half, half, trials)
    if np.isfinite(source.dof):
        return source.u * rng.standard_t(source.dof, trials)
    return source.u * rng.standard_normal(trials)
