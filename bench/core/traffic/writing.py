"""Writes a recording: a header and one JSON line an exchange, each flushed as it comes."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import IO

from bench.core.traffic.exchange import Exchange, Header

IDENTIFY = "*IDN?"
HEADER_WAITS = 20
"""Exchanges after which the header is written even if nobody has said who he is."""


class RecordingWriter:
    """Writes to `path`, over what is there. The header waits for the reply to *IDN?, if that comes soon."""

    def __init__(self, path: Path, header: Header) -> None:
        """Open the file. Raises OSError."""
        self.header = header
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="\n")
        self._waiting: list[Exchange] | None = []
        self._asked = False
        self._turn = threading.Lock()  # make_safe may go past who holds the port

    def write(self, exchange: Exchange) -> None:
        """Append one exchange. Raises OSError."""
        with self._turn:
            if self._waiting is None:
                self._put(exchange.as_json(self.header.instrument))
            else:
                self._waiting.append(exchange)
                self._look_for_identity(exchange)
            self._file.flush()

    def close(self) -> None:
        """Write what waits, and close. Raises OSError."""
        with self._turn, self._file:
            self._release()

    def _look_for_identity(self, exchange: Exchange) -> None:
        assert self._waiting is not None
        answered = exchange.operation == "read" and self._asked
        if answered and exchange.data is not None:
            self.header = replace(self.header, identity=exchange.data)
        if exchange.operation == "write":
            self._asked = exchange.data == IDENTIFY
        if answered or exchange.fault is not None or len(self._waiting) >= HEADER_WAITS:
            self._release()

    def _release(self) -> None:
        if self._waiting is None:
            return
        self._put(self.header.as_json())
        for exchange in self._waiting:
            self._put(exchange.as_json(self.header.instrument))
        self._waiting = None

    def _put(self, line: object) -> None:
        self._file.write(json.dumps(line, allow_nan=False) + "\n")
