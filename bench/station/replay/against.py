"""Asks a simulated instrument what a recording asked the real one, and lists where it answers otherwise."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from bench.core.clock import VirtualClock
from bench.core.errors import BenchError
from bench.core.traffic import Exchange, Recording
from bench.station.model import InstrumentEntry, Station
from bench.station.opening import open_driver
from bench.station.replay.shape import differences, fields
from bench.station.world import build_world

IDENTIFY = "*IDN?"
RESET = "*RST"


@dataclass(frozen=True, slots=True)
class Difference:
    """At this line of the recording; `simulated` is None for silence, `recorded` too."""

    line: int
    request: str
    recorded: str | None
    simulated: str | None
    what: str

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def ask_again(recording: Recording, station: Station, *, seed: int = 0) -> list[Difference]:
    """Every request of the recording, at its time, to the station's simulated instrument.

    Replies are compared by shape: number of fields, format of numbers, quoted text. Which number or bare word
    it is counts only where the recording itself set it before: anything else is measured, or was left by
    somebody. Serial number and firmware are the unit's own. Raises BenchError if the station has no such
    instrument, and ConfigError if it cannot be simulated.
    """
    entry = _counterpart(recording, station)
    clock = VirtualClock()
    world = build_world(station, clock, seed)
    try:
        driver: Any = open_driver(entry, clock, lock=None, visa_library=world.visa_library)
        try:
            return list(_conversation(recording, driver.adapter, clock))
        finally:
            driver.close()
    finally:
        world.close()


def _counterpart(recording: Recording, station: Station) -> InstrumentEntry:
    header = recording.header
    fitting = [entry for entry in station.instruments.values() if entry.driver == header.driver]
    for entry in fitting:
        if entry.name == header.instrument or len(fitting) == 1:
            return entry
    raise BenchError(
        f"{station.path.name} has {'no' if not fitting else 'more than one'} instrument "
        f"with driver {header.driver}",
        remedy=f"give a station with one, or with one named '{header.instrument}'",
    )


def _conversation(recording: Recording, adapter: Any, clock: VirtualClock) -> Iterator[Difference]:
    query = ""
    was_set: set[str] = set()
    begin = clock.now() - (recording.exchanges[0].time_s if recording.exchanges else 0.0)
    for line, exchange in recording.numbered():
        clock.sleep(max(0.0, begin + exchange.time_s - clock.now()))
        if exchange.operation == "clear":
            _clear(adapter)
        elif exchange.operation == "write":
            query = exchange.data or ""
            adapter.write(query)
            _remember(query, was_set)
        else:
            simulated = _reply(adapter)
            for what in _compared(query, exchange, simulated, was_set):
                yield Difference(line, query, exchange.data, simulated, what)


def _compared(query: str, exchange: Exchange, simulated: str | None, was_set: set[str]) -> list[str]:
    if exchange.data is None or simulated is None:
        if exchange.fault in ("lost", "garbled") or exchange.data == simulated:
            return []  # a fault of the line says nothing about the instrument
        silent = "the simulated instrument" if simulated is None else "the recorded instrument"
        return [f"{silent} gave no answer"]
    recorded = exchange.data
    if query == IDENTIFY:
        recorded, simulated = _model(recorded), _model(simulated)
    return differences(recorded, simulated, same_value=query.removesuffix("?") in was_set)


def _remember(message: str, was_set: set[str]) -> None:
    head, _, value = message.partition(" ")
    if message == RESET:
        was_set.clear()
    elif value:
        was_set.add(head)


def _model(identity: str) -> str:
    """Maker and model, and that two more fields follow."""
    maker, model, *rest = fields(identity)
    return ",".join([maker, model, *("..." for _ in rest)])


def _reply(adapter: Any) -> str | None:
    try:
        reply: str = adapter.read()
    except Exception:  # whatever VISA says: there is no usable reply
        return None
    return reply


def _clear(adapter: Any) -> None:
    with contextlib.suppress(Exception):
        getattr(adapter, "device_clear", adapter.flush_read_buffer)()
