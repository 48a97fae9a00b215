"""Smallest and largest values of ever longer stretches of a column: a curve of any length costs the same.

What is appended costs in proportion to what is new.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
FACTOR = 4
SMALLEST = 1024


class Growing:
    """A float64 array that grows at its end."""

    def __init__(self) -> None:
        self._room: Floats = np.empty(SMALLEST)
        self.size = 0

    @property
    def values(self) -> Floats:
        """What it holds; a view, valid until it grows."""
        return self._room[: self.size]

    def cut(self, size: int) -> None:
        """Forget all behind the first `size`."""
        self.size = min(self.size, size)

    def append(self, values: Floats) -> None:
        """Put them at the end."""
        end = self.size + len(values)
        if end > len(self._room):
            room = np.empty(max(end, 2 * len(self._room)))
            room[: self.size] = self.values
            self._room = room
        self._room[self.size : end] = values
        self.size = end


class Pyramid:
    """Over one column. NaN is skipped; a stretch of nothing but NaN stays NaN and is a gap."""

    def __init__(self) -> None:
        self._levels: list[tuple[Growing, Growing]] = []

    def extend(self, values: Floats, start: int) -> None:
        """`values` is the whole column; from index `start` on it is new or was changed."""
        lows, highs, level = values, values, 0
        while len(lows) > SMALLEST or level < len(self._levels):
            if level == len(self._levels):
                self._levels.append((Growing(), Growing()))
                start = 0
            low, high = self._levels[level]
            start //= FACTOR
            for kept, below, reduce in ((low, lows, np.fmin), (high, highs, np.fmax)):
                kept.cut(start)
                new = below[start * FACTOR :]
                if len(new):
                    kept.append(reduce.reduceat(new, np.arange(0, len(new), FACTOR)))
            lows, highs, level = low.values, high.values, level + 1

    def envelope(self, first: int, last: int, most: int) -> tuple[int, Floats, Floats, int]:
        """Between two indices in at most about `most` stretches.

        Gives the length of a stretch, the smallest and the largest value of each, and the index at which the
        first stretch begins. A length of 1 means every value.
        """
        length, level = 1, 0
        while (last - first) // length > most and level < len(self._levels):
            length *= FACTOR
            level += 1
        if level == 0:
            return 1, np.empty(0), np.empty(0), first
        low, high = self._levels[level - 1]
        begin, end = first // length, -(-last // length)
        return length, low.values[begin:end], high.values[begin:end], begin * length
