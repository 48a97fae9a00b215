"""The streams of the service, which connect again by themselves: rows without gap or double, and events."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from bench.core import wall
from bench.service.client.errors import ServiceGoneError, refused
from bench.service.client.finding import Finder
from bench.service.models.base import Refusal
from bench.service.models.files import API
from bench.service.models.live import Event, LiveColumns, LiveEnd, LiveMessage, LiveRefused, LiveRows
from bench.service.models.runs import Row
from bench.service.models.station import ColumnInfo

LARGEST = 64 << 20
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
NOT_UNDERSTOOD = 1008
"""Close code (RFC 6455, 7.4.1) of a service that will not understand the next time either."""

_MESSAGES: TypeAdapter[list[LiveMessage]] = TypeAdapter(list[LiveMessage])


@dataclass(frozen=True)
class RowBatch:
    """Rows `start`, `start` + 1, ... of a run.

    `ended` is how the run ended, with its last batch, which is empty.
    `refused` says why a run cannot be followed; then there is nothing else.
    """

    run_id: str
    columns: tuple[ColumnInfo, ...]
    start: int
    rows: list[Row]
    ended: str | None = None
    refused: str | None = None


class _Stream:
    """A WebSocket that is opened again when it breaks, with growing pauses, until `close`."""

    def __init__(self, find: Finder, path: str) -> None:
        self._find = find
        self._path = path
        self._socket: ClientConnection | None = None
        self._closed = threading.Event()
        self._mutex = threading.Lock()
        self.connected = threading.Event()
        """Whether it is connected at this moment."""

    def close(self) -> None:
        """End it, from any thread: who iterates over it comes to the end."""
        self._closed.set()
        with self._mutex:
            socket = self._socket
        if socket is not None:
            socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _texts(self) -> Iterator[str]:
        """Messages, over as many connections as it takes. Raises ServiceRefusedError for a wrong token."""
        pause_s = FIRST_PAUSE_S
        while not self._closed.is_set():
            try:
                with self._open() as socket:
                    for text in self._over(socket):
                        pause_s = FIRST_PAUSE_S
                        yield text
            except InvalidStatus as error:
                status = error.response.status_code
                if status in (401, 403):
                    raise refused(status, _refusal(status, bytes(error.response.body or b""))) from error
            except ConnectionClosed as error:
                if error.rcvd is not None and error.rcvd.code == NOT_UNDERSTOOD:
                    what = f"the service did not understand this client: {error.rcvd.reason}"
                    raise refused(400, Refusal(kind="Refused", what=what)) from error
            except (ServiceGoneError, OSError, WebSocketException):
                pass  # it has ended, or is about to be there
            wall.wait(self._closed, pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _over(self, socket: ClientConnection) -> Iterator[str]:
        """Messages over one connection."""
        with self._mutex:
            self._socket = socket
        try:
            if self._closed.is_set():
                return
            self._greet(socket)
            self.connected.set()
            for text in socket:
                yield text if isinstance(text, str) else text.decode()
        finally:
            self.connected.clear()
            with self._mutex:
                self._socket = None

    def _open(self) -> ClientConnection:
        where = self._find()
        url = where.url.replace("http://", "ws://", 1) + API + self._where()
        return connect(
            url,
            additional_headers={"Authorization": f"Bearer {where.token}"},
            max_size=LARGEST,
            proxy=None,
            compression=None,
            open_timeout=10,
            close_timeout=2,
        )

    def _where(self) -> str:
        return self._path

    def _greet(self, socket: ClientConnection) -> None:
        """What is said first on each connection."""


class LiveStream(_Stream):
    """Rows of the runs that are followed: iterate over it in one thread, `follow` and `leave` in any.

    When the connection broke, it goes on behind the last row that was given out: no gap, no double.
    """

    def __init__(self, find: Finder) -> None:
        super().__init__(find, "/live")
        self._next: dict[str, int] = {}
        self._columns: dict[str, tuple[ColumnInfo, ...]] = {}

    def follow(self, run_id: str, start: int = 0) -> None:
        """Rows of this run from number `start` on."""
        with self._mutex:
            self._next[run_id] = start
            socket = self._socket
        self._say(socket, {"follow": [{"run_id": run_id, "start": start}]})

    def leave(self, run_id: str) -> None:
        """No more of this run."""
        with self._mutex:
            self._next.pop(run_id, None)
            socket = self._socket
        self._say(socket, {"leave": [run_id]})

    def __iter__(self) -> Iterator[RowBatch]:
        """Batches as they come, of all runs that are followed, until `close`."""
        for text in self._texts():
            for message in _MESSAGES.validate_json(text):
                batch = self._taken(message)
                if batch is not None:
                    yield batch

    def _taken(self, message: LiveMessage) -> RowBatch | None:
        run_id = message.run_id
        columns = self._columns.get(run_id, ())
        with self._mutex:
            expected = self._next.get(run_id)
            if expected is None:
                return None  # left meanwhile
            if isinstance(message, LiveColumns):
                self._columns[run_id] = tuple(message.columns)
                return None
            if isinstance(message, LiveRows):
                skip = max(0, expected - message.start)  # of an earlier `follow` that was changed meanwhile
                if message.start > expected or skip >= len(message.rows):
                    return None
                self._next[run_id] = message.start + len(message.rows)
                return RowBatch(run_id, columns, message.start + skip, message.rows[skip:])
            del self._next[run_id]
        if isinstance(message, LiveRefused):
            return RowBatch(run_id, columns, expected, [], refused=message.what)
        assert isinstance(message, LiveEnd)
        return RowBatch(run_id, columns, expected, [], ended=message.status)

    def _greet(self, socket: ClientConnection) -> None:
        with self._mutex:
            follow = [{"run_id": run_id, "start": start} for run_id, start in self._next.items()]
        if follow:
            self._say(socket, {"follow": follow})

    def _say(self, socket: ClientConnection | None, what: object) -> None:
        if socket is None:
            return  # said when it is connected again
        try:
            socket.send(json.dumps(what))
        except ConnectionClosed:
            pass


class EventStream(_Stream):
    """Events: iterate over it. After a break it goes on behind the last one; "gap" where some were lost."""

    def __init__(self, find: Finder, *, after: int | None, epoch: str) -> None:
        super().__init__(find, "/events")
        self._after = after
        self._epoch = epoch

    def __iter__(self) -> Iterator[Event]:
        """Events as they come, until `close`."""
        for text in self._texts():
            event = Event.model_validate_json(text)
            self._after, self._epoch = event.seq, event.epoch
            yield event

    def _where(self) -> str:
        if self._after is None:
            return self._path
        return f"{self._path}?after={self._after}&epoch={self._epoch}"


def _refusal(status: int, body: bytes) -> Refusal:
    try:
        return Refusal.model_validate_json(body)
    except ValueError:
        return Refusal(kind="Refused", what=f"the service refused the connection: HTTP {status}")
