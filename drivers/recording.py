"""An adapter around another one that tells somebody every exchange, and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.core.clock import Clock
from bench.core.traffic import Exchange, Operation, Sink
from drivers.faults import TRANSPORT_ERRORS, classify
from drivers.typed_pymeasure import Adapter


class RecordingAdapter:
    """`inner`, with every write, read and clear told to `sink`, failures too; they are raised as ever.

    Everything else an adapter has is that of `inner`.
    """

    def __init__(self, inner: Adapter, sink: Sink, clock: Clock) -> None:
        self._inner = inner
        self._sink = sink
        self._clock = clock
        if hasattr(inner, "device_clear"):  # the link asks for it before it uses it
            clear: Callable[[], None] = inner.device_clear
            self.device_clear = lambda: self._tell_clear(clear)

    def write(self, command: str) -> None:
        """Send one message."""
        try:
            self._inner.write(command)
        except TRANSPORT_ERRORS as error:
            self._tell("write", command, error)
            raise
        self._tell("write", command)

    def read(self) -> str:
        """One reply, without its terminator."""
        try:
            reply = self._inner.read()
        except TRANSPORT_ERRORS as error:
            self._tell("read", None, error)
            raise
        self._tell("read", reply)
        return reply

    def flush_read_buffer(self) -> None:
        """Discard what has arrived."""
        self._tell_clear(self._inner.flush_read_buffer)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def __getattr__(self, name: str) -> Any:
        if name == "_inner":  # while it is being built or unpickled
            raise AttributeError(name)
        return getattr(self._inner, name)

    def _tell_clear(self, clear: Callable[[], None]) -> None:
        try:
            clear()
        except TRANSPORT_ERRORS as error:
            self._tell("clear", None, error)
            raise
        self._tell("clear", None)

    def _tell(self, operation: Operation, data: str | None, error: Exception | None = None) -> None:
        self._sink(
            Exchange(
                self._clock.now(),
                self._clock.utc().isoformat(),
                operation,
                data,
                None if error is None else classify(error),
                None if error is None else str(error),
            )
        )
