"""What the terminals of an instrument are, and what it meets there once a fixture is wired to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from simulators.physics.electrical import Circuit
from simulators.physics.furnace import Furnace
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


class Plug(Enum):
    """What one channel of an instrument does at its terminals, in words for messages."""

    SOURCE = "a source"
    VOLTMETER = "a voltmeter"
    AMMETER = "an ammeter"
    PROBE = "a field probe"
    SUPPLY = "a magnet supply"
    SWITCH = "a switch"
    THERMOMETER = "a thermometer"
    CONTROLLER = "a temperature controller"
    FLOW = "a flow controller"
    PRESSURE = "a pressure gauge"


class End(NamedTuple):
    """One end of a wire: `channel` is "" for an instrument that has only one."""

    instrument: str
    channel: str
    terminal: str

    @classmethod
    def of(cls, text: str) -> End:
        """From "INSTRUMENT.TERMINAL" or "INSTRUMENT.CHANNEL.TERMINAL"."""
        instrument, _, rest = text.partition(".")
        channel, _, terminal = rest.rpartition(".")
        return cls(instrument, channel, terminal)

    @property
    def of_instrument(self) -> tuple[str, str]:
        """Instrument and channel: ends that have these in common belong together."""
        return self.instrument, self.channel

    @property
    def name(self) -> str:
        """The terminal as the station file writes it behind the instrument."""
        return f"{self.channel}.{self.terminal}" if self.channel else self.terminal


@dataclass(frozen=True, slots=True)
class Connection:
    """What one channel of an instrument meets; None where it meets no such thing.

    `sense_wired` says whether the circuit has sense wires of its own.
    """

    circuit: Circuit | None = None
    sense_wired: bool = False
    voltage: VoltageSeen | None = None
    current: CurrentSeen | None = None
    field: FieldSeen | None = None
    coil: Coil | None = None
    crosspoints: Crosspoints | None = None
    temperature: TemperatureSeen | None = None
    furnace: Furnace | None = None
    gas: GasSeen | None = None
    pressure: PressureSeen | None = None


Connections = Mapping[str, Connection]
"""Channel of one instrument -> what it meets."""


@dataclass(frozen=True, slots=True)
class Plugs:
    """All terminals of an instrument, and what each channel is; a channel not named is a source."""

    terminals: frozenset[str]
    channels: Mapping[str, Plug] = field(default_factory=dict)

    def of(self, channel: str) -> Plug:
        """What this channel is."""
        return self.channels.get(channel, Plug.SOURCE)
