"""Moves bytes between one connection and its port; replies leave when the clock says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bench.core.clock import PacedClock
from simulators.wire.port import Port

CHUNK_BYTES = 65536


class Line:
    """One port on one transport. All calls come in the thread of the event loop."""

    def __init__(self, port: Port, clock: PacedClock, send: Callable[[bytes], None]) -> None:
        self.port = port
        self._clock = clock
        self._send = send
        self._flows = True
        self._timer: asyncio.TimerHandle | None = None

    def received(self, data: bytes) -> None:
        """Bytes came from the client. Raises DisconnectedError."""
        self.port.feed(data)
        self._pump()

    def hold(self) -> None:
        """The client does not read: replies stay in the port."""
        self._flows = False

    def release(self) -> None:
        """The client reads again."""
        self._flows = True
        self._pump()

    def end(self) -> None:
        """The connection is over; replies on their way are lost."""
        if self._timer is not None:
            self._timer.cancel()
        self.port.leave()

    def _pump(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._flows:
            data, _, _ = self.port.take(CHUNK_BYTES)
            if data:
                self._send(data)
                continue
            ready = self.port.available_at
            if ready is None:
                return
            wall_s = (ready - self._clock.now()) / self._clock.anchor.speed
            if wall_s > 0:  # else it has come due since `take`
                self._timer = asyncio.get_running_loop().call_later(wall_s, self._pump)
                return
