"""The control endpoint of a served world: requests and replies as JSON lines over TCP on loopback.

A request: `{"id": N, "do": NAME, "with": {...}}`; its reply: `{"id": N, "result": ...}` or
`{"id": N, "error": {"kind": "ValueError", "message": TEXT}}`. The first request has to be `hello` with the
token of the endpoint text; without it the connection is closed unanswered. Plain data only: nothing that
arrives is ever run.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Any

from simulators.backends.serving.instrument import HOST
from simulators.backends.serving.operations import Operations

SCHEME = "bench-world"
LONGEST_LINE = 1 << 20
_log = logging.getLogger(__name__)


class ControlEndpoint:
    """Made by `open`. The token keeps out other programs, and pages in a browser, that try ports."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._token = secrets.token_urlsafe(18)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @classmethod
    async def open(cls, operations: Operations) -> ControlEndpoint:
        """Listen on a free port of loopback."""
        endpoint = cls(operations)
        endpoint._server = await asyncio.start_server(endpoint._serve, HOST, 0, limit=LONGEST_LINE)
        return endpoint

    @property
    def text(self) -> str:
        """What a client needs to come here."""
        assert self._server is not None
        return f"{SCHEME}://{HOST}:{self._server.sockets[0].getsockname()[1]}/{self._token}"

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        known = False
        try:
            while line := await reader.readline():
                request = _parsed(line)
                if request is None or not (known or self._is_hello(request)):
                    return
                known = True
                writer.write(self._answer(request))
                await writer.drain()
        except (ValueError, ConnectionError):  # a line that is too long; a client that has gone
            return
        finally:
            self._writers.discard(writer)
            writer.close()

    def _is_hello(self, request: Mapping[str, Any]) -> bool:
        given = request["with"].pop("token", None)
        if request["do"] != "hello" or not isinstance(given, str):
            return False
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _answer(self, request: Mapping[str, Any]) -> bytes:
        number = request.get("id")
        reply: dict[str, Any]
        try:
            reply = {"id": number, "result": self._operations.run(request["do"], request["with"])}
            text = json.dumps(reply, allow_nan=False)
        except Exception as error:
            if not isinstance(error, ValueError):
                _log.exception("request %r failed", request["do"])
            kind = "ValueError" if isinstance(error, ValueError) else type(error).__name__
            text = json.dumps({"id": number, "error": {"kind": kind, "message": str(error)}})
        return text.encode() + b"\n"


def _parsed(line: bytes) -> dict[str, Any] | None:
    """The request, or None for what is no request."""
    try:
        request = json.loads(line)
    except ValueError:
        return None
    if not isinstance(request, dict) or not isinstance(request.get("do"), str):
        return None
    given = request.setdefault("with", {})
    return request if isinstance(given, dict) else None
