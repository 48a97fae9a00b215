"""Hall resistance against measured field: a line through zero, and every way in which it is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

Array = NDArray[np.float64]

SIGNIFICANCE = 0.01
FEWEST = 8
_ITERATIONS = 50


class TooFewFieldsError(ValueError):
    """Not enough points, or all in one direction of the field."""


@dataclass(frozen=True, slots=True)
class Term:
    """A further term of the fit: its value at the largest field relative to the Hall resistance there.

    `p` is the probability that noise alone gives one as large.
    """

    relative: float
    p: float

    def matters(self, tolerance: float) -> bool:
        """Larger than the tolerance, and no noise."""
        return abs(self.relative) > tolerance and self.p < SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class FieldLine:
    """R = offset + drift (t - mean) + slope B + even B^2, by least squares with errors in both R and B.

    `u_slope` is of type A, with `dof` degrees of freedom: from the scatter about the fit, or from the stated
    errors of the points where those are larger. `cubic` (several carriers), `step` (intercept of the odd
    part: what stays for small fields of either sign), `hysteresis` (upwards against downwards) and `halves`
    (the slope after each interruption against that before it) are tested one by one on top of it.
    `even_ohm_per_T2` is what does not change sign with the field.
    """

    offset_ohm: float
    slope_ohm_per_T: float
    u_slope: float
    dof: int
    drift_ohm_per_s: float
    even_ohm_per_T2: float
    even: Term
    cubic: Term
    step: Term
    hysteresis: Term
    halves: tuple[Term, ...]
    chi2: float
    residuals_ohm: Array

    def at(self, field_T: Array) -> Array:
        """The part of the fit that is odd in the field."""
        odd: Array = self.slope_ohm_per_T * field_T
        return odd


def fit_field_line(
    time_s: Array,
    field_T: Array,
    ohm: Array,
    u_ohm: Array,
    u_field_T: Array,
    *,
    resumed: Sequence[int] = (),
) -> FieldLine:
    """Fit and test. Points are in the order they were taken; `u_*` are their independent errors.

    `resumed` are the places of the first points after interruptions.

    The error of B acts as slope*u(B) on R (effective variance; for a straight line this is York's fit to
    second order in u(B)/B). Raises TooFewFieldsError for fewer than FEWEST points or one sign of the field.
    """
    if field_T.size < FEWEST or not (np.any(field_T > 0) and np.any(field_T < 0)):
        raise TooFewFieldsError(f"{field_T.size} fields, at least {FEWEST} of both signs are needed")
    largest = float(np.abs(field_T).max())
    b = field_T / largest
    when = time_s - time_s.mean()
    when = when / max(float(np.abs(when).max()), 1e-300)
    design = np.column_stack([np.ones_like(b), when, b, b**2])
    slope = float(np.linalg.lstsq(design, ohm, rcond=None)[0][2])
    for _ in range(_ITERATIONS):
        sigma = np.hypot(u_ohm, slope / largest * u_field_T)
        sigma = np.where(sigma > 0, sigma, max(float(sigma.max()), 1e-300) if sigma.any() else 1.0)
        coefficients, _covariance = _solve(design, ohm, sigma)
        if abs(coefficients[2] - slope) <= 1e-12 * abs(slope):
            break
        slope = float(coefficients[2])
    coefficients, covariance = _solve(design, ohm, sigma)
    residuals = ohm - design @ coefficients
    dof = ohm.size - design.shape[1]
    stated = bool(np.any(u_ohm > 0) or np.any(u_field_T > 0))
    chi2 = float(np.sum((residuals / sigma) ** 2))
    inflation = max(1.0, chi2 / dof) if stated else chi2 / dof
    direction = np.sign(np.gradient(field_T))

    def term(column: Array) -> Term:
        return _further(design, column, ohm, sigma, float(coefficients[2]), stated=stated)

    even_u = math.sqrt(inflation * covariance[3, 3])
    even_p = 2 * float(stdtr(dof, -abs(coefficients[3]) / even_u)) if even_u > 0 else 1.0
    when_scale = float(np.abs(time_s - time_s.mean()).max()) or 1.0
    return FieldLine(
        offset_ohm=float(coefficients[0]),
        slope_ohm_per_T=float(coefficients[2]) / largest,
        u_slope=math.sqrt(inflation * covariance[2, 2]) / largest,
        dof=dof,
        drift_ohm_per_s=float(coefficients[1]) / when_scale,
        even_ohm_per_T2=float(coefficients[3]) / largest**2,
        even=Term(_ratio(coefficients[3], coefficients[2]), even_p),
        cubic=term(b**3),
        step=term(np.sign(b)),
        hysteresis=term(direction * (1 - np.abs(b))),
        halves=tuple(term(np.where(np.arange(b.size) >= place, b, 0.0)) for place in resumed),
        chi2=chi2 if stated else math.nan,
        residuals_ohm=residuals,
    )


def _solve(design: Array, y: Array, sigma: Array) -> tuple[Array, Array]:
    weighted = design / sigma[:, None]
    scale = np.linalg.norm(weighted, axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    inverse = np.linalg.pinv(weighted / scale)
    coefficients: Array = inverse @ (y / sigma) / scale
    covariance: Array = inverse @ inverse.T / np.outer(scale, scale)
    return coefficients, covariance


def _further(design: Array, column: Array, y: Array, sigma: Array, slope: float, *, stated: bool) -> Term:
    """One column more: its coefficient relative to the slope, and its p-value (Student's t)."""
    wider = np.column_stack([design, column])
    dof = y.size - wider.shape[1]
    weighted = wider / sigma[:, None]
    norms = np.linalg.norm(weighted, axis=0)
    if dof < 1 or np.any(norms == 0) or np.linalg.svd(weighted / norms, compute_uv=False)[-1] < 1e-6:
        return Term(0.0, 1.0)
    coefficients, covariance = _solve(wider, y, sigma)
    chi2 = float(np.sum(((y - wider @ coefficients) / sigma) ** 2))
    inflation = max(1.0, chi2 / dof) if stated else chi2 / dof
    u = math.sqrt(inflation * covariance[-1, -1])
    size = abs(float(coefficients[-1]))
    if size <= 1e-12 * float(np.abs(y).max()):  # rounding is no evidence
        return Term(_ratio(coefficients[-1], slope), 1.0)
    p = 2 * float(stdtr(dof, -size / u)) if u > 0 else 0.0
    return Term(_ratio(coefficients[-1], slope), p)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else math.inf
