"""A long log as a hundred or so averages over equal stretches: all that a drift over the whole needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST = 128
FEWEST = 6
"""Blocks below which no drift is quoted."""
_LEAST_PART = 0.5
"""A block with fewer than this part of its points is left out: its mean is not the mean of its stretch."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Averages over equal stretches of the grid. `time` is the middle of each stretch, in stretches.

    `value` and `columns` are averages over the points that are there (`points` of them).
    """

    time: Array
    points: Array
    value: Array
    columns: tuple[Array, ...]

    @property
    def count(self) -> int:
        """How many."""
        return self.value.size


def in_blocks(value: Array, *columns: Array) -> Blocks:
    """Average values on an even grid (NaN where missing) and what goes with each of them.

    A point counts where its value and all its columns are numbers. Points at the end of the grid
    that do not fill a block are left out.
    """
    size = max(1, -(-value.size // MOST))
    count = value.size // size
    there = np.isfinite(value)
    for column in columns:
        there &= np.isfinite(column)

    def averaged(values: Array) -> Array:
        kept = np.where(there, values, 0.0)[: count * size].reshape(count, size).sum(axis=1)
        means: Array = kept / np.maximum(points, 1)
        return means

    points = there[: count * size].reshape(count, size).sum(axis=1).astype(float)
    full = points >= max(1.0, _LEAST_PART * size)
    return Blocks(
        np.flatnonzero(full).astype(float),
        points[full],
        averaged(value)[full],
        tuple(averaged(column)[full] for column in columns),
    )
