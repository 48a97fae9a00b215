"""A pyserial port whose other end is a simulated instrument in this process, on the clock of its world.

Time-outs pass on that clock: in virtual time they cost nothing, and the same programme reads the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyvisa.constants import Parity, StopBits
from pyvisa.constants import ResourceAttribute as Attribute
from serial.serialutil import PortNotOpenError, SerialBase, SerialException, to_bytes

from simulators.backends.serial_url.names import find
from simulators.wire.port import DisconnectedError, Port

if TYPE_CHECKING:
    from simulators.backends.serial_line import SerialLine

_PARITIES = {"N": Parity.none, "E": Parity.even, "O": Parity.odd, "M": Parity.mark, "S": Parity.space}
_STOP_BITS = {1: StopBits.one, 1.5: StopBits.one_and_a_half, 2: StopBits.two}


class BenchSerial(SerialBase):  # type: ignore[misc]  # pyserial is untyped
    """What `serial.serial_for_url("bench://NAME")` returns.

    Written with a baud rate, parity or frame that the instrument is not set to, nothing gets across, as on
    a real line. An instrument that is on no serial line takes any. Opening clears the buffers.
    """

    is_open = False
    _line: SerialLine | None
    _bench: Port

    def open(self) -> None:
        """Find the instrument and connect. Raises SerialException."""
        if self._port is None:
            raise SerialException("Port must be configured before it can be used.")
        if self.is_open:
            raise SerialException("Port is already open.")
        try:
            instrument, self._line = find(str(self._port))
        except (ValueError, OSError) as error:
            raise SerialException(str(error)) from error
        if not instrument.connected:
            raise SerialException(f"{self._port}: the plug is out")
        self._bench = instrument.another()
        self.is_open = True
        self._reconfigure_port()

    def close(self) -> None:
        """Let go of it; the instrument stays as it is."""
        if self.is_open:
            self.is_open = False
            self._bench.leave()

    # -- data -----------------------------------------------------------------------------------------------

    def write(self, data: Any) -> int:
        """Send bytes, at once. Raises SerialException if the plug is out."""
        port = self._opened()
        payload = to_bytes(data)
        if self._understood:
            try:
                port.feed(payload)
            except DisconnectedError as error:
                raise SerialException(str(error)) from error
        return len(payload)

    def read(self, size: int = 1) -> bytes:
        """Up to `size` bytes: fewer only if the time-out, or that between two bytes, passed first.

        Raises SerialException if the plug is out.
        """
        port = self._opened()
        clock = port.clock
        last = clock.now()
        deadline = None if self._timeout is None else last + self._timeout
        out = b""
        while len(out) < size:
            data, _, _ = port.take(size - len(out))
            if data:
                out += data
                last = clock.now()
                continue
            if not port.connected:
                raise SerialException(f"{self._port}: the plug is out")
            until = deadline
            if out and self._inter_byte_timeout is not None:
                gap = last + self._inter_byte_timeout
                until = gap if until is None else min(until, gap)
            if not _wait(port, until):
                break
        return out

    def read_until(self, expected: Any = b"\n", size: int | None = None) -> bytes:
        """Bytes up to and with `expected`, or `size`, or what came until the time-out of one byte.

        pyserial's own looks at the PC's clock as well.
        """
        ending = to_bytes(expected)
        out = b""
        while not out.endswith(ending) and (size is None or len(out) < size):
            data = self.read(1)
            if not data:
                break
            out += data
        return out

    def flush(self) -> None:
        """Nothing to wait for: what is written has arrived."""
        self._opened()

    def reset_input_buffer(self) -> None:
        """Throw away what can be read now."""
        self._opened().discard_output()

    def reset_output_buffer(self) -> None:
        """Nothing to throw away: what is written has arrived."""
        self._opened()

    @property
    def in_waiting(self) -> int:
        """How many bytes can be read now."""
        return self._opened().bytes_waiting

    @property
    def out_waiting(self) -> int:
        """None: what is written has arrived."""
        self._opened()
        return 0

    def send_break(self, duration: float = 0.25) -> None:
        """A break of so many seconds of the clock, which no simulated instrument minds."""
        self._opened().clock.sleep(duration)

    # -- the line -------------------------------------------------------------------------------------------

    @property
    def cts(self) -> bool:
        """Clear To Send: while the plug is in."""
        return self._line_state()

    @property
    def dsr(self) -> bool:
        """Data Set Ready: while the plug is in."""
        return self._line_state()

    @property
    def cd(self) -> bool:
        """Carrier Detect: while the plug is in."""
        return self._line_state()

    @property
    def ri(self) -> bool:
        """Ring Indicator: nobody rings."""
        self._opened()
        return False

    def _line_state(self) -> bool:
        return self._opened().connected

    def _reconfigure_port(self) -> None:
        """Called by pyserial whenever a setting changes: whether the instrument understands it."""
        line = getattr(self, "_line", None)
        self._understood = line is None or line.agrees_with(
            {
                Attribute.asrl_baud_rate: self._baudrate,
                Attribute.asrl_data_bits: self._bytesize,
                Attribute.asrl_parity: _PARITIES[self._parity],
                Attribute.asrl_stop_bits: _STOP_BITS[self._stopbits],
            }
        )

    def _update_break_state(self) -> None:
        """Called by pyserial; no simulated instrument looks at a break."""

    def _update_rts_state(self) -> None:
        """Called by pyserial; no handshake is simulated."""

    def _update_dtr_state(self) -> None:
        """Called by pyserial; no handshake is simulated."""

    def _opened(self) -> Port:
        if not self.is_open:
            raise PortNotOpenError()
        return self._bench


def _wait(port: Port, until: float | None) -> bool:
    """Wait until there may be something to read; False if the time was over first."""
    clock = port.clock
    now = clock.now()
    if until is not None and until <= now:
        return False
    ready = port.available_at
    if ready is None:
        port.wait(None if until is None else until - now)
        return True
    clock.sleep((ready if until is None else min(ready, until)) - now)
    return until is None or ready <= until
