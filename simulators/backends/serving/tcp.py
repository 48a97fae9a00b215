"""One TCP connection to a simulated instrument: raw SCPI over a socket, as on port 5025 of many real ones."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Callable
from typing import cast

from bench.core.clock import PacedClock
from simulators.backends.serving.line import Line
from simulators.wire.port import DisconnectedError, Port

_LINGER_ZERO = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class TcpConnection(asyncio.Protocol):
    """Has buffers of its own and shares the instrument's settings with every other connection to it.

    `unplugged` is called when a message has pulled the plug (a fault), `ended` when the connection is over.
    """

    def __init__(
        self,
        port: Port,
        clock: PacedClock,
        *,
        began: Callable[[TcpConnection], None],
        ended: Callable[[TcpConnection], None],
        unplugged: Callable[[], None],
    ) -> None:
        self._instrument = port
        self._clock = clock
        self._began = began
        self._ended = ended
        self._unplugged = unplugged
        self._line: Line | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came. With the plug out it is thrown out at once."""
        self._transport = cast(asyncio.Transport, transport)
        if not self._instrument.connected:
            self.reset()
            return
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line = Line(self._instrument.another(), self._clock, self._transport.write)
        self._began(self)

    def data_received(self, data: bytes) -> None:
        """The client said something."""
        line = self._line
        if line is None:
            return
        try:
            line.received(data)
        except DisconnectedError:
            self.reset()
        if not line.port.connected:
            self._unplugged()

    def pause_writing(self) -> None:
        """The client does not read, so neither is it listened to."""
        if self._line is not None:
            self._line.hold()
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._line is not None:
            self._transport.resume_reading()
            self._line.release()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone; the instrument stays as it is."""
        if self._line is not None:
            self._line.end()
            self._line = None
            self._ended(self)

    def reset(self) -> None:
        """Break the connection with RST, as a device that lost power does once it is back.

        A client told by FIN instead may take the silence for slowness: pyvisa-py 0.8.1 waits on, and its
        `clear` never returns.
        """
        connection: socket.socket = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        self._transport.abort()
