"""Serving a world until it is told to stop: what `bench sim serve` does after it has built one."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from bench.core.clock import PacedClock
from simulators.backends.serving.control import ControlEndpoint
from simulators.backends.serving.instrument import ServedInstrument
from simulators.backends.serving.operations import Operations, ServedWorld


def serve(
    world: ServedWorld,
    *,
    station: str,
    seed: int,
    clock: PacedClock,
    announce: Callable[[Mapping[str, Any]], None],
) -> None:
    """Serve until SIGTERM, Ctrl+C or the request `shutdown`; then return. Call it in the main thread.

    `announce` is given the publication once everything listens:
    `{"endpoint": TEXT, "instruments": {NAME: {"tcp": "127.0.0.1:PORT", "pty": PATH or None, "idn": TEXT}}}`.
    The world must be on `clock` and remains the caller's to close.
    """
    asyncio.run(_serve(world, station, seed, clock, announce))


async def _serve(
    world: ServedWorld,
    station: str,
    seed: int,
    clock: PacedClock,
    announce: Callable[[Mapping[str, Any]], None],
) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    instruments: dict[str, ServedInstrument] = {}
    endpoint: ControlEndpoint | None = None
    with _on_signals(lambda: loop.call_soon_threadsafe(stop.set)):
        try:
            for name, port in world.ports.items():  # what shares a port shares its address
                sharing = (one for one in instruments.values() if one.port is port)
                instruments[name] = next(sharing, None) or await ServedInstrument.open(port, clock)
            operations = Operations(
                world, instruments, station=station, seed=seed, clock=clock, shut_down=stop.set
            )
            endpoint = await ControlEndpoint.open(operations)
            published = {name: served.published for name, served in instruments.items()}
            announce({"endpoint": endpoint.text, "instruments": published})
            await stop.wait()
        finally:
            if endpoint is not None:
                endpoint.close()
            for served in set(instruments.values()):
                served.close()


@contextmanager
def _on_signals(stop: Callable[[], object]) -> Iterator[None]:
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
