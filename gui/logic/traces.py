"""The recent past of each instrument's readings, for the small traces on the tiles."""

from __future__ import annotations

import collections
from collections.abc import Iterable

from bench.service.models.station import Instrument, LastReading

KEPT = 300
_NO_POINTS: collections.deque[tuple[float, float]] = collections.deque(maxlen=0)
_WAS_SET = ("range", "set ", "set-", "delay")
_UNINTERESTING = {"Time", "Point", "Attempt", "Pass", "Group", "Segment"}


class Traces:
    """Fed with each snapshot; bounded."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._points: dict[tuple[str, str], tuple[str, collections.deque[tuple[float, float]]]] = {}

    def feed(self, instruments: Iterable[Instrument], taken: float) -> None:
        """Readings that are new since the last time."""
        for instrument in instruments:
            for reading in instrument.readings:
                if not is_telling(reading):
                    continue
                at = taken - reading.age_s
                key = (instrument.name, reading.quantity)
                run_id, points = self._points.get(key, ("", _NO_POINTS))
                if run_id != reading.run_id:  # another run is another trace
                    points = collections.deque(maxlen=self._kept)
                    self._points[key] = (reading.run_id, points)
                if not points or at > points[-1][0] + 0.05:
                    assert isinstance(reading.value, int | float)
                    points.append((at, float(reading.value)))

    def of(self, instrument: str, quantity: str) -> list[tuple[float, float]]:
        """(when, value), the oldest first."""
        return list(self._points.get((instrument, quantity), ("", _NO_POINTS))[1])


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
