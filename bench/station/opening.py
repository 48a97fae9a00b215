"""Opens the driver of an instrument as the station file describes it; nothing is sent yet."""

from __future__ import annotations

from typing import Any

from bench.core.clock.interface import Clock, ClockLock
from bench.core.traffic import Sink
from bench.station.driver import BenchInstrument
from bench.station.model import InstrumentEntry


def open_driver(
    entry: InstrumentEntry,
    clock: Clock,
    *,
    lock: ClockLock | None,
    visa_library: object,
    traffic: Sink | None = None,
) -> BenchInstrument:
    """The driver on its resource. Raises CommunicationError if that cannot be opened.

    `traffic` is told every exchange; only a driver whose `open` takes it can be recorded (TypeError).
    """
    recorded: dict[str, Any] = {} if traffic is None else {"traffic": traffic}
    return entry.driver_class.open(
        entry.resource,
        name=entry.name,
        clock=clock,
        lock=lock,
        limits=entry.limits,
        load=entry.load,
        visa_library=visa_library,
        **recorded,
        **entry.options,
    )
