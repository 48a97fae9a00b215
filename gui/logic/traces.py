"""The recent past of each instrument's readings, for the small traces on the tiles."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bench.service.models.station import Instrument, LastReading
from gui.logic.pyramid import Floats

KEPT = 300
SAME_S = 0.05
"""Of the PC: readings no further apart than this are one reading."""
_WAS_SET = ("range", "set ", "set-", "delay")
_UNINTERESTING = {"Time", "Point", "Attempt", "Pass", "Group", "Segment"}


class _Recent:
    """The newest pairs of when and value, as an array that needs no making when it is drawn."""

    def __init__(self, run_id: str, kept: int) -> None:
        self.run_id = run_id
        self._kept = kept
        self._room = np.empty((2 * kept, 2))
        self._end = 0

    @property
    def points(self) -> Floats:
        """The oldest first; a copy."""
        return self._room[max(0, self._end - self._kept) : self._end].copy()

    def take(self, at: float, value: float) -> None:
        """One more, unless it is the newest one asked for again."""
        if self._end and at <= self._room[self._end - 1, 0] + SAME_S:
            return
        if self._end == len(self._room):
            self._room[: self._kept] = self._room[self._kept :].copy()
            self._end = self._kept
        self._room[self._end] = at, value
        self._end += 1


class Traces:
    """Fed with each snapshot; bounded."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._recent: dict[tuple[str, str], _Recent] = {}

    def feed(self, instruments: Iterable[Instrument], taken: float) -> None:
        """Readings that are new since the last time."""
        for instrument in instruments:
            for reading in instrument.readings:
                if not is_telling(reading):
                    continue
                assert isinstance(reading.value, int | float)
                key = (instrument.name, reading.quantity)
                recent = self._recent.get(key)
                if recent is None or recent.run_id != reading.run_id:  # another run is another trace
                    recent = self._recent[key] = _Recent(reading.run_id, self._kept)
                recent.take(taken - reading.age_s, float(reading.value))

    def of(self, instrument: str, quantity: str) -> Floats:
        """Pairs of when and value, shape (n, 2), the oldest first."""
        recent = self._recent.get((instrument, quantity))
        return np.empty((0, 2)) if recent is None else recent.points


def is_telling(reading: LastReading) -> bool:
    """Whether a reading is a number that somebody wants to see over the room."""
    return (
        isinstance(reading.value, int | float)
        and not isinstance(reading.value, bool)
        and reading.quantity not in _UNINTERESTING
    )


def telling(instrument: Instrument, most: int = 4) -> list[LastReading]:
    """The readings to show: measured ones; what was set only where there are none."""
    found = [reading for reading in instrument.readings if is_telling(reading)]
    set_ = [one for one in found if any(word in one.quantity.casefold() for word in _WAS_SET)]
    return [one for one in found if one not in set_][:most] or set_[:most]
