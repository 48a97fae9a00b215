"""An adapter that answers from a recording: strictly in its order, and a different request is an error."""

from __future__ import annotations

from pyvisa.constants import StatusCode
from pyvisa.errors import VisaIOError

from bench.core.traffic import Exchange, Operation, Recording, RecordingError
from drivers.faults import TruncatedReplyError


class ReplayAdapter:
    """Stands where the instrument stood. Raises RecordingError at the first request that was not recorded.

    A recorded failure fails again, in the same kind.
    """

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self.position = 0
        """How many exchanges have been used."""

    def write(self, command: str) -> None:
        """One message; it has to be the recorded one."""
        exchange = self._next("write", repr(command))
        if exchange.data != command:
            self._refuse(f"{command!r} was sent where {exchange.data!r} was recorded")
        self._done(exchange)

    def read(self) -> str:
        """The recorded reply."""
        exchange = self._next("read", "")
        self._done(exchange)
        assert exchange.data is not None
        return exchange.data

    def flush_read_buffer(self) -> None:
        """A clear; it has to be recorded as well."""
        self._done(self._next("clear", ""))

    def close(self) -> None:
        """Nothing to close."""

    def _next(self, operation: Operation, told: str) -> Exchange:
        if self.position >= len(self._recording.exchanges):
            self._refuse(f"{f'{operation} {told}'.strip()} comes after the end of the recording")
        exchange = self._recording.exchanges[self.position]
        if exchange.operation != operation:
            recorded = f"{exchange.operation} {exchange.data or ''}".strip()
            self._refuse(f"{f'{operation} {told}'.strip()} comes where {recorded!r} was recorded")
        return exchange

    def _done(self, exchange: Exchange) -> None:
        self.position += 1
        text = exchange.error or ""
        if exchange.fault == "timeout":
            raise TimeoutError(text)
        if exchange.fault == "lost":
            raise ConnectionError(text)
        if exchange.fault == "garbled":
            raise TruncatedReplyError(text)
        if exchange.fault == "other":
            raise VisaIOError(StatusCode.error_nonsupported_operation)

    def _refuse(self, what: str) -> None:
        raise RecordingError(
            f"{self._recording.path.name}, line {Recording.FIRST_LINE + self.position}: {what}",
            instrument=self._recording.header.instrument,
            state="the recording was followed up to that line",
            remedy="the driver, its options or its load differ from those of the recording",
        )
