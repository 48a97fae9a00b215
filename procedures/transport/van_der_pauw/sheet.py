"""Van der Pauw's equation: the sheet resistance from two resistances, exact for any ratio of the two.

exp(-pi R_A/R_s) + exp(-pi R_B/R_s) = 1     (van der Pauw, Philips Res. Rep. 13 (1958) 1)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

LN2 = math.log(2)
SQUARE = math.pi / LN2
"""R_s over R_A = R_B: 4.532360141827194 ohm per ohm."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet resistance in ohm (per square), with its derivatives by the two resistances.

    `factor` is f of ASTM F76: R_s = (pi/ln 2) f (R_A + R_B)/2, one for R_A = R_B. `by_first` and `by_second`
    are dimensionless and obey R_A by_first + R_B by_second = R_s, for R_s is homogeneous of degree one.
    """

    ohm: float
    factor: float
    by_first: float
    by_second: float


def sheet_resistance(first_ohm: float, second_ohm: float) -> Sheet:
    """Solve van der Pauw's equation. Raises ValueError unless both resistances are above zero and finite.

    With x = pi R_small/R_s and r = R_large/R_small >= 1 it reads r x + ln(1 - e^-x) = 0, where the left side
    rises with x, is negative for x -> 0 and not negative at ln 2. In u = ln x it is bracketed however large r
    is, and expm1 keeps every digit of 1 - e^-x.
    """
    if not (first_ohm > 0 and second_ohm > 0 and math.isfinite(first_ohm) and math.isfinite(second_ohm)):
        raise ValueError(
            f"van der Pauw's equation has no solution for {first_ohm!r} and {second_ohm!r} ohm: "
            "both resistances have to be above zero"
        )
    small, large = sorted((first_ohm, second_ohm))
    ratio = large / small
    x = _root(ratio)
    ohm = math.pi * small / x
    # dR_s/dR_i = R_s w_i/(R_A w_A + R_B w_B) with w_i = exp(-pi R_i/R_s), by implicit differentiation
    w_small, w_large = math.exp(-x), -math.expm1(-x)
    scale = ohm / (small * w_small + large * w_large)
    by = {True: scale * w_small, False: scale * w_large}
    first_is_small = first_ohm <= second_ohm
    return Sheet(ohm, 2 * LN2 / (x * (1 + ratio)), by[first_is_small], by[not first_is_small])


def factor(ratio: float) -> float:
    """F of ASTM F76 for Q = R_A/R_B: (Q - 1)/(Q + 1) = (f/ln 2) arccosh(exp(ln 2/f)/2).

    Raises ValueError for a ratio that is not above zero.
    """
    return sheet_resistance(ratio, 1.0).factor


def _root(ratio: float) -> float:
    """X in (0, ln 2] with ratio*x + ln(1 - e^-x) = 0: Newton in ln x, kept inside a bracket."""
    high = math.log(LN2)
    low = -math.log(ratio) - 1.0 if ratio > 1.0 else high - 1.0  # there the left side is below zero
    u = high if ratio < 2.0 else math.log(max(math.log(ratio), 1.0) / ratio)
    u = min(max(u, low), high)
    for _ in range(100):
        x = math.exp(u)
        value = ratio * x + math.log(-math.expm1(-x))
        if value > 0:
            high = u
        else:
            low = u
        step = value / (x * (ratio + 1 / math.expm1(x)))
        nearer = u - step
        if not low <= nearer <= high:
            nearer = (low + high) / 2
        if abs(nearer - u) <= 1e-16 * max(1.0, abs(u)):
            return math.exp(nearer)
        u = nearer
    return math.exp(u)
