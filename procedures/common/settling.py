"""Has the voltage settled? A conversion after the delay and one after twice the delay have to agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

READINGS = 5
"""Alternating readings of a block: three unknowns leave two degrees of freedom for the noise."""
ALLOWED_RELATIVE = 2e-5
"""A difference below this part of the resistance matters to no result, whatever the noise."""
_T_4 = 4.604
"""Student's t for four degrees of freedom at 99 %, two-sided (GUM table G.2)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Resistance from alternating readings that all followed a reversal after the same delay."""

    ohm: float
    u_A: float


def block(voltage_V: Sequence[float], current_A: Sequence[float]) -> Block:
    """V = a + b*n + R*I over alternating readings n = 0, 1, 2, ... with the noise left over.

    All readings follow a reversal, so what has not settled is the same in each: it goes into R and not into
    the noise, which is why two blocks can be told apart.
    """
    count = len(voltage_V)
    design = np.column_stack([np.ones(count), np.arange(count), current_A])
    scale = np.abs(design).max(axis=0)
    design = design / scale
    values = np.asarray(voltage_V)
    coefficients = np.linalg.lstsq(design, values, rcond=None)[0]
    rest = float(np.sum((values - design @ coefficients) ** 2)) / (count - 3)
    variance = rest * float(np.linalg.inv(design.T @ design)[2, 2])
    return Block(float(coefficients[2] / scale[2]), math.sqrt(max(variance, 0.0)) / float(scale[2]))


def agree(after_delay: Block, after_twice: Block) -> bool:
    """True where the difference is within noise (Student's t, 99 %) or too small to matter."""
    allowed = max(
        _T_4 * math.hypot(after_delay.u_A, after_twice.u_A), ALLOWED_RELATIVE * abs(after_twice.ohm)
    )
    return abs(after_delay.ohm - after_twice.ohm) <= allowed
