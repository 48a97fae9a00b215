"""Drift of a slowly changing quantity with an uncertainty that knows the noise is not white.

A straight line by least squares with uncorrelated errors claims far too little wherever the noise is redder
than white: its own wandering looks like drift. Here the noise is white plus flicker plus random walk in
unknown proportions. For each of many proportions the line is fitted by generalised least squares; each fit
counts by how well the data agree with its proportions (marginal likelihood, uniform in the logarithm of the
ratios). The result is their mixture of Student's t distributions: no proportion has to be chosen, and none is
taken as known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky
from scipy.special import stdtr

from bench.core.uncertainty import COVERAGE, coverage_factor
from procedures.transport.stability.blocks import Blocks

Array = NDArray[np.float64]

_FLICKER_RATIOS = (0.0, *(10.0**e for e in np.arange(-2.5, 3.01, 0.5)))
_WALK_RATIOS = (0.0, *(10.0**e for e in np.arange(-4.0, 3.01, 0.5)))
"""Variance of flicker, and of the step of the random walk from block to block, over that of a block's white
noise. The lowest make no difference to a line through all blocks; with the highest nothing white is left."""
_FOR_NONE = 3.0
"""A compromise found by simulating: more would cover a walk hidden below white noise too rarely, less would
make U still larger where there is nothing but white noise (it is some 1.8 times the least possible there)."""
_LOWEST_DOF = 4.0
"""A mixture has wide tails that no Student t imitates; u and k = U/u stay of a size that people can use."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its expanded uncertainty at COVERAGE; `dof` says how sure the uncertainty itself is."""

    value: float
    U: float
    dof: float

    @property
    def u(self) -> float:
        """The standard uncertainty whose Student factor for `dof` gives U."""
        return self.U / coverage_factor(self.dof)

    @property
    def resolved(self) -> bool:
        """Whether zero lies outside U."""
        return abs(self.value) > self.U


def fit(blocks: Blocks, *columns: Array) -> tuple[Estimate, ...]:
    """The coefficient of each column (one entry a block) in addition to a constant that is not returned.

    Raises ValueError for too few blocks, and for columns that cannot be told apart.
    """
    design = np.column_stack([np.ones(blocks.count), *columns])
    dof = blocks.count - design.shape[1]
    if dof < 2:
        raise ValueError(f"{blocks.count} blocks are too few for {design.shape[1]} coefficients")
    scale = np.abs(design).max(axis=0)
    if not np.all(scale > 0) or np.linalg.cond(design / scale) > 1e6:
        raise ValueError("the columns cannot be told apart")
    height = float(np.ptp(blocks.value)) or 1.0
    one = _all_fits(design / scale, (blocks.value - blocks.value.mean()) / height, blocks, dof)
    log_weights, values, variances = one
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    return tuple(
        _mixture(weights, values[:, i] * height / scale[i], np.sqrt(variances[:, i]) * height / scale[i], dof)
        for i in range(1, design.shape[1])
    )


def _all_fits(design: Array, y: Array, blocks: Blocks, dof: int) -> tuple[Array, Array, Array]:
    """Logarithm of the weight, coefficients and their variances, one line for each pair of proportions."""
    flicker, walk = _shapes(blocks.time.tobytes())
    white = np.diag(blocks.points.mean() / blocks.points)
    both = np.column_stack([design, y])
    count = design.shape[1]
    log_weights, values, variances = [], [], []
    for flicker_ratio in _FLICKER_RATIOS:
        for walk_ratio in _WALK_RATIOS:
            root = cholesky(
                white + flicker_ratio * flicker + walk_ratio * walk, lower=True, check_finite=False
            )
            solved = cho_solve((root, True), both, check_finite=False)
            normal = design.T @ solved[:, :count]
            inverse = np.linalg.inv(normal)
            coefficients = inverse @ (design.T @ solved[:, count])
            # what the fit leaves; rounding may bring it to zero where the data are exact
            rest = float(y @ solved[:, count] - coefficients @ (normal @ coefficients))
            rest = max(rest, 1e-26 * y.size)
            log_weights.append(
                _log_prior(flicker_ratio, walk_ratio)
                - float(np.sum(np.log(np.diag(root))))
                - float(np.linalg.slogdet(normal)[1]) / 2
                - dof / 2 * math.log(rest)
            )
            values.append(coefficients)
            variances.append(rest / dof * np.diag(inverse))
    return np.array(log_weights), np.array(values), np.array(variances)


def _log_prior(flicker_ratio: float, walk_ratio: float) -> float:
    """None at all is _FOR_NONE times as likely beforehand as any one of the other ratios."""
    return math.log(_FOR_NONE) * ((flicker_ratio == 0.0) + (walk_ratio == 0.0))


@lru_cache(maxsize=4)
def _shapes(times: bytes) -> tuple[Array, Array]:
    """Covariances of flicker and random walk between blocks, up to a constant that the design removes."""
    time = np.frombuffer(times)
    apart = np.abs(time[:, None] - time[None, :])
    # The average of flicker over one block of length 1: -(ln 1 - 3/2), from the double integral of -ln|t|.
    flicker = np.where(apart > 0, -np.log(np.where(apart > 0, apart, 1.0)), 1.5)
    flicker += math.log(float(apart.max()) + 1)  # positive definite; the constant is fitted anyway
    walk = np.minimum(time[:, None], time[None, :]) - float(time.min()) + 1.0
    walk -= np.eye(time.size) / 6  # the average of a walk over a block is steadier than its middle
    return flicker, walk


def _mixture(weights: Array, values: Array, u: Array, dof: int) -> Estimate:
    """Centre, half-width that holds COVERAGE, and degrees of freedom after Satterthwaite's idea.

    The variance itself is uncertain by chi-squared with `dof` and by what the proportions leave open.
    """
    value = float(weights @ values)
    total = np.hypot(u, values - value)
    mean = float(weights @ total**2)
    if mean <= 0:
        return Estimate(value, 0.0, math.inf)
    spread = float(weights @ (total**2 - mean) ** 2)
    found_dof = 2 * mean**2 / (spread + 2 * mean**2 / dof)

    def outside(U: float) -> float:
        above = stdtr(dof, (value - values - U) / u)
        below = stdtr(dof, (values - value - U) / u)
        return float(weights @ (above + below))

    low, high = 0.0, 2 * math.sqrt(mean)
    while outside(high) > 1 - COVERAGE:
        high *= 2
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if outside(middle) > 1 - COVERAGE else (low, middle)
    return Estimate(value, high, max(_LOWEST_DOF, found_dof))
