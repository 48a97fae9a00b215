"""The board of last published values: what was measured last, when, by which run, on which instruments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bench.core import wall
from bench.core.clock.interface import Clock
from bench.core.readings import Reading
from bench.runs.columns import Column, Value
from bench.runs.engine.events import AmbientRead, RowRecorded, RunEvent
from bench.safety.threshold import ROOM

MOST_ENDED = 256
"""Of so many runs that have ended the last values stay on the board."""

HearRow: TypeAlias = Callable[[float, Mapping[str, Any]], None]
HearRoom: TypeAlias = Callable[[float, float | None], None]


@dataclass(frozen=True, slots=True)
class LastValue:
    """One quantity. `value` is None where the last row holds none (an overload).

    `time` is in clock seconds, `seen` in seconds of the computer (bench.core.wall), whatever the clock does.

    `run_id` is empty where the bench itself looked. `instruments` are those of the run, one of which it was
    measured with; for the room the thermometer.
    """

    quantity: str
    unit: str
    value: Value
    time: float
    run_id: str
    instruments: tuple[str, ...]
    seen: float = field(default=0.0, compare=False)


@dataclass(slots=True)
class _Source:
    """A run: its last row as it came, because taking it apart for each row would cost more than the row."""

    columns: tuple[Column, ...]
    instruments: tuple[str, ...]
    hear: HearRow | None
    time: float = 0.0
    seen: float = 0.0
    row: Mapping[str, Any] | None = None


class Board:
    """Subscribes to the events of all runs. Whoever listens hears each row in the thread that published it.

    May be read from any thread.
    """

    def __init__(self, clock: Clock, thermometer: str | None = None) -> None:
        self._clock = clock
        self._thermometer = () if thermometer is None else (thermometer,)
        self._mutex = threading.Lock()  # held for a few instructions, never across a wait
        self._sources: dict[str, _Source] = {}
        self._ended: dict[str, None] = {}
        self._room: LastValue | None = None
        self._hear_room: HearRoom | None = None

    def began(
        self,
        run_id: str,
        columns: tuple[Column, ...],
        instruments: tuple[str, ...],
        hear: HearRow | None = None,
    ) -> None:
        """A run is going to publish rows; `hear` gets each, with the time it was published."""
        with self._mutex:
            self._ended.pop(run_id, None)
            self._sources.pop(run_id, None)
            self._sources[run_id] = _Source(columns, instruments, hear)

    def ended(self, run_id: str) -> None:
        """It publishes no more; its last values stay for a while."""
        with self._mutex:
            source = self._sources.get(run_id)
            if source is None:
                return
            source.hear = None
            self._ended[run_id] = None
            if len(self._ended) > MOST_ENDED:
                oldest = next(iter(self._ended))
                del self._ended[oldest], self._sources[oldest]

    def listen_to_room(self, hear: HearRoom) -> None:
        """`hear` gets each temperature of the room in K, None where the thermometer had no value."""
        self._hear_room = hear

    def __call__(self, event: RunEvent) -> None:
        """Take one event (Subscriber)."""
        if isinstance(event, RowRecorded):
            source = self._sources.get(event.run_id)
            if source is not None:
                source.time = now = self._clock.now()
                source.seen = wall.now()
                source.row = event.row
                if source.hear is not None:
                    source.hear(now, event.row)
        elif isinstance(event, AmbientRead):
            now = self._clock.now()
            kelvin = kelvin_of(event.reading)
            self._room = LastValue(
                ROOM, event.reading.unit, kelvin, now, event.run_id, self._thermometer, wall.now()
            )
            if self._hear_room is not None:
                self._hear_room(now, kelvin)

    def values(self) -> list[LastValue]:
        """Every quantity that was published, the room first, then run by run as they began."""
        values = [] if self._room is None else [self._room]
        for run_id, source in self._published():
            values += _values(run_id, source)
        return values

    def of(self, instrument: str) -> list[LastValue]:
        """What was last measured with it: the room if it is the thermometer, and the run it was last in."""
        values = [] if self._room is None or instrument not in self._thermometer else [self._room]
        used = [found for found in self._published() if instrument in found[1].instruments]
        if used:
            values += _values(*max(used, key=lambda found: found[1].seen))
        return values

    @property
    def room(self) -> LastValue | None:
        """The temperature of the room; None if nobody has looked yet."""
        return self._room

    def _published(self) -> list[tuple[str, _Source]]:
        with self._mutex:
            return [(run_id, source) for run_id, source in self._sources.items() if source.row is not None]


def kelvin_of(reading: Reading) -> float | None:
    """The temperature of the room, None where the thermometer had no value."""
    return None if reading.overload else reading.value


def _values(run_id: str, source: _Source) -> list[LastValue]:
    row, time, seen = source.row or {}, source.time, source.seen
    return [
        LastValue(column.name, column.unit, row.get(column.name), time, run_id, source.instruments, seen)
        for column in source.columns
    ]
