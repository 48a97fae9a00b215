"""Resistance from delta readings, which share conversions: their scatter has to be taken in blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

Array = NDArray[np.float64]

BLOCK = 10
"""Readings of one block: next to each other, block means correlate by 3/(8 BLOCK) only."""
FEWEST_BLOCKS = 4
_KEPT = 1 + 2 * 3 / (8 * BLOCK)
"""Variance of a mean of many blocks over that of independent ones."""


class TooFewReadingsError(ValueError):
    """Not enough readings for a scatter."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its type A standard uncertainty and degrees of freedom."""

    value: float
    u: float
    dof: int


def block_means(values: Array) -> Array:
    """Means of successive BLOCK values; what is left over at the end is left out."""
    whole = values.size // BLOCK * BLOCK
    means: Array = values[:whole].reshape(-1, BLOCK).mean(axis=1)
    return means


def estimate(tests: Sequence[Array]) -> Estimate:
    """The mean of one or several tests of the same thing, from their blocks.

    Successive delta readings (A - 2B + C)/4 correlate by 2/3 and 1/6. Blocks hardly do; what is left is
    allowed for. A specimen that drifts makes the tests differ by more than their blocks say: then the scatter
    of the tests counts, with the few degrees of freedom it has. Raises TooFewReadingsError for fewer than
    FEWEST_BLOCKS blocks.
    """
    means = np.concatenate([block_means(one) for one in tests]) if tests else np.empty(0)
    if means.size < FEWEST_BLOCKS:
        raise TooFewReadingsError(f"{means.size} blocks of {BLOCK} readings, {FEWEST_BLOCKS} are needed")
    u = math.sqrt(float(means.var(ddof=1)) / means.size * _KEPT)
    value, dof = float(means.mean()), means.size - 1
    if len(tests) > 1:
        between = float(np.std([one.mean() for one in tests if one.size], ddof=1)) / math.sqrt(len(tests))
        if between > 2 * u:
            u, dof = between, len(tests) - 1
    return Estimate(value, u, dof)


def differ(one: Estimate, other: Estimate, tolerance: float, significance: float = 0.01) -> bool:
    """True where two means are apart by more than `tolerance` (relative), and by more than noise."""
    apart = abs(one.value - other.value)
    u = math.hypot(one.u, other.u)
    if apart <= tolerance * max(abs(one.value), abs(other.value)):
        return False
    return u == 0 or 2 * float(stdtr(min(one.dof, other.dof), -apart / u)) < significance
