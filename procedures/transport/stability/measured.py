"""The rows of a log on their even grid, and what the analysis may use of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from procedures.transport.stability import flags
from procedures.transport.stability.blocks import FEWEST, in_blocks
from procedures.transport.stability.drift import Estimate, fit

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

Array = NDArray[np.float64]

HOUR_s = 3600.0
LEAST_SPREAD_K = 0.02
"""A room steadier than this shows nothing of a temperature coefficient."""
SMOOTHED_POINTS = 15
"""Readings of the room that are smoothed together: it changes slowly, its thermometer is noisy."""


@dataclass(frozen=True, slots=True)
class Series:
    """One entry a point of the grid, NaN where there is none. `rejected` are those left out, with a flag.

    `gains` are the ranges (unit, full scale) that the resistances were read on.
    """

    interval_s: float
    time_s: Array
    ohm: Array
    kelvin: Array
    rejected: int
    gains: tuple[tuple[str, float], ...]
    flags: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many resistances there are."""
        return int(np.count_nonzero(np.isfinite(self.ohm)))

    @property
    def hours(self) -> Array:
        """Nominal times from the middle of the grid, for every point of it."""
        grid = np.arange(self.ohm.size, dtype=np.float64) * (self.interval_s / HOUR_s)
        middle = float(grid.mean()) if grid.size else 0.0
        centred: Array = grid - middle
        return centred


@dataclass(frozen=True, slots=True)
class Trend:
    """The line through the log: ohm an hour at the mean temperature `kelvin` (None: not known).

    `per_K` is how the resistance follows the temperature (relative, 1/K), `u_coefficient` what a declared one
    adds to the drift (ohm/h); `expected` is the line with the temperature's share at every point of the grid.
    """

    per_hour: Estimate
    per_K: Estimate | None
    u_coefficient: float
    kelvin: float | None
    mean_ohm: float
    line: Array
    room: Array
    flags: tuple[str, ...]


def series_of(record: RunRecord) -> Series:
    """Put the rows on the grid. Points at a limit and on another voltage range than most are left out."""
    number = np.asarray(record.column("Point"), dtype=np.int64)
    interval_s = float(record.parameters["interval"])
    ohm = np.asarray(record.column("Resistance"), dtype=float)
    at_limit = np.zeros(number.size, dtype=bool)
    for name in ("Compliance", "Voltage overload", "Current overload"):
        at_limit |= np.asarray(record.column(name), dtype=bool)
    range_V, range_A = (
        np.asarray(record.column(f"{one} range"), dtype=float) for one in ("Voltage", "Current")
    )
    usable = np.isfinite(ohm) & ~at_limit
    main = _commonest(range_V[usable])
    other = usable & np.isfinite(range_V) & (range_V != main) if math.isfinite(main) else usable & False
    use = usable & ~other
    size = int(number.max()) + 1 if number.size else 0

    def on_grid(values: Array, chosen: NDArray[np.bool_]) -> Array:
        grid = np.full(size, np.nan)
        grid[number[chosen]] = values[chosen]
        return grid

    found = []
    if np.any(~usable):
        found.append(f"{flags.LEFT_OUT}: {np.count_nonzero(~usable)}")
    if np.count_nonzero(other) > 1:  # the very first one, which chooses the range, is no news
        found.append(f"{flags.RANGE_CHANGED}: {np.count_nonzero(other)}")
    missing = size - number.size
    if missing:
        found.append(f"{flags.GAPS}: {missing} of {size}")
    gains = (("V", main), ("A", _commonest(range_A[use])))
    everything = np.ones(number.size, dtype=bool)
    return Series(
        interval_s,
        on_grid(np.asarray(record.column("Time"), dtype=float), everything),
        on_grid(ohm, use),
        _smoothed(on_grid(np.asarray(record.column("Temperature"), dtype=float), everything)),
        int(np.count_nonzero(~use)),
        gains,
        tuple(found),
    )


