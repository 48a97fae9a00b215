"""Which kind of noise a series shows: white, flicker or random walk, from its lag-1 autocorrelation."""

from __future__ import annotations

import enum
import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FEWEST = 30
"""Values below which the kind is not resolved (NIST SP 1065, 5.5.6)."""
_MOST_DIFFERENCES = 2


class Noise(enum.Enum):
    """By the slope of the Allan deviation: averaging helps, does nothing, or makes it worse."""

    WHITE = "white"
    FLICKER = "flicker"
    RANDOM_WALK = "random walk"


def identify(values: Array) -> Noise | None:
    """The kind of noise of evenly spaced values (NaN where missing); None for too few to tell.

    Riley and Greenhall, Proc. 18th EFTF (2004), in NIST SP 1065, 5.5.6: r1 estimates the order of the
    fractional difference delta = r1/(1 + r1) of stationary noise; what is not stationary (delta of 1/4 and
    more) is differenced first. The exponent of the spectrum is then -2 (delta + times differenced).
    """
    times = 0
    while True:
        if np.count_nonzero(np.isfinite(values)) < FEWEST:
            return None
        r1 = _lag_1(values)
        if not math.isfinite(r1):
            return None
        delta = r1 / (1 + r1)
        if delta < 0.25 or times == _MOST_DIFFERENCES:
            break
        values = np.diff(values)
        times += 1
    exponent = -2 * (delta + times)
    if exponent > -0.5:
        return Noise.WHITE
    return Noise.FLICKER if exponent > -1.5 else Noise.RANDOM_WALK


def _lag_1(values: Array) -> float:
    """Lag-1 autocorrelation over the neighbours that are both there; NaN where nothing varies."""
    centred = values - np.nanmean(values)
    products = centred[1:] * centred[:-1]
    products = products[np.isfinite(products)]
    present = centred[np.isfinite(centred)]
    variance = float(present @ present) / present.size
    if products.size < FEWEST // 2 or variance <= 0:
        return math.nan
    return max(float(products.mean()) / variance, -0.99)
