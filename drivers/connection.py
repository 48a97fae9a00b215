"""How a driver reaches its instrument: the settings of the line, and the adapter that uses them."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pyvisa
from pyvisa.constants import BufferOperation, InterfaceType, Parity, StatusCode, StopBits
from pyvisa.errors import Error as VisaError
from pyvisa.errors import VisaIOError

from bench.core.errors import CommunicationError, ConfigError, Problem
from drivers import dead_socket
from drivers.faults import TruncatedReplyError
from drivers.typed_pymeasure import VISAAdapter

_PARITIES = {"none": Parity.none, "odd": Parity.odd, "even": Parity.even}
_STOP_BITS = {1: StopBits.one, 1.5: StopBits.one_and_a_half, 2: StopBits.two}


@dataclass(frozen=True, slots=True)
class ConnectionDefaults:
    """The line as the instrument leaves the factory; a station may override each by an option of that name.

    `timeout_s` is the patience for an ordinary reply, `reconnect_s` that for a connection that was lost to
    come back (clock seconds, 0: none). `spacing_s` is the least pause between two messages.
    The serial settings count on ASRL resources only; `serial_clear` is what an instrument takes there in
    place of a device clear (nothing if empty).
    """

    read_termination: str = "\n"
    write_termination: str = "\n"
    timeout_s: float = 3.0
    reconnect_s: float = 30.0
    spacing_s: float = 0.0
    baud_rate: int = 9600
    data_bits: int = 8
    parity: str = "none"
    stop_bits: float = 1
    serial_clear: bytes = b""

    def overridden(self, options: Mapping[str, Any], *, instrument: str) -> ConnectionDefaults:
        """With the station's connection options in place; raises ConfigError that lists every wrong value."""
        problems = [
            Problem(f"instruments.{instrument}.options.{key}", f"{value!r} cannot be used", _HELP[key])
            for key, value in options.items()
            if not _VALID[key](value)
        ]
        if problems:
            raise ConfigError(problems)
        return replace(self, **options)


