"""A straight line through points with errors in both coordinates, some of them shared between points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ITERATIONS = 200
_CONVERGED = 1e-13


@dataclass(frozen=True, slots=True)
class Line:
    """y = intercept + slope*x, with what is needed to carry any error of the data into both.

    `intercept_weights[i]` is the change of the intercept for a unit change of y_i, `slope_weights` likewise;
    an error of x_i acts as an error -slope*dx_i of y_i. `chi2` is the weighted sum of squared residuals,
    which has `dof` = n - 2 degrees of freedom where the stated errors are right.
    """

    intercept: float
    slope: float
    covariance: Array
    intercept_weights: Array
    slope_weights: Array
    residuals: Array
    chi2: float
    dof: int

    def at(self, x: Array) -> Array:
        """The line at `x`."""
        values: Array = self.intercept + self.slope * x
        return values

    def u_at(self, x: Array) -> Array:
        """Standard uncertainty of the line at `x`, from the errors the fit was given."""
        variance = self.covariance[0, 0] + 2 * x * self.covariance[0, 1] + x**2 * self.covariance[1, 1]
        u: Array = np.sqrt(np.clip(variance, 0.0, None))
        return u


def fit_line(x: Array, y: Array, x_variance: Array, y_covariance: Array) -> Line:
    """Maximum-likelihood line for independent errors of x and any covariance of y.

    Minimises r'C^-1 r over both parameters with r = y - a - b x and C = C_y + b^2 diag(x_variance). For a
    diagonal C_y this is York's line (York et al., Am. J. Phys. 72 (2004) 367), whose slope, unlike that of a
    weighted regression of y on x, is not attenuated by the errors of x. The iteration is York's, written with
    matrices: the condition dS/db = 0 reads x_adj' C^-1 r = 0 with the adjusted x_adj = x + b C_x C^-1 r.

    Without any error at all the points are weighted equally. Raises ValueError for fewer than three points,
    for points that are all at one x, and where the iteration does not settle.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.size < 3:
        raise ValueError("a line with a test of its fit needs at least three points")
    centre, scale = float(x.mean()), float(np.ptp(x))
    if scale == 0.0:
        raise ValueError("all points are at the same x")
    height = float(np.abs(y).max()) or 1.0
    unit = _fit_scaled(
        (x - centre) / scale,
        y / height,
        np.asarray(x_variance) / scale**2,
        np.asarray(y_covariance) / height**2,
    )
    # back to the caller's units: a = height*(a' - b'*centre/scale), b = height/scale*b'
    back = np.array([[height, -height * centre / scale], [0.0, height / scale]])
    intercept, slope = back @ np.array([unit.intercept, unit.slope])
    weights = back @ np.vstack([unit.intercept_weights, unit.slope_weights]) / height
    return Line(
        intercept=float(intercept),
        slope=float(slope),
        covariance=back @ unit.covariance @ back.T,
        intercept_weights=weights[0],
        slope_weights=weights[1],
        residuals=y - intercept - slope * x,
        chi2=unit.chi2,
        dof=unit.dof,
    )


def _fit_scaled(x: Array, y: Array, x_variance: Array, y_covariance: Array) -> Line:
    ones = np.ones_like(x)
    design = np.column_stack([ones, x])
    intercept, slope = np.linalg.lstsq(design, y, rcond=None)[0]
    exact = not np.any(x_variance) and not np.any(y_covariance)
    # A floor far below any measurement keeps the matrix invertible where some points have no stated error.
    floor = 1.0 if exact else 1e-20
    for _ in range(_ITERATIONS):
        inverse = np.linalg.inv(y_covariance + np.diag(slope**2 * x_variance + floor))
        residuals = y - intercept - slope * x
        adjusted = np.column_stack([ones, x + slope * x_variance * (inverse @ residuals)])
        weights = np.linalg.solve(adjusted.T @ inverse @ design, adjusted.T @ inverse)
        previous = slope
        intercept, slope = weights @ y
        if abs(slope - previous) <= _CONVERGED * max(abs(slope), 1.0):
            break
    else:
        raise ValueError(
            "the fit of the line did not settle: the errors are as large as the spread of the points"
        )
    residuals = y - intercept - slope * x
    covariance = np.linalg.inv(adjusted.T @ inverse @ adjusted)
    return Line(
        intercept=float(intercept),
        slope=float(slope),
        covariance=np.zeros((2, 2)) if exact else covariance,
        intercept_weights=weights[0],
        slope_weights=weights[1],
        residuals=residuals,
        chi2=math.nan if exact else float(residuals @ inverse @ residuals),
        dof=x.size - 2,
    )
