"""Feeds a driver from a recording: whether it asks what was asked, and understands what was answered."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.core.clock import VirtualClock
from bench.core.errors import BenchError, CommunicationError
from bench.core.traffic import Exchange, Recording, RecordingError
from bench.station import registry


@dataclass(frozen=True, slots=True)
class Fed:
    """How far it went: `exchanges` used of all, `connected` if the recording begins with a connect that the
    driver went through, `understood` replies to settings parsed by the driver, and what went wrong.
    """

    exchanges: int
    total: int
    connected: bool
    understood: int
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it ran through."""
        return self.problem is None


def feed(recording: Recording) -> Fed:
    """Run the driver on the recording, in virtual time.

    A recording that begins with a clear begins with a connect, as every run's does: the driver's own
    `connect` is carried out. The rest goes through its link as it was recorded, and what answers a query of
    one of the driver's settings has to be a value of it. Raises RegistryError if there is no such driver.
    """
    driver_class: Any = registry.load_driver(recording.header.driver)
    driver = driver_class.replaying(recording, clock=VirtualClock())
    known = {setting.query: setting.parse for setting in driver.readable}
    connects = bool(recording.exchanges) and recording.exchanges[0].operation == "clear"
    understood = 0
    connected = False
    try:
        if connects:
            driver.connect()
            connected = True
        start = driver.adapter.position
        query = ""
        for number, exchange in list(recording.numbered())[start:]:
            reply = _repeat(driver, exchange)
            if exchange.operation == "write":
                query = exchange.data or ""
            elif reply is not None and query in known:
                _understand(recording, number, query, reply, known)
                understood += 1
    except BenchError as error:
        return Fed(driver.adapter.position, len(recording.exchanges), connected, understood, error.what)
    return Fed(driver.adapter.position, len(recording.exchanges), connected, understood)


def _repeat(driver: Any, exchange: Exchange) -> str | None:
    """One step through the driver's link; a recorded failure has to fail again."""
    if exchange.operation == "clear":
        with contextlib.suppress(Exception) if exchange.fault else contextlib.nullcontext():
            driver.adapter.flush_read_buffer()
        return None
    try:
        if exchange.operation == "write":
            driver.write(exchange.data)
            return None
        reply: str = driver.read()
        return reply
    except CommunicationError:
        if exchange.fault is None:
            raise
        return None


def _understand(
    recording: Recording, number: int, query: str, reply: str, known: Mapping[str, Callable[[str], Any]]
) -> None:
    try:
        known[query](reply)
    except ValueError as error:
        raise RecordingError(
            f"{recording.path.name}, line {number}: the reply to {query} is not understood: {error}"
        ) from error
