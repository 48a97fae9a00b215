"""One simulated instrument as others reach it: a TCP port, a terminal, and a plug that can be pulled."""

from __future__ import annotations

import asyncio
from typing import Any

from bench.core.clock import PacedClock
from simulators.backends.serving import terminal
from simulators.backends.serving.tcp import TcpConnection
from simulators.wire.port import Port

HOST = "127.0.0.1"
"""Loopback only: whoever reaches an instrument can operate it."""


class ServedInstrument:
    """Made by `open`; `close` takes it off the network and leaves the port as it is."""

    def __init__(self, port: Port, clock: PacedClock) -> None:
        self.port = port
        self._clock = clock
        self._connections: set[TcpConnection] = set()
        self._server: asyncio.Server | None = None
        self._terminal: terminal.Terminal | None = None
        self.idn = port.device.execute("*IDN?")

    @classmethod
    async def open(cls, port: Port, clock: PacedClock) -> ServedInstrument:
        """Put the instrument behind `port` on a free TCP port and, where there are any, on a terminal."""
        served = cls(port, clock)
        served._server = await asyncio.get_running_loop().create_server(served._connection, HOST, 0)
        if terminal.AVAILABLE:
            served._terminal = terminal.Terminal(port, clock)
        return served

    @property
    def published(self) -> dict[str, Any]:
        """Where it is and who it is."""
        assert self._server is not None
        return {
            "tcp": f"{HOST}:{self._server.sockets[0].getsockname()[1]}",
            "pty": self._terminal.path if self._terminal is not None else None,
            "idn": self.idn,
        }

    def unplug(self) -> None:
        """Pull the plug: connections break, new ones are refused, until `replug`."""
        self.port.disconnect()
        self._reset_all()

    def replug(self) -> None:
        """Put it back; clients have to connect anew."""
        self.port.reconnect()

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.close()
        self._reset_all()
        if self._terminal is not None:
            self._terminal.close()

    def _connection(self) -> TcpConnection:
        return TcpConnection(
            self.port,
            self._clock,
            began=self._connections.add,
            ended=self._connections.discard,
            unplugged=self.unplug,
        )

    def _reset_all(self) -> None:
        for connection in tuple(self._connections):
            connection.reset()
