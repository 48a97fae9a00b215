"""The web server beside a bench: in its own thread, on this computer's own time, on loopback only."""

from __future__ import annotations

import os
import socket
import threading

import uvicorn

from bench.core import wall
from bench.core.errors import BenchError
from bench.service.alarms.load import load_alarms
from bench.service.app import build_app
from bench.service.room import Room
from bench.service.security import Gate, hosts_of
from bench.service.tokens import Endpoint, announce, tokens_of, withdraw

HOST = "127.0.0.1"
_START_S = 30.0
_STOP_S = 3
_MESSAGE_BYTES = 1 << 16
_PING_S = 20.0


class ServiceError(BenchError):
    """The service cannot listen."""


class Service:
    """Listens from `start` to `close`. A runner calls `start` once it owns the data folder."""

    def __init__(self, room: Room) -> None:
        """Take the port, so that one that is taken is known before anything starts.

        Raises ServiceError, ConfigError (for alarms.toml), StorageError (for the tokens).
        """
        self.room = room
        self._alarms = load_alarms(room.data_dir, room.station)
        self._tokens = tokens_of(room.data_dir)
        self._socket = _listening(room.settings.port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self.pid = os.getpid()
        self._endpoint = Endpoint(self.url, self.pid, room.started)
        self.gate = Gate(build_app(room), self._tokens, hosts_of(self.port))
        self._server = uvicorn.Server(
            uvicorn.Config(
                self.gate,
                log_config=None,
                access_log=False,
                server_header=False,
                ws="websockets-sansio",
                ws_max_size=_MESSAGE_BYTES,
                ws_ping_interval=_PING_S,
                ws_ping_timeout=_PING_S,
                timeout_graceful_shutdown=_STOP_S,
                limit_concurrency=200,
            )
        )
        self._thread = threading.Thread(target=self._run, name="service", daemon=True)
        self._opened = False

    def start(self) -> None:
        """Return when it answers. Raises ServiceError, StorageError."""
        self.room.open_alarms(self._alarms, first_pause_s=self.room.settings.retry_s)
        self._opened = True
        self._thread.start()
        until = wall.now() + _START_S
        while not self._server.started:
            if wall.now() > until or not self._thread.is_alive():
                raise ServiceError(f"the service did not begin to answer at {self.url}")
            wall.sleep(0.01)
        announce(self.room.data_dir, self._endpoint)

    def recovered(self) -> None:
        """What an earlier bench left is settled; a runner calls this before it begins to work."""
        self.room.state = "working"

    def close(self) -> None:
        """Answer no more; twice is allowed."""
        self.room.state = "stopping"
        withdraw(self.room.data_dir, self._endpoint)
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_S + 5.0)
        self._socket.close()
        if self._opened:
            self._opened = False
            self.room.watchman.close()

    def _run(self) -> None:
        self._server.run([self._socket])


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ServiceError(
            f"port {port} of this computer cannot be used: {error}",
            state="nothing was started",
            remedy="choose another with --port, or leave it out for any that is free",
        ) from error
    return listener
