"""An adapter for instruments whose messages are counted, not terminated."""

from __future__ import annotations

from typing import Protocol

from pyvisa.constants import SerialTermination
from pyvisa.errors import VisaIOError

from drivers.connection import ConnectionDefaults, StrictVISAAdapter


class Framing(Protocol):
    """Tells from the first bytes of a reply how many follow."""

    head: int
    """How many bytes it takes to tell."""

    def rest(self, head: bytes) -> int:
        """How many more there are."""
        ...


class FramedVISAAdapter(StrictVISAAdapter):
    """Frames as text of code points 0 to 255; nothing is added, nothing ends at a terminator.

    A reply that stops half-way raises VisaIOError (time-out) like one that never begins.
    """

    def __init__(
        self, resource: str, line: ConnectionDefaults, framing: Framing, *, visa_library: object = ""
    ) -> None:
        self._framing = framing
        super().__init__(resource, line, visa_library=visa_library)

    def _open(self) -> None:
        super()._open()
        self.connection.read_termination = None
        self.connection.write_termination = None
        if self.is_serial:
            self.connection.end_input = SerialTermination.none

    def _write(self, command: str) -> None:
        self.connection.write_raw(command.encode("latin-1"))

    def _read(self) -> str:
        try:
            head: bytes = self.connection.read_bytes(self._framing.head)
            rest: bytes = self.connection.read_bytes(self._framing.rest(head))
        except VisaIOError:
            self._raise_if_closed()
            raise
        return (head + rest).decode("latin-1")
