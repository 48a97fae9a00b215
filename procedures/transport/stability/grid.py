"""When the points of a log are due: on an even grid that a pause or a crash never shifts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.core.clock.interface import Clock

LATE = 0.25
"""Part of the interval by which a point may be late; after that it is missed and the next one waited for."""


def points_in(duration_s: float, interval_s: float) -> int:
    """Points from the first to the last, both counted."""
    return math.floor(duration_s / interval_s * (1 + 1e-12) + 1e-9) + 1


@dataclass(frozen=True, slots=True)
class Gap:
    """Points from `first` to `last` (both included) that were not taken, and why."""

    first: int
    last: int
    why: str

    def as_json(self) -> dict[str, Any]:
        """As kept in the fact "gaps" and in checkpoints."""
        return {"first": self.first, "last": self.last, "points": self.last - self.first + 1, "why": self.why}


class Grid:
    """Point n is due `interval_s`*n after `start`, a date and time that survives the process."""

    def __init__(self, clock: Clock, start: datetime, interval_s: float, points: int) -> None:
        self.start = start
        self.interval_s = interval_s
        self.points = points
        self._clock = clock
        # within one process by the steady clock: the date may be set while a run goes on
        self._start_s = clock.now() - (clock.utc() - start).total_seconds()

    @classmethod
    def beginning_now(cls, clock: Clock, interval_s: float, points: int) -> Grid:
        """Point 0 is due at once."""
        return cls(clock, clock.utc(), interval_s, points)

    @classmethod
    def going_on(cls, clock: Clock, start: str, interval_s: float, points: int) -> Grid:
        """The grid that began at `start` (ISO 8601)."""
        return cls(clock, datetime.fromisoformat(start), interval_s, points)

    def wait_s(self, point: int) -> float:
        """Seconds until it is due, negative if it is late."""
        return self._start_s + point * self.interval_s - self._clock.now()

    def due(self, point: int) -> int:
        """`point` or the first after it that can still be had in time; `points` if none is left."""
        late = -self.wait_s(point) / self.interval_s
        if late > LATE:
            point += math.ceil(late - LATE)
        return min(point, self.points)

    def utc(self, point: int) -> datetime:
        """When it is due."""
        return self.start + timedelta(seconds=point * self.interval_s)
