"""Reading and writing of one VISA session at a Port: chunks instead of bytes, waiting on the bench's clock.

The rules of when a read ends are those of VPP-4.3 section 6.1.1 as pyvisa-sim implements them.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from pyvisa import constants
from pyvisa.constants import ResourceAttribute as Attribute
from pyvisa.constants import SerialTermination, StatusCode
from pyvisa_sim.devices import Device

from simulators.backends.serial_line import SerialLine
from simulators.wire.port import DisconnectedError, Port

INFINITE_MS = 0xFFFFFFFF
"""VI_TMO_INFINITE."""

LINE_FEED = 10

_NO_STOP_BYTE = -1

_ATTRIBUTES_OF_EVERY_READ = (
    Attribute.timeout_value,
    Attribute.suppress_end_enabled,
    Attribute.termchar_enabled,
    Attribute.send_end_enabled,
)
_ATTRIBUTES_OF_A_LINE = (
    Attribute.asrl_baud_rate,
    Attribute.asrl_data_bits,
    Attribute.asrl_parity,
    Attribute.asrl_stop_bits,
    Attribute.asrl_end_in,
    Attribute.asrl_end_out,
)


class PortDevice(Device):  # type: ignore[misc]  # pyvisa-sim is untyped
    """A pyvisa-sim device whose bytes come from a Port."""

    def __init__(self, name: str, port: Port, line: SerialLine | None) -> None:
        super().__init__(name, b"")
        self.port = port
        self.line = line

    def write(self, data: bytes) -> None:
        """Bytes without END, from pyvisa-sim's own serial session."""
        self.port.feed(data)


class PortSession:
    """Put in front of a session class of pyvisa-sim (see `port_session`)."""

    attrs: dict[Any, Any]
    device: PortDevice
    parsed: Any

    def begin(self, sends_end: bool) -> None:
        """Called once after opening; `sends_end`: the interface has an END signal."""
        self._has_end = sends_end
        self._is_serial = self.parsed.interface_type_const == constants.InterfaceType.asrl
        self.attrs[Attribute.termchar] = LINE_FEED  # pyvisa-sim 0.7.1 puts the GPIB board's number there
        wanted = _ATTRIBUTES_OF_EVERY_READ + (_ATTRIBUTES_OF_A_LINE if self._is_serial else ())
        for attribute in wanted:
            self.get_attribute(attribute)  # fills in VISA's default, so that `attrs` can be read directly
        self._note_attributes()

    def _note_attributes(self) -> None:
        """Attributes change seldom and each look at one costs as much as a whole read."""
        attrs = self.attrs
        end_in = attrs[Attribute.asrl_end_in] if self._is_serial else None
        timeout_ms = attrs[Attribute.timeout_value]
        self._timeout_s = math.inf if timeout_ms == INFINITE_MS else timeout_ms / 1000
        self._ignores_end = bool(attrs[Attribute.suppress_end_enabled])
        self._ends_at_reply = not self._is_serial and not self._ignores_end
        self._ends_at_termchar = end_in == SerialTermination.termination_char and not self._ignores_end
        self._ends_at_last_bit = end_in == SerialTermination.last_bit and not self._ignores_end
        stops = self._ends_at_termchar or attrs[Attribute.termchar_enabled]
        self._stop = int(attrs[Attribute.termchar]) if stops else _NO_STOP_BYTE
        self._sends_end = self._has_end and bool(attrs[Attribute.send_end_enabled])
        if self._is_serial:
            line = self.device.line
            self._understands = line is None or line.agrees_with(attrs)
            as_they_are = attrs[Attribute.asrl_end_out] == SerialTermination.none
            self._sends_as_is = as_they_are and attrs[Attribute.asrl_data_bits] == 8

    # -- reading --------------------------------------------------------------------------------------------

    def read(self, count: int) -> tuple[bytes, StatusCode]:
        """Read (viRead). The time that a reply or a time-out takes passes on the clock."""
        port = self.device.port
        deadline: float | None = None
        out = b""
        while port.connected:
            left = 1 if self._ends_at_last_bit else count - len(out)
            data, ended, stopped = port.take(left, self._stop)
            if ended and self._ends_at_reply:
                return out + data, StatusCode.success
            out += data
            status = self._why_done(out, count, stopped)
            if status is not None:
                return out, status
            if data:
                continue
            if deadline is None:
                deadline = port.clock.now() + self._timeout_s
                port.read_empty()
            if not _wait(port, deadline):
                return out, StatusCode.error_timeout
        return out, StatusCode.error_connection_lost

    def _why_done(self, out: bytes, count: int, stopped: bool) -> StatusCode | None:
        if stopped and self._ends_at_termchar:
            return StatusCode.success
        if self._ends_at_last_bit and out and out[-1] >> (self.attrs[Attribute.asrl_data_bits] - 1):
            return StatusCode.success
        if stopped:
            return StatusCode.success_termination_character_read
        return StatusCode.success_max_count_read if len(out) >= count else None

    # -- writing --------------------------------------------------------------------------------------------

    def write(self, data: bytes) -> tuple[int, StatusCode]:
        """Write (viWrite). On a bus the last byte carries END unless VI_ATTR_SEND_END_EN is off."""
        try:
            if self._is_serial:
                return self._write_serial(data)
            self.device.port.feed(data, self._sends_end)
        except DisconnectedError:
            return 0, StatusCode.error_connection_lost
        return len(data), StatusCode.success

    def _write_serial(self, data: bytes) -> tuple[int, StatusCode]:
        if not self._understands:
            return len(data), StatusCode.success  # the receiver drops characters with framing errors
        if self._sends_as_is:
            self.device.port.feed(data)
            return len(data), StatusCode.success
        answer: tuple[int, StatusCode] = super().write(data)  # type: ignore[misc]  # masks bits, adds the end
        return answer

    def get_attribute(self, attribute: Any) -> tuple[Any, StatusCode]:
        """Get an attribute (viGetAttribute); the number of bytes that wait on a serial line is real."""
        if attribute == Attribute.asrl_avalaible_number and self._is_serial:
            return self.device.port.bytes_waiting, StatusCode.success
        answer: tuple[Any, StatusCode] = super().get_attribute(attribute)  # type: ignore[misc]
        return answer

    def set_attribute(self, attribute: Any, attribute_state: Any) -> StatusCode:
        """Set an attribute (viSetAttribute)."""
        status: StatusCode = super().set_attribute(attribute, attribute_state)  # type: ignore[misc]
        self._note_attributes()
        return status


def _wait(port: Port, deadline: float) -> bool:
    """Wait until the port may have something to read; False if the deadline came first."""
    clock = port.clock
    now = clock.now()
    ready = port.available_at
    if ready is not None:
        clock.sleep(min(ready, deadline) - now)
        return ready <= deadline
    if now >= deadline:
        return False
    port.wait(None if deadline == math.inf else deadline - now)
    return True


@cache
def port_session(session_class: Any) -> Any:
    """The session class of pyvisa-sim with our reading and writing in front."""
    return type(f"Port{session_class.__name__}", (PortSession, session_class), {})
