"""Is a contact ohmic? Its current-voltage curve against a straight line, noise aside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

Floats = Sequence[float] | NDArray[np.float64]
Verdict = Literal["ohmic", "not ohmic", "not resolved"]

SIGNIFICANCE = 1e-3
"""An ohmic contact is called something else with at most this probability: our choice."""
FEWEST = 7


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A straight line through the curve of one contact.

    `ohm` is its slope: the contact with the film behind it, against the contact that carries nothing. `r2` is
    the part of the variance of the voltage that the line explains. `p` is the probability that noise alone
    bends a line as much, by the test for lack of fit: residuals between different currents against those of
    the same current, read twice.
    """

    ohm: float
    r2: float
    p: float
    verdict: Verdict


def contact_line(set_A: Floats, current_A: Floats, voltage_V: Floats, r2_min: float) -> ContactLine:
    """Judge one curve; some of the currents `set_A` were set twice. Raises ValueError for too few.

    Not ohmic: R2 below `r2_min`, and not by noise. Not resolved: below, but noise may be why.
    """
    level, ampere, volt = (np.asarray(values, dtype=np.float64) for values in (set_A, current_A, voltage_V))
    levels, which = np.unique(level, return_inverse=True)
    repeated = level.size - levels.size
    if levels.size < FEWEST or not repeated:
        raise ValueError(
            f"{level.size} readings at {levels.size} currents: at least {FEWEST}, one of them twice"
        )
    scale_A = float(np.abs(ampere).max())
    design = np.column_stack([np.ones(ampere.size), ampere / scale_A])
    coefficients = np.linalg.lstsq(design, volt, rcond=None)[0]
    residual = volt - design @ coefficients
    total, left = float(np.sum((volt - volt.mean()) ** 2)), float(np.sum(residual**2))
    mean = np.bincount(which, residual) / np.bincount(which)
    pure = float(np.sum((residual - mean[which]) ** 2))
    r2 = 1 - left / total if total else 0.0
    p = _lack_of_fit(left - pure, levels.size - 2, pure, repeated)
    straight = r2 >= r2_min
    verdict: Verdict = "ohmic" if straight else "not ohmic" if p < SIGNIFICANCE else "not resolved"
    return ContactLine(float(coefficients[1]) / scale_A, r2, p, verdict)


def _lack_of_fit(bent: float, dof: int, pure: float, repeated: int) -> float:
    if bent <= 0:
        return 1.0
    if pure <= 0:
        return 0.0
    return (
        float(fdtrc(dof, repeated, (bent / dof) / (pure / repeated))) if math.isfinite(bent / pure) else 0.0
    )
