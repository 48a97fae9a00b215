"""What the shape of an I-V curve says: ohmic, limited by barriers, or something else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc, stdtr

from procedures.transport.particle.barriers import BackToBack, fit_barriers

Array = NDArray[np.float64]

Kind = Literal["ohmic", "back-to-back barriers", "rectifying", "superlinear", "not told"]
SIGNIFICANCE = 0.01
FEWEST = 12


@dataclass(frozen=True, slots=True)
class Shape:
    """A whole I-V sweep in both directions.

    `chord_ratio` is the conductance at the highest voltage over that around zero, `asymmetry` the part of the
    current there that does not change sign with the voltage, `hysteresis` the mean distance of both
    directions, all relative to the current at the highest voltage (the first as it is). `barriers` is the fit
    of two Schottky contacts where it describes the curve better than a cubic does, else None.
    """

    kind: Kind
    slope_S: float
    chord_ratio: float
    asymmetry: float
    hysteresis: float
    hysteretic: bool
    barriers: BackToBack | None
    highest_V: float
    points: int
    odd: tuple[float, float, float] = (1.0, 0.0, 0.0)
    """Terms of I/V in (V/highest)^0, ^2 and ^4, relative to the first."""

    def zero_over_window(self, voltage_V: Array) -> float:
        """Slope at zero over that of a straight line through zero and points at these voltages."""
        if not self.highest_V:
            return 1.0
        x2 = (voltage_V / self.highest_V) ** 2
        constant, square, fourth = self.odd
        chords = constant + square * x2 + fourth * x2**2
        return float(constant * np.sum(x2) / np.sum(chords * x2))


def shape_of(
    voltage_V: Array, current_A: Array, rising: NDArray[np.bool_], temperature_K: float, tolerance: float
) -> Shape:
    """Classify a sweep of usable points; "not told" for too few of them.

    `tolerance` is the departure from a straight line, relative, that still counts as one. A departure also
    has to be more than noise (p below 1 %) to count.
    """
    if voltage_V.size < FEWEST or not (np.any(voltage_V > 0) and np.any(voltage_V < 0)):
        return Shape("not told", math.nan, math.nan, math.nan, math.nan, False, None, 0.0, voltage_V.size)
    highest = float(np.abs(voltage_V).max())
    x = voltage_V / highest
    design = np.column_stack([np.ones_like(x), x, x**2, x**3, x**5])
    coefficients, squares, u = _least_squares(design, current_A)
    slope = float(coefficients[1])
    top = slope + float(coefficients[3] + coefficients[4])  # odd part of the current at the highest voltage
    chord_ratio = top / slope if slope else math.inf
    asymmetry = float(coefficients[2]) / top if top else math.inf
    dof = x.size - design.shape[1]
    straight = _least_squares(design[:, :2], current_A)[1]
    curved = _f_test(straight, squares, design.shape[1] - 2, dof) < SIGNIFICANCE
    even_p = 2 * float(stdtr(dof, -abs(coefficients[2]) / u[2])) if u[2] > 0 else 1.0
    loop, hysteretic = _loop(x, current_A - design @ coefficients, rising, top)
    departs = curved and abs(chord_ratio - 1) > tolerance
    lopsided = even_p < SIGNIFICANCE and abs(asymmetry) > tolerance
    barriers = None
    kind: Kind = "ohmic"
    if departs or lopsided:
        fit = fit_barriers(voltage_V, current_A, temperature_K) if chord_ratio < 1 or lopsided else None
        noise = squares / dof
        # No worse than a polynomial with as many parameters: the residuals are then noise, not the model's.
        if fit is not None and fit.squares <= max(1.5 * squares, 2 * noise * dof):
            barriers, kind = fit.model, "back-to-back barriers"
        else:
            kind = "superlinear" if chord_ratio > 1 and not lopsided else "rectifying"
    odd = (1.0, float(coefficients[3]) / slope, float(coefficients[4]) / slope) if slope else (1.0, 0.0, 0.0)
    size = voltage_V.size
    return Shape(
        kind, slope / highest, chord_ratio, asymmetry, loop, hysteretic, barriers, highest, size, odd
    )


def _least_squares(design: Array, y: Array) -> tuple[Array, float, Array]:
    coefficients = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)
    squares = float(np.sum((y - design @ coefficients) ** 2))
    dof = y.size - design.shape[1]
    u: Array = np.sqrt(squares / dof * np.diag(np.linalg.inv(design.T @ design)))
    return coefficients, squares, u


def _f_test(straight: float, curved: float, terms: int, dof: int) -> float:
    """p-value of the further terms; exact data that are straight count as straight."""
    if straight <= 1e-24 * max(curved, 1e-300) or straight == 0.0:
        return 1.0
    if curved <= 0.0:
        return 0.0
    return float(fdtrc(terms, dof, max((straight - curved) / terms, 0.0) / (curved / dof)))


def _loop(x: Array, residual: Array, rising: NDArray[np.bool_], top: float) -> tuple[float, bool]:
    """How far both directions are apart, relative, and whether that is no noise.

    Two shapes of loop are looked for: a constant distance (charging), and one that changes sign at zero
    voltage (pinched there, as where contacts form). Each is tested at half the significance.
    """
    if min(np.count_nonzero(rising), np.count_nonzero(~rising)) < 3 or top == 0.0:
        return 0.0, False
    found = []
    for weight in (np.ones_like(x), np.sign(x)):
        up, down = (weight * residual)[rising], (weight * residual)[~rising]
        distance = float(up.mean() - down.mean())
        u = math.sqrt(float(up.var(ddof=1)) / up.size + float(down.var(ddof=1)) / down.size)
        # Rounding is no evidence.
        noise = u == 0 or abs(distance) <= 1e-12 * abs(top)
        p = 1.0 if noise else 2 * float(stdtr(up.size + down.size - 2, -abs(distance) / u))
        found.append((abs(distance / top), p < SIGNIFICANCE / 2))
    return max(found, key=lambda one: (one[1], one[0]))
