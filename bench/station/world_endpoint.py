"""The connection to the control endpoint of a served world: one request, one reply, JSON lines."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

from bench.core.errors import BenchError, CommunicationError, ConfigError, Problem

SCHEME = "bench-world"
_PATIENCE_S = 10.0
_GONE = "nothing is known of the world; it may have ended, with its instruments as they were"
_SERVE_AGAIN = "is 'bench sim serve' still running? Its first line of output names the endpoint"


class Endpoint:
    """Open from its making to `close`; `where` is its address without the token, for messages."""

    def __init__(self, text: str) -> None:
        """Connect and say nothing. Raises CommunicationError, or ConfigError for what is no endpoint text."""
        host, port, self.token = _parsed(text)
        self.where = f"{host}:{port}"
        self._lock = threading.Lock()
        self._number = 0
        try:
            self._socket = socket.create_connection((host, port), timeout=_PATIENCE_S)
        except OSError as error:
            raise CommunicationError(
                f"no world answers at {self.where}: {error}", state=_GONE, remedy=_SERVE_AGAIN
            ) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rwb")

    def close(self) -> None:
        """End the connection; the world goes on."""
        with contextlib.suppress(OSError):  # a last request may still be in its buffer
            self._file.close()
        self._socket.close()

    def request(self, name: str, **arguments: Any) -> Any:
        """One request and its result, from any thread.

        Raises CommunicationError if none comes, ValueError if the world refuses, BenchError if it failed.
        """
        with self._lock:
            self._number += 1
            number = self._number
            document = json.dumps({"id": number, "do": name, "with": arguments}, allow_nan=False)
            try:
                self._file.write(document.encode() + b"\n")
                self._file.flush()
                line = self._file.readline()
            except (OSError, ValueError) as error:  # ValueError: it was closed before
                raise self._lost(name, str(error)) from error
        if not line.endswith(b"\n"):
            why = "it closed the connection; is the token complete?" if name == "hello" else "it hung up"
            raise self._lost(name, why)
        reply = json.loads(line)
        if reply.get("id") != number:
            raise self._lost(name, f"it answered {reply!r}")
        if "error" not in reply:
            return reply["result"]
        problem = reply["error"]
        if problem["kind"] == "ValueError":
            raise ValueError(problem["message"])
        raise BenchError(
            f"the world at {self.where} failed at {name!r}: {problem['kind']}: {problem['message']}",
            state="the world goes on",
            remedy="the traceback is in the output of 'bench sim serve'; please report it",
        )

    def _lost(self, name: str, why: str) -> CommunicationError:
        return CommunicationError(
            f"the world at {self.where} did not answer {name!r}: {why}", state=_GONE, remedy=_SERVE_AGAIN
        )


def _parsed(endpoint: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(endpoint)
        host, port, token = parts.hostname, parts.port, parts.path.removeprefix("/")
    except ValueError:
        host, port, token = None, None, ""
        parts = None
    if parts is None or parts.scheme != SCHEME or not host or not port or not token:
        raise ConfigError(
            [
                Problem(
                    "--world",
                    f"{endpoint!r} is no endpoint of a served world",
                    f"it is the 'endpoint' that 'bench sim serve' prints: {SCHEME}://127.0.0.1:PORT/TOKEN",
                )
            ]
        )
    return host, port, token
