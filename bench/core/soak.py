"""How long a dwell was really at its temperature: the host's own soak clock, beside the controller's.

It starts when the temperature has been within `band_K` of the set-point for `settle_s` without a break. Only
time in band counts, and no gap of the record. What is out of band later is left out and sets nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Soak:
    """Seconds. `unseen_s`: of the dwell, what the record does not show; it may have been in band."""

    in_band_s: float
    settled_after_s: float
    longest_excursion_s: float
    above_s: float
    unseen_s: float
    longest_gap_s: float


def dwell_between(time_s: Floats, dwell: Flags, gap_s: float) -> tuple[float, float] | None:
    """From when to when a dwell can have lasted whose rows are marked; None if no row is.

    It lasts until the row behind it. A gap longer than `gap_s` in front of it may belong to it.
    """
    where = np.flatnonzero(dwell)
    if not len(where):
        return None
    first, last = int(where[0]), int(where[-1])
    begin, end = time_s[first], time_s[last]
    if first and begin - time_s[first - 1] > gap_s:
        begin = time_s[first - 1]
    if last + 1 < len(time_s):
        end = time_s[last + 1]
    return float(begin), float(end)


def soak_of(
    time_s: Floats,
    off_K: Floats,
    *,
    begin_s: float,
    end_s: float,
    band_K: float,
    settle_s: float,
    gap_s: float,
) -> Soak | None:
    """The soak of a dwell from `begin_s` to `end_s`; `off_K`: temperature minus set-point, NaN if unknown.

    A step between two rows counts as in band if both ends are, and as a gap if it is longer than `gap_s` or
    one end is unknown. None without two rows.
    """
    inside = (time_s >= begin_s) & (time_s <= end_s)
    time, off = time_s[inside], off_K[inside]
    if len(time) < 2:
        return None
    step = np.diff(time)
    known = np.isfinite(off)
    seen = (step <= gap_s) & known[:-1] & known[1:]
    in_band = np.abs(off) <= band_K  # not a number is not in band
    good = seen & in_band[:-1] & in_band[1:]
    bad = seen & ~good
    settled = _settled_at(step, good, settle_s)
    counted = good.copy()
    counted[:settled] = False
    above = seen & ((off[:-1] > band_K) | (off[1:] > band_K))
    begun_s = time[settled] if settled < len(time) else time[-1]
    edges_s = (time[0] - begin_s) + max(0.0, end_s - time[-1])
    edge_s = edges_s if edges_s > gap_s else 0.0
    gaps = step[~seen]
    return Soak(
        in_band_s=float(step[counted].sum()),
        settled_after_s=float(begun_s - begin_s),
        longest_excursion_s=longest_stretch(step[settled:], bad[settled:]),  # once it had settled
        above_s=float(step[above].sum()),
        unseen_s=float(gaps.sum()) + edge_s,
        longest_gap_s=max([edge_s, *map(float, gaps)]),
    )


def _settled_at(step: Floats, good: Flags, settle_s: float) -> int:
    """The row from which it counts: the first of a stretch in band of `settle_s`; past the end if none is."""
    first, lasted = 0, 0.0
    for number, (seconds, fine) in enumerate(zip(step, good, strict=True)):
        if not fine:
            first, lasted = number + 1, 0.0
            continue
        lasted += float(seconds)
        if lasted >= settle_s:
            return first
    return len(step) + 1


def longest_stretch(step: Floats, counts: Flags) -> float:
    """The longest time of steps in a row that count."""
    longest = lasted = 0.0
    for seconds, one in zip(step, counts, strict=True):
        lasted = lasted + float(seconds) if one else 0.0
        longest = max(longest, lasted)
    return longest