def _is_terminator(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 2


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _is_not_negative(value: object) -> bool:
    return value == 0 or (_is_positive(value) and value != float("inf"))


_VALID: Mapping[str, Callable[[Any], bool]] = {
    "read_termination": _is_terminator,
    "write_termination": _is_terminator,
    "timeout_s": _is_positive,
    "reconnect_s": _is_not_negative,
    "baud_rate": lambda value: _is_positive(value) and isinstance(value, int),
    "data_bits": lambda value: value in (7, 8),
    "parity": lambda value: value in _PARITIES,
    "stop_bits": lambda value: value in _STOP_BITS,
}
_HELP = {
    "read_termination": 'one or two characters, such as "\\n"',
    "write_termination": 'one or two characters, such as "\\r\\n"',
    "timeout_s": "seconds, more than zero",
    "reconnect_s": "seconds, such as 30, or 0 for none",
    "baud_rate": "a whole number, such as 9600",
    "data_bits": "7 or 8",
    "parity": '"none", "odd" or "even"',
    "stop_bits": "1, 1.5 or 2",
}
CONNECTION_OPTIONS = frozenset(_VALID)
"""Option names every driver takes; what a front panel or a cable decides differs from lab to lab."""


class StrictVISAAdapter(VISAAdapter):
    """pymeasure's VISAAdapter without four traps.

    A reply that ends before its terminator raises TruncatedReplyError (pyvisa only warns, and half of
    1.5E-03 is a number too); `close` never closes the resource manager that others share; `device_clear`
    does what the interface can do; a socket that the other end has closed is an error at once.
    """

    def __init__(self, resource: str, line: ConnectionDefaults, *, visa_library: object = "") -> None:
        self._line = line
        self._resource, self._visa_library = resource, visa_library
        self._open()

    def _open(self) -> None:
        line = self._line
        super().__init__(
            self._resource,
            visa_library=self._visa_library,
            read_termination=line.read_termination,
            write_termination=line.write_termination,
            timeout=round(line.timeout_s * 1000),
            asrl={
                "baud_rate": line.baud_rate,
                "data_bits": line.data_bits,
                "parity": _PARITIES[line.parity],
                "stop_bits": _STOP_BITS[line.stop_bits],
            },
        )
        if not self.connection.session:  # pyvisa-sim opens an unknown resource as session 0 without a word
            raise VisaIOError(StatusCode.error_resource_not_found)
        self._socket = link = dead_socket.socket_of(self.connection)  # the same until `reopen`
        if link is not None:  # VISA's default (VI_ATTR_TCPIP_NODELAY), which pyvisa-py 0.8.1 leaves out
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._terminator = line.read_termination.encode("ascii")
        self._info = self.manager.resource_info(self._resource)

    def reopen(self) -> None:
        """Close the connection, which may be lost, and open it anew. Raises what opening raises."""
        with contextlib.suppress(VisaError, OSError):
            self.close()
        self._open()

    def _read(self) -> str:
        try:
            reply: bytes = self.connection.read_raw()
        except VisaIOError:
            self._raise_if_closed()
            raise
        if not reply.endswith(self._terminator):
            raise TruncatedReplyError(f"{reply!r} ends without {self._terminator!r}")
        return reply[: -len(self._terminator)].decode("ascii")

    def _raise_if_closed(self) -> None:
        if self._socket is not None and self._socket.fileno() >= 0:  # not closed at this end
            dead_socket.raise_if_closed(self._socket)

    @property
    def is_serial(self) -> bool:
        """Whether it is a serial line."""
        return bool(self._info.interface_type == InterfaceType.asrl)

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Wait up to `seconds` for replies inside the block, if that is more than usual."""
        usual = self.connection.timeout
        self.connection.timeout = max(usual, round(seconds * 1000))
        try:
            yield
        finally:
            self.connection.timeout = usual

    def device_clear(self) -> None:
        """Discard what is on its way in either direction (IEEE 488.1 SDC where the interface has it)."""
        if self.is_serial:
            if self._line.serial_clear:
                self.connection.write_raw(self._line.serial_clear)
        elif self._info.resource_class != "SOCKET":
            self.connection.clear()
        self.flush_read_buffer()

    def flush_read_buffer(self) -> None:
        """Discard what has arrived. Raises ConnectionError if the other end of a socket has closed it."""
        link = self._socket
        if link is None:
            super().flush_read_buffer()
            return
        self.connection.flush(BufferOperation.discard_read_buffer_no_io)
        dead_socket.drain(link)

    def close(self) -> None:
        """Close this connection only; closing twice is harmless."""
        connection = getattr(self, "connection", None)
        if connection is not None:
            connection.close()


def open_adapter(
    resource: str,
    line: ConnectionDefaults,
    *,
    visa_library: object = "",
    instrument: str | None = None,
    make: Callable[..., StrictVISAAdapter] = StrictVISAAdapter,
) -> StrictVISAAdapter:
    """Open `resource`. `visa_library` is a pyvisa library instance, or a text such as "@py".

    `make` is called with resource, line and `visa_library`, for messages that no terminator ends.
    Raises CommunicationError if it cannot be opened. The bare text "@sim" is refused: with it pyvisa-sim
    shares one library between all files, and closing one instrument closes all of them.
    """
    if visa_library == "@sim":
        raise ValueError('"@sim" alone is refused; name the file: "path/to/devices.yaml@sim"')
    try:
        return make(resource, line, visa_library=visa_library)
    except (VisaError, OSError, ValueError) as error:
        raise CommunicationError(
            f"{resource} cannot be opened: {error}",
            instrument=instrument,
            state="nothing was sent",
            remedy="check that the instrument is on, the cable, the address, and that no other program has "
            f"it open (VISA library: {_library_name(visa_library)})",
        ) from error


def _library_name(visa_library: object) -> str:
    if isinstance(visa_library, pyvisa.highlevel.VisaLibraryBase):
        return str(visa_library.library_path)
    return str(visa_library) or "pyvisa's default"
