"""What a row of the catalogue says: how an instrument is built, how it is plugged in, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.core.clock import Clock
from simulators.backends.serial_line import SerialLine
from simulators.physics.analog_cable import AnalogCable
from simulators.physics.electrical import Circuit
from simulators.physics.furnace import Furnace, FurnaceBuild, GasLine
from simulators.physics.nothing import NOTHING, open_terminals
from simulators.physics.surroundings import Surroundings
from simulators.physics.terminals import (
    Coil,
    Crosspoints,
    CurrentSeen,
    FieldSeen,
    GasSeen,
    PressureSeen,
    TemperatureSeen,
    VoltageSeen,
)
from simulators.physics.vacuum import Chamber
from simulators.plugs import Connection, Connections, Plug, Plugs
from simulators.tables import Table
from simulators.wire.device import MessageDevice
from simulators.wire.framing import Framing

FORCE_AND_SENSE = frozenset({"force_high", "force_low", "sense_high", "sense_low"})
"""Terminals of a source meter; or of a current source and channel 1 of the nanovoltmeter behind it."""


class SimulatedInstrument(MessageDevice, Protocol):
    """A device that a world can also look into."""

    def inspect(self) -> dict[str, Any]:
        """State for tests: outputs, levels, readings."""
        ...


class SharedLine(MessageDevice, Protocol):
    """A line with several units of one protocol on it."""

    def add(self, address: Any, unit: Any) -> None:
        """Hang a further unit on the line. Raises ValueError for an address that it cannot have."""
        ...


class SimulatedUnit(Protocol):
    """A unit on a line that several share, and that a world can look into."""

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        ...


@dataclass(frozen=True, slots=True)
class OnBus:
    """A unit and its address on the line of its resource: all units of one resource share the line."""

    address: int | str
    unit: SimulatedUnit
    bus: Callable[[Clock], SharedLine]
    framing: Callable[[float], Framing] | None = None
    """Of a line that takes so many seconds a byte, 0 for a gateway; None where a terminator ends messages."""

    def inspect(self) -> dict[str, Any]:
        """State for tests."""
        return self.unit.inspect()


@dataclass(frozen=True, slots=True)
class Site:
    """Where an instrument stands: its name, the world's clock and seed, and what surrounds it.

    `wired` is the circuit its terminals are wired to, `open_terminals` what it meets where nothing is; both
    for an instrument with one channel, "". `connections` says for each channel what it meets, and the methods
    below ask it: each answers with open terminals where nothing is wired. `cables` are those between the
    instruments of the world, by the name that both ends give.
    """

    name: str
    clock: Clock
    seed: int
    surroundings: Surroundings
    wired: Circuit | None
    sense_wired: bool
    open_terminals: Circuit
    connections: Connections = field(default_factory=dict)
    cables: dict[str, AnalogCable] = field(default_factory=dict)

    def circuit(self, channel: str = "") -> Circuit:
        """What a source drives."""
        found = self._at(channel).circuit
        if found is None:
            found = open_terminals(self.surroundings) if channel else self.open_terminals
        return found

    def sensed(self, channel: str = "") -> bool:
        """Whether a source's sense terminals are wired."""
        return self._at(channel).sense_wired

    def voltage(self, channel: str = "") -> VoltageSeen:
        """What a voltmeter measures."""
        return self._at(channel).voltage or NOTHING

    def current(self, channel: str = "") -> CurrentSeen:
        """What an ammeter measures."""
        return self._at(channel).current or NOTHING

    def field(self, channel: str = "") -> FieldSeen:
        """Where the probe of a gaussmeter is."""
        return self._at(channel).field or NOTHING

    def coil(self, channel: str = "") -> Coil:
        """What a magnet supply feeds."""
        return self._at(channel).coil or NOTHING

    def crosspoints(self, channel: str = "") -> Crosspoints:
        """What the relays of a switch connect."""
        return self._at(channel).crosspoints or NOTHING

    def cable(self, name: str) -> AnalogCable:
        """The cable of this name; one that leads nowhere if there is no name."""
        return self.cables.setdefault(name, AnalogCable()) if name else AnalogCable()

    def temperature(self, channel: str = "") -> TemperatureSeen:
        """Where a thermometer is; in the room unless it is wired to something."""
        return self._at(channel).temperature or self.surroundings

    def furnace(self, channel: str = "") -> Furnace:
        """What a temperature controller heats and measures; without wires, one whose sensor is broken."""
        found = self._at(channel).furnace
        if found is None:
            found = Furnace(FurnaceBuild(), self.surroundings)
            found.control.become("open", self.clock.now())
        return found

    def gas(self, channel: str = "") -> GasSeen:
        """Where a flow controller sits; without pipes, in a line of its own without a bottle."""
        found = self._at(channel).gas
        if found is None:
            found = GasLine()
            found.set_supply(False, self.clock.now())
        return found

    def pressure(self, channel: str = "") -> PressureSeen:
        """What a pressure gauge measures; the room unless it is wired to something."""
        return self._at(channel).pressure or Chamber()

    def _at(self, channel: str) -> Connection:
        if channel in self.connections:
            return self.connections[channel]
        return Connection(circuit=self.wired, sense_wired=self.sense_wired) if not channel else Connection()


@dataclass(frozen=True, slots=True)
class Model:
    """How to build an instrument, and its plug. `options` reads its table of the world file.

    `terminals` are named as in the station file, with the channel in front where there are several
    ("a.force_high"). `plugs` says what each channel is; one that is not named is a source. `line` is how its
    serial port is set up, if it is reached through that. `input_terminator` ends a message to it.
    `channel_option` is the option of a station file by which several entries are channels of one instrument,
    `first_channel` the one meant without it.
    """

    build: Callable[[Site, Mapping[str, Any]], SimulatedInstrument | OnBus]
    options: Callable[[Table], dict[str, Any]]
    terminals: frozenset[str]
    output_terminator: bytes
    latency_s: float
    line: SerialLine
    plugs: Mapping[str, Plug] = field(default_factory=dict)
    channel_option: str = ""
    first_channel: str = ""
    input_terminator: bytes = b"\n"

    @property
    def wiring(self) -> Plugs:
        """Its terminals, for those who wire it."""
        return Plugs(self.terminals, self.plugs)


def one_of(table: Table, key: str, default: str, *others: str) -> str:
    """One of these words; anything else is noted in the table."""
    value = table.text(key, default)
    if value not in (default, *others):
        table.problem(key, f"must be {' or '.join((default, *others))}, not {value!r}")
    return value


def mains_frequency_Hz(table: Table) -> float:
    """What comes out of the wall, 50 Hz or 60 Hz."""
    mains_Hz = table.quantity("line_frequency", "Hz", 50.0)
    if mains_Hz not in (50.0, 60.0):
        table.problem("line_frequency", "must be 50 Hz or 60 Hz")
    return mains_Hz
