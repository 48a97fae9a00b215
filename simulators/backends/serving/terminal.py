"""A pseudo-terminal as the RS-232 port of a simulated instrument, where the platform has them.

No baud rate, and 8-N-1 only: a Linux terminal of this kind refuses 7-N-1 and 7-O-1. It is one line for
whoever opens it, with one pair of buffers, as a cable is.
"""

from __future__ import annotations

import asyncio
import os

from bench.core.clock import PacedClock
from simulators.backends.serving.line import CHUNK_BYTES, Line
from simulators.wire.port import DisconnectedError, Port

try:
    import tty
except ImportError:  # Windows
    AVAILABLE = False
else:
    AVAILABLE = hasattr(os, "openpty")


class Terminal:
    """Open from its making to `close`. `path` is what a client opens."""

    def __init__(self, port: Port, clock: PacedClock) -> None:
        # the slave stays open here too: without it reading fails (EIO) whenever no client has it open
        self._master, self._slave = os.openpty()
        for end in (self._master, self._slave):
            tty.setraw(end)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._unsent = b""
        self._line = Line(port.another(), clock, self._send)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._master, self._readable)

    def close(self) -> None:
        """Take it away."""
        self._loop.remove_reader(self._master)
        self._loop.remove_writer(self._master)
        self._line.end()
        os.close(self._master)
        os.close(self._slave)

    def _readable(self) -> None:
        try:
            data = os.read(self._master, CHUNK_BYTES)
        except BlockingIOError:
            return
        try:
            self._line.received(data)
        except DisconnectedError:
            pass  # the cable is out: what is said into it is lost

    def _send(self, data: bytes) -> None:
        self._unsent += data
        self._write()

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._master, self._unsent) :]
        except BlockingIOError:
            pass
        if self._unsent:
            self._line.hold()
            self._loop.remove_reader(self._master)
            self._loop.add_writer(self._master, self._writable)

    def _writable(self) -> None:
        self._loop.remove_writer(self._master)
        self._write()
        if not self._unsent:
            self._loop.add_reader(self._master, self._readable)
            self._line.release()
