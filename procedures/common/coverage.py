"""Expanded uncertainty that covers what it claims also where one rectangular component dominates."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

from scipy.special import ndtr, stdtr

from bench.core.uncertainty import COVERAGE, Component, Result, combine, coverage_factor, effective_dof

_MANY = 1e6
"""From so many degrees of freedom on Student's t is normal to six digits."""


def combine_covering(
    value: float, unit: str, components: Iterable[Component], flags: Iterable[str] = ()
) -> Result:
    """`bench.core.uncertainty.combine`, with k from the distribution that the budget really has.

    A dominating rectangular component of half-width a has u = a/sqrt(3), and k = 2 would state an interval
    wider than the whole distribution: it would always cover. GUM G.1.6 and EA-4/02 S9.14 (both from memory)
    ask for the factor of the distribution itself, here the sum of the largest rectangular component and a
    Student t for the rest.
    """
    budget = tuple(components)
    result = combine(value, unit, budget, flags)
    if not result.u:
        return result
    k = covering_factor(budget)
    dof = result.dof if result.dof is not None and result.dof < _MANY else math.inf
    return dataclasses.replace(result, k=k, U=k * result.u, dof=dof)


def covering_factor(components: Sequence[Component]) -> float:
    """The factor k on the combined standard uncertainty whose interval holds the probability COVERAGE.

    The largest rectangular component keeps its shape. All others together are taken as normal (Student's t
    with their effective degrees of freedom), which several rectangular ones of like size nearly are.
    """
    rectangular = [c for c in components if c.distribution == "rectangular"]
    largest = max(rectangular, key=lambda c: c.contribution, default=None)
    rest = [c for c in components if c is not largest]
    u_rest = math.sqrt(math.fsum(c.contribution**2 for c in rest))
    half_width = math.sqrt(3) * largest.contribution if largest else 0.0
    u = math.hypot(u_rest, half_width / math.sqrt(3))
    if u == 0.0:
        raise ValueError("a budget without any uncertainty has no coverage factor")
    if u_rest < 1e-6 * half_width:
        return COVERAGE * math.sqrt(3)
    dof = effective_dof(u_rest, rest)
    dof = max(1.0, math.floor(dof)) if dof < _MANY else math.inf
    if half_width < 1e-2 * u_rest:  # no shape left
        return coverage_factor(dof)
    target = 0.5 + COVERAGE / 2

    def covers(k: float) -> bool:
        return _cdf(k * u / u_rest, half_width / u_rest, dof) >= target

    low, high = 0.0, 4.0
    while not covers(high):
        high *= 2
    while high - low > 1e-9 * high:  # bisection: the distribution only rises
        middle = (low + high) / 2
        low, high = (low, middle) if covers(middle) else (middle, high)
    return high


def _cdf(x: float, half_width: float, dof: float) -> float:
    """Distribution of t + rectangular(+-half_width): the mean of the t distribution over the rectangle."""
    upper, lower = _integral(x + half_width, dof), _integral(x - half_width, dof)
    return (upper - lower) / (2 * half_width)


def _integral(x: float, dof: float) -> float:
    """Antiderivative of the cumulative distribution of Student's t (normal for infinite `dof`)."""
    if math.isinf(dof):
        return x * float(ndtr(x)) + math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    if dof == 1:
        return x * float(stdtr(dof, x)) - math.log1p(x * x) / (2 * math.pi)
    log_density = (
        math.lgamma((dof + 1) / 2)
        - math.lgamma(dof / 2)
        - math.log(dof * math.pi) / 2
        - (dof + 1) / 2 * math.log1p(x * x / dof)
    )
    return x * float(stdtr(dof, x)) + (dof + x * x) / (dof - 1) * math.exp(log_density)
