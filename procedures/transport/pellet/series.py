"""Thickness series: R(L) = R_contact + L/(sigma A) through three or more heights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, fdtrc

from bench.core.uncertainty import Component
from procedures.common.straight_line import Line, fit_line
from procedures.transport.pellet.budget import Sensitivities
from procedures.transport.pellet.measured import Measured, MeasuredPellet

Array = NDArray[np.float64]

FEWEST_HEIGHTS = 3
LARGEST_SLOPE_U = 0.2
"""Relative standard uncertainty of the slope above which 1/slope is no longer normal: heights too alike."""
_RANDOM = {"heights", "repeatability", "contacts, from mounting to mounting"}
REJECTED = 0.01
"""p-value of the chi-squared test below which the points are not on a line."""


@dataclass(frozen=True, slots=True)
class Series:
    """The fitted line through y_i = R_i * area_ratio_i at the mean area `area_m2`, and what it says."""

    line: Line
    heights_m: Array
    ohm: Array
    u_ohm: Array
    area_m2: float
    area_ratio: Array
    p: float
    alpha_per_K: float

    @property
    def conductivity(self) -> float:
        """S/m, from the slope 1/(sigma A)."""
        return 1 / (self.line.slope * self.area_m2)

    @property
    def fits(self) -> bool:
        """False where the residuals are larger than the declared uncertainties explain."""
        return not self.p < REJECTED

    def of_conductivity(self) -> Sensitivities:
        """From sigma = 1/(b A): d sigma = -sigma/b db - sigma d ln A; dL_i acts as -b dL_i of R_i."""
        per_y = -self.conductivity / self.line.slope * self.line.slope_weights
        return Sensitivities(
            per_y * self.area_ratio,
            -self.line.slope * per_y,
            -self.conductivity,
            self.alpha_per_K * self.conductivity,
        )

    def of_contact(self) -> Sensitivities:
        """The intercept; area and temperature change the slope only."""
        per_y = self.line.intercept_weights
        return Sensitivities(per_y * self.area_ratio, -self.line.slope * per_y, 0.0)

    def scatter(self, line_parts: Sequence[Component]) -> list[Component]:
        """What has to be added where the points do not fit: the random part grows by the Birge ratio.

        R. T. Birge, Phys. Rev. 40 (1932) 207: sqrt(chi^2/dof), here as a type A component with the degrees
        of freedom of the fit. Nothing is added where the points fit.
        """
        if self.fits:
            return []
        random = math.sqrt(math.fsum(c.contribution**2 for c in line_parts if c.name in _RANDOM))
        excess = math.sqrt(max(self.line.chi2 / self.line.dof - 1, 0.0))
        residual = float(np.sqrt(np.mean(self.line.residuals**2)))
        return [Component("scatter about the line", residual, "ohm", excess * random, "A", self.line.dof)]


def fit_series(measured: Measured, pellets: Sequence[MeasuredPellet]) -> Series | None:
    """The line through the pellets, or None where heights are too few or too alike to separate the contacts.

    Pellets of slightly different area are brought to their mean area (R_i A_i/A). Independent errors: height
    and repeatability of each pellet. Gain errors are put into the covariance at the fitted resistances, not
    at the measured ones, which would pull the line down (Peelle's puzzle); one common to all points then
    changes nothing, one of a single range lets its points move together.
    """
    heights = np.array([p.pellet.height.value for p in pellets])
    if np.unique(heights).size < FEWEST_HEIGHTS:
        return None
    u_heights = np.array([p.pellet.height.u for p in pellets])
    areas = np.array([p.pellet.area.value for p in pellets])
    area = float(areas.mean())
    ohm = np.array([p.ohm for p in pellets]) * areas / area
    u_ohm = np.array([p.u_A for p in pellets]) * areas / area
    random = np.diag(_pooled(pellets, u_ohm) ** 2 + measured.contact_spread_ohm**2)
    try:
        line = fit_line(heights, ohm, u_heights**2, random)
        line = fit_line(heights, ohm, u_heights**2, random + _common(measured, pellets, line.at(heights)))
    except ValueError:
        return None
    u_slope = math.sqrt(line.covariance[1, 1])
    if line.slope <= 0 or u_slope > LARGEST_SLOPE_U * line.slope:
        return None
    in_R = np.sqrt(np.diag(random) + (line.slope * u_heights) ** 2)
    return Series(
        line,
        heights,
        ohm,
        in_R,
        area,
        areas / area,
        _p_value(line, pellets, u_ohm, in_R),
        measured.temperature.alpha_per_K,
    )


def _pooled(pellets: Sequence[MeasuredPellet], u_ohm: Array) -> Array:
    """The repeatability that the weights rest on: one for all pellets on the same ranges.

    A weight from the few degrees of freedom of one pellet is itself a draw, and points that happen to look
    good would pull the line with a U that is then too small. The budget keeps each pellet's own scatter.
    """
    on = [pellet.gains for pellet in pellets]
    together = np.array([[one == other for other in on] for one in on], dtype=float)
    pooled: Array = np.sqrt(together @ u_ohm**2 / together.sum(axis=1))
    return pooled


def _common(measured: Measured, pellets: Sequence[MeasuredPellet], fitted: Array) -> Array:
    covariance = np.zeros((fitted.size, fitted.size))
    for key in {key for pellet in pellets for key in pellet.gains}:
        u = measured.relative_limits.get(key, 0.0) / math.sqrt(3)
        moved = np.where([key in pellet.gains for pellet in pellets], fitted, 0.0) * u
        covariance += np.outer(moved, moved)
    return covariance


def _p_value(line: Line, pellets: Sequence[MeasuredPellet], u_ohm: Array, in_R: Array) -> float:
    """Chi-squared test; F where the variances themselves are estimates with few degrees of freedom."""
    if not math.isfinite(line.chi2):
        return 1.0
    dof = np.array([p.fit.dof if p.fit is not None else 1 for p in pellets], dtype=float)
    below = float(np.sum(u_ohm**4 / dof))
    freedom = float(np.sum(in_R**2)) ** 2 / below if below > 0 else math.inf
    if freedom > 1e6:
        return float(chdtrc(line.dof, line.chi2))
    return float(fdtrc(line.dof, freedom, line.chi2 / line.dof))
