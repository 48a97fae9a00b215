"""The board of last published values: what was measured last, when, by which run, on which instruments."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bench.core.clock.interface import Clock
from bench.core.readings import Reading
from bench.runs.columns import Column, Value
from bench.runs.engine.events import AmbientRead, RowRecorded, RunEvent
from bench.safety.threshold import ROOM

MOST_ENDED = 32
"""Of so many runs that have ended the last values stay on the board."""

HearRow: TypeAlias = Callable[[float, Mapping[str, Any]], None]
HearRoom: TypeAlias = Callable[[float, float | None], None]


@dataclass(frozen=True, slots=True)
class LastValue:
    """One quantity. `time` is in clock seconds; `value` is None where the last row holds none (an overload).

    `run_id` is empty where the bench itself looked. `instruments` are those of the run, one of which it was
    measured with; for the room the thermometer.
    """

    quantity: str
    unit: str
    value: Value
    time: float
    run_id: str
    instruments: tuple[str, ...]


@dataclass(slots=True)
class _Source:
    """A run: its last row as it came, because taking it apart for each row would cost more than the row."""

    columns: tuple[Column, ...]
    instruments: tuple[str, ...]
    hear: HearRow | None
    time: float = 0.0
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
        self._room: tuple[float, str, Reading] | None = None
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
                source.row = event.row
                if source.hear is not None:
                    source.hear(now, event.row)
        elif isinstance(event, AmbientRead):
            now = self._clock.now()
            self._room = (now, event.run_id, event.reading)
            if self._hear_room is not None:
                self._hear_room(now, None if event.reading.overload else event.reading.value)

    def values(self) -> list[LastValue]:
        """Every quantity that was published, the room first, then run by run as they began."""
        values = []
        if self._room is not None:
            time, run_id, reading = self._room
            values.append(LastValue(ROOM, reading.unit, reading.value, time, run_id, self._thermometer))
        with self._mutex:
            sources = list(self._sources.items())
        for run_id, source in sources:
            if source.row is not None:
                values += _values(run_id, source, source.row)
        return values


def _values(run_id: str, source: _Source, row: Mapping[str, Any]) -> list[LastValue]:
    return [
        LastValue(column.name, column.unit, row.get(column.name), source.time, run_id, source.instruments)
        for column in source.columns
    ]
