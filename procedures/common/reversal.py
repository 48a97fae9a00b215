"""Resistance by current reversal: each group + - - + (or - + + -) cancels EMF, offset and linear drift."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

Array = NDArray[np.float64]

GROUP_SIZE = 4


class TooFewGroupsError(ValueError):
    """Not enough complete reversal groups for a resistance with a scatter."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Complete reversal groups, one entry each.

    `delta_V`, `delta_A`, `delta_A3`: what is left of V, I and I^3 of a group after its own constant and its
    own linear drift in time were projected out, scaled so that independent noise of the readings keeps its
    size. `mean_V`, `mean_A`, `mean_A2`, `time`: plain means.
    """

    delta_V: Array
    delta_A: Array
    delta_A3: Array
    mean_V: Array
    mean_A: Array
    mean_A2: Array
    time: Array

    @property
    def count(self) -> int:
        """How many groups."""
        return int(self.delta_V.size)


@dataclass(frozen=True, slots=True)
class Resistance:
    """V = EMF(t) + R*I from reversal groups, and how far the specimen is from obeying it.

    `u_A` is the type A standard uncertainty of `ohm` with `dof` degrees of freedom; `emf_V` the constant part
    at the mean time (meter offset included), `drift_V_per_s` its drift. `conductance_ratio` is G(max)/G(0),
    the chord at the highest current over the slope at zero, from the cubic term; `asymmetry` the part of the
    voltage at the highest current, relative to R*I, that does not change sign with the current. Each comes
    with the p-value of being due to noise alone. `ohm_at_zero` is the slope at zero current.
    """

    ohm: float
    u_A: float
    dof: int
    groups: int
    emf_V: float
    drift_V_per_s: float
    max_A: float
    conductance_ratio: float
    conductance_p: float
    asymmetry: float
    asymmetry_p: float
    ohm_at_zero: float

    @property
    def deviation(self) -> float:
        """The larger of the two departures from a straight line through the EMF, relative to R*I."""
        return max(abs(self.conductance_ratio - 1), abs(self.asymmetry))

    def ohmic(self, tolerance: float, significance: float = 0.01) -> bool:
        """False where a departure is larger than `tolerance` and cannot be noise (p below `significance`)."""
        odd = abs(self.conductance_ratio - 1) > tolerance and self.conductance_p < significance
        even = abs(self.asymmetry) > tolerance and self.asymmetry_p < significance
        return not (odd or even)


def reversal_groups(group: NDArray[np.int_], time: Array, voltage: Array, current: Array) -> Groups:
    """Sort usable readings into complete groups of four; incomplete ones are left out.

    Within a group the readings need not be evenly spaced: constant and linear drift are projected out with
    the measured times, which for even spacing is the weighting + - - + itself.
    """
    chosen = [
        index
        for label in np.unique(group)
        if (index := np.flatnonzero(group == label)).size == GROUP_SIZE
        and np.any(current[index] > 0)
        and np.any(current[index] < 0)
    ]
    if not chosen:
        none = np.empty(0)
        return Groups(none, none, none, none, none, none, none)
    rows = np.array(chosen)
    t, v, i = time[rows], voltage[rows], current[rows]
    centred = t - t.mean(axis=1, keepdims=True)
    spread = np.sum(centred**2, axis=1, keepdims=True)
    direction = centred / np.sqrt(np.where(spread > 0, spread, 1.0))

    def free_of_drift(values: Array) -> Array:
        rest = values - values.mean(axis=1, keepdims=True)
        pure: Array = rest - direction * np.sum(rest * direction, axis=1, keepdims=True)
        return pure

    swing = free_of_drift(i)
    norm = np.sqrt(np.sum(swing**2, axis=1))
    # Along the pure current: what the group knows about R, in one number.
    along = swing / norm[:, None]
    return Groups(
        delta_V=np.sum(along * free_of_drift(v), axis=1),
        delta_A=norm,
        delta_A3=np.sum(along * free_of_drift(i**3), axis=1),
        mean_V=v.mean(axis=1),
        mean_A=i.mean(axis=1),
        mean_A2=np.mean(i**2, axis=1),
        time=t.mean(axis=1),
    )


def resistance(groups: Groups, max_A: float) -> Resistance:
    """R from all groups: delta_V = R*delta_A by least squares, type A from the scatter between groups.

    The scatter between groups, not within them, is used because it also holds what is slower than one
    reading. `max_A` is the highest |I| measured. Raises TooFewGroupsError for fewer than three groups.
    """
    if groups.count < 3:
        raise TooFewGroupsError(f"{groups.count} complete reversal groups, at least 3 are needed")
    x, y = groups.delta_A, groups.delta_V
    ohm = float(x @ y / (x @ x))
    dof = groups.count - 1
    u_A = math.sqrt(float(np.sum((y - ohm * x) ** 2)) / dof / float(x @ x))

    odd, odd_p, slope0 = _last_term(np.column_stack([x, groups.delta_A3]), y)
    # At zero current the slope is the first coefficient; the chord at max_A adds c*max_A^2.
    chord = slope0 + odd * max_A**2

    emf = groups.mean_V - ohm * groups.mean_A
    middle = float(groups.time.mean())
    when = groups.time - middle
    steady = np.ones_like(when)
    even, even_p, _ = _last_term(np.column_stack([steady, when, groups.mean_A2]), emf)
    emf_V, drift = np.linalg.lstsq(np.column_stack([steady, when]), emf, rcond=None)[0]
    return Resistance(
        ohm=ohm,
        u_A=u_A,
        dof=dof,
        groups=groups.count,
        emf_V=float(emf_V),
        drift_V_per_s=float(drift),
        max_A=max_A,
        conductance_ratio=slope0 / chord if chord else math.inf,
        conductance_p=odd_p,
        asymmetry=even * max_A / ohm if ohm else math.inf,
        asymmetry_p=even_p,
        ohm_at_zero=slope0,
    )


def _last_term(design: Array, y: Array) -> tuple[float, float, float]:
    """Least squares: the last coefficient, its two-sided p-value (Student's t), and the first coefficient.

    Where the columns cannot be told apart (one level only) or no degree of freedom is left, nothing can be
    said: coefficient 0 with p = 1.
    """
    scale = np.linalg.norm(design, axis=0)
    dof = design.shape[0] - design.shape[1]
    scaled = design / np.where(scale > 0, scale, 1.0)
    # 1e-6: columns this parallel come from the scatter of a single set current, not from levels
    if dof < 1 or np.linalg.svd(scaled, compute_uv=False)[-1] < 1e-6:
        first = float(design[:, 0] @ y / (design[:, 0] @ design[:, 0]))
        return 0.0, 1.0, first
    coefficients, *_ = np.linalg.lstsq(scaled, y, rcond=None)
    residual = float(np.sum((y - scaled @ coefficients) ** 2))
    variance = residual / dof * np.linalg.inv(scaled.T @ scaled)
    u = math.sqrt(float(variance[-1, -1]))
    size = abs(float(coefficients[-1]))
    # Rounding of the readings' own digits is no evidence: below 1e-12 of the data nothing is significant.
    negligible = size <= 1e-12 * float(np.linalg.norm(y))
    p = 1.0 if negligible else (2 * float(stdtr(dof, -size / u)) if u > 0 else 0.0)
    return float(coefficients[-1] / scale[-1]), p, float(coefficients[0] / scale[0])
