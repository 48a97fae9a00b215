"""@bench: a pyvisa backend whose instruments are Ports on the bench's clock.

A thin layer over pyvisa-sim's library: resource names, attributes, sessions and YAML files are pyvisa-sim's.
Three ways in: `pyvisa.ResourceManager("station.toml@bench")` from any program,
`pyvisa.ResourceManager(library)` with an instance, and `pyvisa.ResourceManager("dialogues.yaml@bench")` for a
file of pyvisa-sim, which behaves as under `@sim`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from pyvisa import constants, rname
from pyvisa.constants import BufferOperation, StatusCode
from pyvisa.errors import VisaIOError
from pyvisa_sim.devices import Devices
from pyvisa_sim.highlevel import SimVisaLibrary

from simulators.backends import stations
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa_session import PortDevice, PortSession, port_session
from simulators.wire.port import DisconnectedError, Port

_EXCHANGES_MESSAGES = frozenset(
    {
        (constants.InterfaceType.gpib, "INSTR"),
        (constants.InterfaceType.usb, "INSTR"),
        (constants.InterfaceType.tcpip, "INSTR"),
    }
)
"""Interfaces that carry END and the message exchange protocol of IEEE 488.2."""

_names = (f"bench-{number}" for number in itertools.count(1))
_handles = itertools.count(1_000_000)


class BenchVisaLibrary(SimVisaLibrary):  # type: ignore[misc]  # pyvisa-sim is untyped
    """See the module."""

    devices: Devices

    def __new__(cls, library_path: str = "") -> BenchVisaLibrary:
        """The library of a station file, of a YAML file, or of a name that `create` has given.

        Raises OSError (no such file or name) or ValueError (a file that describes no simulation).
        """
        path = str(library_path)
        if path.lower().endswith(".toml"):
            library = stations.library_of(path)
            if not isinstance(library, cls):
                raise TypeError(f"{path}: its world answers with {library!r} instead of a {cls.__name__}")
            return library
        made: BenchVisaLibrary = super().__new__(cls, library_path)
        return made

    @classmethod
    def create(cls) -> BenchVisaLibrary:
        """A new library without instruments; its `library_path` leads to it while somebody holds it."""
        name = next(_names)
        cls._being_made.add(name)
        try:
            return cls(name)
        finally:
            cls._being_made.discard(name)

    _being_made: set[str] = set()  # noqa: RUF012 - shared on purpose: names for which `create` vouches

    def _init(self) -> None:
        self.sessions: dict[Any, Any] = {}
        path = str(self.library_path)
        if path in self._being_made:
            self.devices = Devices()
        elif path == "unset" or path.lower().endswith((".yaml", ".yml")):
            super()._init()
        else:
            raise OSError(
                f"@bench: {path!r} is neither a station file (.toml), nor a pyvisa-sim file (.yaml), "
                "nor the library_path of a world that runs in this process"
            )

    def attach(self, resource_name: str, port: Port, line: SerialLine | None = None) -> None:
        """Make a port reachable under a VISA resource name. Raises ValueError if the name is taken.

        A bus gets the message exchange protocol of IEEE 488.2 (-410, -420, END), a serial line or socket not.
        `line`: the serial settings of the instrument; what a session with others writes does not arrive.
        """
        name = rname.to_canonical_name(resource_name)
        if name in self.devices.list_resources():
            raise ValueError(f"{name} is taken by another instrument")
        parsed = rname.parse_resource_name(name)
        kind = (parsed.interface_type_const, parsed.resource_class)
        port.has_message_exchange = kind in _EXCHANGES_MESSAGES
        device = PortDevice(port.name, port, line)
        device.add_eom(f"{kind[0].name} {kind[1]}", "\n", "\n")  # unused by ports; silences a warning
        self.devices.add_device(name, device)

    # -- sessions -------------------------------------------------------------------------------------------

    def _register(self, obj: Any) -> Any:
        """A handle, counted: pyvisa-sim draws it from the random stream that a measurement may be using."""
        handle = next(_handles)
        self.sessions[handle] = obj
        return handle

    def open(
        self,
        session: Any,
        resource_name: str,
        access_mode: constants.AccessModes = constants.AccessModes.no_lock,
        open_timeout: int = 0,
    ) -> tuple[Any, StatusCode]:
        """Open (viOpen). A port whose plug is out is not found. Raises VisaIOError (pyvisa-sim does not)."""
        handle, status = super().open(session, resource_name, access_mode, open_timeout)
        if status < 0:
            raise VisaIOError(status)
        opened = self.sessions[handle]
        if isinstance(opened.device, PortDevice):
            if not opened.device.port.connected:
                del self.sessions[handle]
                raise VisaIOError(StatusCode.error_resource_not_found)
            opened.__class__ = port_session(opened.__class__)
            opened.begin(opened.session_type in _EXCHANGES_MESSAGES)
        return handle, status

    def list_resources(self, session: Any, query: str = "?*::INSTR") -> tuple[str, ...]:
        """What can be opened now and matches the VISA expression; possibly nothing."""
        reachable = [name for name in self.devices.list_resources() if self._is_reachable(name)]
        return tuple(rname.filter(reachable, query))

    def _is_reachable(self, name: str) -> bool:
        device = self.devices[name]
        return not isinstance(device, PortDevice) or device.port.connected

    def read(self, session: Any, count: int) -> tuple[bytes, StatusCode]:
        """Read (viRead)."""
        opened = self.sessions.get(session)
        if not isinstance(opened, PortSession):
            stock: tuple[bytes, StatusCode] = super().read(session, count)
            return stock
        data, status = opened.read(count)
        if status < 0:
            raise VisaIOError(status)
        return data, status

    def write(self, session: Any, data: bytes) -> tuple[int, StatusCode]:
        """Write (viWrite)."""
        opened = self.sessions.get(session)
        if not isinstance(opened, PortSession):
            stock: tuple[int, StatusCode] = super().write(session, data)
            return stock
        written, status = opened.write(data)
        if status < 0:
            raise VisaIOError(status)
        return written, status

    def ignore_warning(self, session: Any, *warnings_constants: StatusCode) -> AbstractContextManager[None]:
        """Nothing to do, and pyvisa asks for it at each read: no VISA warning is ever issued here."""
        return _NO_WARNINGS

    # -- what pyvisa-sim lacks ------------------------------------------------------------------------------

    def clear(self, session: Any) -> StatusCode:
        """Clear (viClear): a device clear on a bus; on a serial line or socket both buffers are emptied."""
        port = self._port(session)
        if port.has_message_exchange:
            with _lost_connection():
                port.clear()
        else:
            port.discard_input()
            port.discard_output()
        return StatusCode.success

    def read_stb(self, session: Any) -> tuple[int, StatusCode]:
        """Read the status byte (viReadSTB): a serial poll; a serial line or socket has none."""
        port = self._bus_port(session)
        with _lost_connection():
            return port.serial_poll(), StatusCode.success

    def assert_trigger(self, session: Any, protocol: constants.TriggerProtocol) -> StatusCode:
        """Trigger (viAssertTrigger): a group execute trigger; a serial line or socket has none."""
        port = self._bus_port(session)
        with _lost_connection():
            port.trigger()
        return StatusCode.success

    def flush(self, session: Any, mask: BufferOperation) -> StatusCode:
        """Flush (viFlush). On a bus: drop the rest of a partly read reply; an unread one stays there."""
        port = self._port(session)
        if int(mask) & _DISCARDS_INPUT:
            port.discard_output(only_begun=port.has_message_exchange)
        return StatusCode.success

    def _port(self, session: Any) -> Port:
        opened = self.sessions.get(session)
        if opened is None:
            raise VisaIOError(StatusCode.error_invalid_object)
        if not isinstance(opened, PortSession):  # a device of a YAML file
            raise VisaIOError(StatusCode.error_nonsupported_operation)
        return opened.device.port

    def _bus_port(self, session: Any) -> Port:
        port = self._port(session)
        if not port.has_message_exchange:
            raise VisaIOError(StatusCode.error_nonsupported_operation)
        return port


@contextmanager
def _lost_connection() -> Iterator[None]:
    try:
        yield
    except DisconnectedError:
        raise VisaIOError(StatusCode.error_connection_lost) from None


_NO_WARNINGS = nullcontext()

_DISCARDS_INPUT = int(  # numbers: `&` of two flags takes longer than all the rest of a flush
    BufferOperation.discard_read_buffer
    | BufferOperation.discard_read_buffer_no_io
    | BufferOperation.discard_receive_buffer
    | BufferOperation.discard_receive_buffer2
)
