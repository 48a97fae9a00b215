"""Which simulated instrument stands for which driver name, and how it is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.core.clock import Clock
from simulators.backends.serial_line import SerialLine
from simulators.instruments.choices import mains_Hz
from simulators.instruments.choices import one_of as _one_of
from simulators.instruments.keithley import low_level_rows as low_level
from simulators.instruments.keithley.keithley2400 import Keithley2400
from simulators.instruments.keithley.keithley2450 import Keithley2450
from simulators.instruments.keithley.keithley2450.system_commands import LANGUAGES
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211
from simulators.physics.electrical import Circuit
from simulators.physics.nothing import NOTHING, open_terminals
from simulators.physics.surroundings import Surroundings
from simulators.physics.terminals import (
    Coil,
    Crosspoints,
    CurrentSeen,
    FieldSeen,
    TemperatureSeen,
    VoltageSeen,
)
from simulators.plugs import Connection, Connections, Plug, Plugs
from simulators.tables import Table
from simulators.wire.device import MessageDevice


class SimulatedInstrument(MessageDevice, Protocol):
    """A device that a world can also look into."""

    def inspect(self) -> dict[str, Any]:
        """State for tests: outputs, levels, readings."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """Where an instrument stands: its name, the world's clock and seed, and what surrounds it.

    `wired` is the circuit its terminals are wired to, `open_terminals` what it meets where nothing is; both
    for an instrument with one channel, "". `connections` says for each channel what it meets, and the methods
    below ask it: each answers with open terminals where nothing is wired.
    """

    name: str
    clock: Clock
    seed: int
    surroundings: Surroundings
    wired: Circuit | None
    sense_wired: bool
    open_terminals: Circuit
    connections: Connections = field(default_factory=dict)

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

    def temperature(self, channel: str = "") -> TemperatureSeen:
        """Where a thermometer is; in the room unless it is wired to something."""
        return self._at(channel).temperature or self.surroundings

    def _at(self, channel: str) -> Connection:
        if channel in self.connections:
            return self.connections[channel]
        return Connection(circuit=self.wired, sense_wired=self.sense_wired) if not channel else Connection()


@dataclass(frozen=True, slots=True)
class Model:
    """How to build an instrument, and its plug. `options` reads its table of the world file.

    `terminals` are named as in the station file, with the channel in front where there are several
    ("a.force_high"). `plugs` says what each channel is; one that is not named is a source. `line` is how its
    serial port is set up, if it is reached through that.
    """

    build: Callable[[Site, Mapping[str, Any]], SimulatedInstrument]
    options: Callable[[Table], dict[str, Any]]
    terminals: frozenset[str]
    output_terminator: bytes
    latency_s: float
    line: SerialLine
    plugs: Mapping[str, Plug] = field(default_factory=dict)

    @property
    def wiring(self) -> Plugs:
        """Its terminals, for those who wire it."""
        return Plugs(self.terminals, self.plugs)


def _source_meter_options(table: Table, serial: str) -> dict[str, Any]:
    terminals = _one_of(table, "terminals", "front", "rear")
    return {"mains_Hz": mains_Hz(table), "terminals": terminals, "serial": table.text("serial", serial)}


def _seen_at(terminals: str, site: Site, options: Mapping[str, Any]) -> Circuit:
    """What "front" or "rear" sees: the wires are at one of them."""
    wired = site.wired or site.open_terminals
    return wired if options["terminals"] == terminals else site.open_terminals


def _keithley2400_options(table: Table) -> dict[str, Any]:
    return _source_meter_options(table, "1234567")


def _keithley2400(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley2400(
        site.clock,
        name=site.name,
        seed=site.seed,
        front=_seen_at("front", site, options),
        rear=_seen_at("rear", site, options),
        sense_wired=site.sense_wired,
        mains_Hz=options["mains_Hz"],
        serial=options["serial"],
    )


def _keithley2450_options(table: Table) -> dict[str, Any]:
    return {
        **_source_meter_options(table, "04123456"),
        "language": _one_of(table, "language", *LANGUAGES),
        "interlock_closed": _one_of(table, "interlock", "open", "closed") == "closed",
    }


def _keithley2450(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley2450(
        site.clock,
        name=site.name,
        seed=site.seed,
        front=_seen_at("front", site, options),
        rear=_seen_at("rear", site, options),
        sense_wired=site.sense_wired,
        mains_Hz=options["mains_Hz"],
        serial=options["serial"],
        language=options["language"],
        interlock_closed=options["interlock_closed"],
    )


def _lakeshore211_options(table: Table) -> dict[str, Any]:
    return {
        "accuracy_K": table.quantity("accuracy", "K", 0.35, above=0.0),
        "serial": table.text("serial", "21A0001"),
    }


def _lakeshore211(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return LakeShore211(site.clock, name=site.name, seed=site.seed, surroundings=site.surroundings, **options)


SOURCE_METER_TERMINALS = frozenset({"force_high", "force_low", "sense_high", "sense_low"})
"""Of a current source with a nanovoltmeter behind it: the source's output and the meter's channel 1."""

MODELS: Mapping[str, Model] = {
    "keithley2000": Model(
        low_level.keithley2000,
        low_level.keithley2000_options,
        terminals=frozenset({"sense_high", "sense_low"}),
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley2182a": Model(
        low_level.keithley2182a,
        low_level.keithley2182a_options,
        terminals=frozenset({"sense_high", "sense_low"}),
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley6220": Model(
        low_level.keithley622x("6220"),
        low_level.keithley622x_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley6221": Model(
        low_level.keithley622x("6221"),
        low_level.keithley622x_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley2400": Model(
        _keithley2400,
        _keithley2400_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley2450": Model(
        _keithley2450,
        _keithley2450_options,
        terminals=SOURCE_METER_TERMINALS,
        output_terminator=b"\n",
        latency_s=2e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "lakeshore211": Model(
        _lakeshore211,
        _lakeshore211_options,
        terminals=frozenset(),
        output_terminator=b"\r\n",
        latency_s=20e-3,
        line=SerialLine(9600, 7, "odd"),
    ),
}
"""By the driver name of the station file. Latencies, from the end of processing to the reply: our choice."""
