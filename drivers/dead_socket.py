"""Notices that the other end of a socket has closed it, which pyvisa-py 0.8.1 does not.

There an end of file is never told: `read` spins until its time-out and calls it one, `clear` and `flush`
never return. A run would hang where it should say that the link is lost.
"""

from __future__ import annotations

import select
import socket
from typing import Any

_CHUNK = 65536


def socket_of(connection: Any) -> socket.socket | None:
    """The socket under a pyvisa resource that pyvisa-py has opened as TCPIP SOCKET; None for all others."""
    sessions = getattr(getattr(connection, "visalib", None), "sessions", None)
    if not isinstance(sessions, dict):
        return None
    interface = getattr(sessions.get(getattr(connection, "session", None)), "interface", None)
    return interface if isinstance(interface, socket.socket) else None


def drain(link: socket.socket) -> None:
    """Throw away what has arrived. Raises ConnectionError if the other end has closed."""
    while select.select([link], [], [], 0)[0]:
        if not link.recv(_CHUNK):
            raise ConnectionAbortedError("the other end has closed the connection")


def raise_if_closed(link: socket.socket) -> None:
    """Raise ConnectionError if the other end has closed and everything it said has been read."""
    if select.select([link], [], [], 0)[0] and not link.recv(1, socket.MSG_PEEK):
        raise ConnectionAbortedError("the other end has closed the connection")
