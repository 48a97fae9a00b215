"""How sure an Allan deviation is: equivalent degrees of freedom for a kind of noise, and the interval."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import gammaincinv

from bench.core.uncertainty import COVERAGE
from procedures.transport.stability.noise import Noise

Array = NDArray[np.float64]

_FLICKER_LAGS = 8
"""Correlation of flicker differences is followed so many averaging times: the rest is below 1e-3 of it."""


def effective_dof(noise: Noise, factor: int, pairs: NDArray[np.bool_]) -> float:
    """2 E^2/Var of the mean square over the marked differences of adjacent averages of `factor` values.

    For Gaussian noise the variance of a mean of squares is the sum of the squared correlations between all
    differences; these follow from the generalised autocovariance of the integrated noise (Greenhall and
    Riley, Proc. 35th PTTI (2003), the method behind NIST SP 1065, 5.4.1). Summing over the pairs that are
    really there makes it exact for a record with gaps as well.
    """
    count = int(np.count_nonzero(pairs))
    reach = (_FLICKER_LAGS if noise is Noise.FLICKER else 2) * factor
    lags = np.arange(min(reach, pairs.size))
    squares = _correlation(noise, factor, lags) ** 2
    at_lag = _pairs_at(pairs, lags.size) if count < pairs.size else (pairs.size - lags).astype(float)
    total = at_lag[0] * squares[0] + 2 * float(at_lag[1:] @ squares[1:])
    return count**2 / float(total)


def interval(deviation: float, edf: float) -> tuple[float, float]:
    """Between which the true deviation lies, from chi-squared at the probability COVERAGE."""
    tail = (1 - COVERAGE) / 2
    high, low = (2 * float(gammaincinv(edf / 2, p)) for p in (tail, 1 - tail))
    return deviation * math.sqrt(edf / low), deviation * math.sqrt(edf / high) if high > 0 else math.inf


def _correlation(noise: Noise, factor: int, lags: NDArray[np.int_]) -> Array:
    """Autocorrelation of the second differences of the integrated noise, with step `factor`."""

    def second_difference(of: NDArray[np.int_]) -> Array:
        spread: Array = (
            6 * _integrated(noise, of)
            - 4 * (_integrated(noise, of - factor) + _integrated(noise, of + factor))
            + _integrated(noise, of - 2 * factor)
            + _integrated(noise, of + 2 * factor)
        )
        return spread

    found: Array = second_difference(lags) / second_difference(np.zeros(1, dtype=lags.dtype))
    return found


def _integrated(noise: Noise, lag: NDArray[np.int_]) -> Array:
    """Generalised autocovariance of the integral of the noise, up to a factor and what differences remove."""
    far = np.abs(lag).astype(float)
    if noise is Noise.WHITE:
        return -far
    if noise is Noise.RANDOM_WALK:
        return far**3
    flicker: Array = far**2 * np.log(np.where(far > 0, far, 1.0))
    return flicker


def _pairs_at(pairs: NDArray[np.bool_], lags: int) -> Array:
    """How many marked differences have another marked one so many places later."""
    length = next_fast_len(pairs.size + lags, real=True)
    spectrum = rfft(pairs.astype(float), length)
    counts = irfft(np.abs(spectrum) ** 2, length)[:lags]
    return np.asarray(np.round(counts), dtype=np.float64)