def _smoothed(kelvin: Array) -> Array:
    """Local parabolas through the readings of the room; NaN stays where there is none.

    Noise of the thermometer makes a fitted temperature coefficient too small, and what it leaves uncorrected
    looks like drift.
    """
    known = np.isfinite(kelvin)
    if np.count_nonzero(known) < SMOOTHED_POINTS:
        return kelvin
    at = np.arange(kelvin.size)
    filled = np.interp(at, at[known], kelvin[known])
    smooth: Array = np.where(known, savgol_filter(filled, SMOOTHED_POINTS, 2), np.nan)
    return smooth


def trend_of(series: Series, declared: tuple[float, float] | None) -> Trend | None:
    """Drift and temperature dependence; None for too few points.

    `declared` is d ln(sigma)/dT of the sample with its u. The coefficient is fitted together with the drift,
    or the declared one is used: whichever leaves the smaller uncertainty of the drift. Only one that neither
    is declared nor can be fitted leaves the temperature in the drift, with a flag.
    """
    candidates = [one for one in (_fitted(series), _declared(series, declared)) if one is not None]
    if not candidates:
        plain = _plain(series)
        candidates = [plain] if plain is not None else []
    return min(candidates, key=lambda one: math.hypot(one.per_hour.U, 2 * one.u_coefficient), default=None)


def _plain(series: Series) -> Trend | None:
    blocks = in_blocks(series.ohm, series.hours)
    if blocks.count < FEWEST:
        return None
    (per_hour,) = fit(blocks, *blocks.columns)
    known = np.isfinite(series.kelvin).any()
    why = flags.NOT_CORRECTED if known else flags.NO_TEMPERATURE
    return _trend(series, per_hour, None, found=(why,))


def _fitted(series: Series) -> Trend | None:
    kelvin = series.kelvin - np.nanmean(series.kelvin) if np.isfinite(series.kelvin).any() else series.kelvin
    blocks = in_blocks(series.ohm, series.hours, kelvin)
    if blocks.count < FEWEST + 2 or np.ptp(blocks.columns[1]) < LEAST_SPREAD_K:
        return None
    try:
        per_hour, per_K = fit(blocks, *blocks.columns)
    except ValueError:  # the room went one way all the time
        return None
    mean = float(np.nanmean(series.ohm))
    relative = Estimate(per_K.value / mean, per_K.U / abs(mean), per_K.dof)
    return _trend(series, per_hour, relative, ohm_per_K=per_K.value, found=(flags.FITTED,))


def _declared(series: Series, declared: tuple[float, float] | None) -> Trend | None:
    if declared is None or not np.isfinite(series.kelvin).any():
        return None
    alpha, u_alpha = declared
    mean, kelvin = float(np.nanmean(series.ohm)), series.kelvin - np.nanmean(series.kelvin)
    blocks = in_blocks(series.ohm + alpha * mean * kelvin, series.hours, kelvin)
    if blocks.count < FEWEST:
        return None
    (per_hour,) = fit(blocks, blocks.columns[0])
    hours, room = blocks.columns
    room_per_hour = float(np.polyfit(hours, room, 1)[0])
    u_coefficient = abs(mean * room_per_hour) * u_alpha
    return _trend(
        series, per_hour, None, ohm_per_K=-alpha * mean, u_coefficient=u_coefficient, found=(flags.DECLARED,)
    )


def _trend(
    series: Series,
    per_hour: Estimate,
    per_K: Estimate | None,
    *,
    ohm_per_K: float = 0.0,
    u_coefficient: float = 0.0,
    found: tuple[str, ...],
) -> Trend:
    known = np.isfinite(series.kelvin)
    kelvin = float(series.kelvin[known].mean()) if known.any() else None
    room = np.zeros(series.ohm.size)
    if kelvin is not None and ohm_per_K:
        # in block means: the noise of single readings of the room is none of the resistance
        blocks = in_blocks(series.kelvin, series.hours)
        if blocks.count:
            room = ohm_per_K * (np.interp(series.hours, blocks.columns[0], blocks.value) - kelvin)
    level = float(np.nanmean(series.ohm - room - per_hour.value * series.hours))
    line = level + per_hour.value * series.hours
    return Trend(per_hour, per_K, u_coefficient, kelvin, level, line, room, found)


def _commonest(values: Array) -> float:
    values = values[np.isfinite(values)]
    if not values.size:
        return math.nan
    found, counts = np.unique(values, return_counts=True)
    return float(found[np.argmax(counts)])
