"""Overlapping Allan deviation of evenly spaced values, some of which may be missing.

W. J. Riley, Handbook of Frequency Stability Analysis, NIST SP 1065 (2008), 5.2.4: half the mean square of
the difference of adjacent averages over m values each, from every possible start. What is called fractional
frequency there is the resistance here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from procedures.transport.stability.confidence import effective_dof, interval
from procedures.transport.stability.noise import Noise, identify

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FULL = 0.9
"""An average counts where at least this part of its values is there: a missing value costs white noise at
most 1/0.9 of variance, while asking for all of them would cost the long averages."""
SHORTEST_RECORD = 3
"""Averages over m values need a record of at least this many m."""


@dataclass(frozen=True, slots=True)
class AllanPoint:
    """One averaging time, `factor` intervals long.

    `deviation` is that of the values as they are, `detrended` that without their straight line, which has
    `edf` equivalent degrees of freedom and lies between `low` and `high` at the house's level of confidence.
    `noise` is the kind identified at this averaging time, None where the record is too short to tell.
    """

    factor: int
    pairs: int
    deviation: float
    detrended: float
    edf: float
    low: float
    high: float
    noise: Noise | None


def allan_table(values: Array, without_drift: Array) -> list[AllanPoint]:
    """Allan deviations at averaging factors 1, 2, 4 ... of values on an even grid, NaN where missing.

    Degrees of freedom follow the kind of noise identified at each factor and, where the record is too short,
    at the longest one before. Empty for fewer than three values.
    """
    as_is, detrended = Averages(values), Averages(without_drift)
    found: list[AllanPoint] = []
    last = Noise.WHITE
    for factor in octaves(values.size):
        pairs = as_is.pairs(factor)
        count = int(np.count_nonzero(pairs))
        if not count:
            break
        noise = identify(detrended.averages(factor)[0][::factor])
        last = last if noise is None else noise
        deviation = detrended.deviation(factor)
        edf = effective_dof(last, factor, pairs)
        low, high = interval(deviation, edf)
        found.append(AllanPoint(factor, count, as_is.deviation(factor), deviation, edf, low, high, noise))
    return found


def octaves(count: int) -> list[int]:
    """1, 2, 4 ... as long as `count` values hold SHORTEST_RECORD averages."""
    found = []
    factor = 1
    while SHORTEST_RECORD * factor <= count:
        found.append(factor)
        factor *= 2
    return found


class Averages:
    """Running averages of one series at any length, from sums made once."""

    def __init__(self, values: Array) -> None:
        present = np.isfinite(values)
        # about the mean: sums of large equal numbers would lose the digits that matter
        centred = np.where(present, values - np.mean(values[present]), 0.0) if present.any() else values
        self._sums = np.concatenate([[0.0], np.cumsum(centred)])
        self._counts = np.concatenate([[0], np.cumsum(present)])

    def averages(self, factor: int) -> tuple[Array, Mask]:
        """The average of `factor` values from each start on (about the mean), and which are full enough.

        Those that are not are NaN.
        """
        counts = self._counts[factor:] - self._counts[:-factor]
        full = counts >= FULL * factor
        means = np.full(counts.size, np.nan)
        np.divide(self._sums[factor:] - self._sums[:-factor], counts, out=means, where=full)
        return means, full

    def pairs(self, factor: int) -> Mask:
        """For each start whether both adjacent averages are there."""
        _, full = self.averages(factor)
        both: Mask = full[factor:] & full[:-factor]
        return both

    def deviation(self, factor: int) -> float:
        """The overlapping Allan deviation, NaN without a pair."""
        means, full = self.averages(factor)
        differences = (means[factor:] - means[:-factor])[full[factor:] & full[:-factor]]
        return (
            float(np.sqrt(differences @ differences / differences.size / 2)) if differences.size else np.nan
        )
