"""Which simulated instrument stands for which driver name, and how it is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bench.core.clock import Clock
from simulators.backends.serial_line import SerialLine
from simulators.instruments.keithley.keithley2400 import Keithley2400
from simulators.instruments.keithley.keithley2450 import Keithley2450
from simulators.instruments.keithley.keithley2450.system_commands import LANGUAGES
from simulators.instruments.keithley.keithley2600 import Keithley2600B
from simulators.instruments.keithley.keithley2600.ranges import VARIANTS
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211
from simulators.physics.electrical import Circuit
from simulators.physics.surroundings import Surroundings
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

    `wired` is the circuit its terminals are wired to, `open_terminals` what it meets where nothing is.
    """

    name: str
    clock: Clock
    seed: int
    surroundings: Surroundings
    wired: Circuit | None
    sense_wired: bool
    open_terminals: Circuit
    channel: str = ""
    """Which channel of the instrument the wires are at; "" for the first, or the only one."""


@dataclass(frozen=True, slots=True)
class Model:
    """How to build an instrument, and its plug. `options` reads its table of the world file.

    `line` is how its serial port is set up, if it is reached through that.
    """

    build: Callable[[Site, Mapping[str, Any]], SimulatedInstrument]
    options: Callable[[Table], dict[str, Any]]
    terminals: frozenset[str]
    output_terminator: bytes
    latency_s: float
    line: SerialLine


def _source_meter_options(table: Table, serial: str) -> dict[str, Any]:
    mains_Hz = table.quantity("line_frequency", "Hz", 50.0)
    if mains_Hz not in (50.0, 60.0):
        table.problem("line_frequency", "must be 50 Hz or 60 Hz")
    terminals = _one_of(table, "terminals", "front", "rear")
    return {"mains_Hz": mains_Hz, "terminals": terminals, "serial": table.text("serial", serial)}


def _one_of(table: Table, key: str, default: str, *others: str) -> str:
    value = table.text(key, default)
    if value not in (default, *others):
        table.problem(key, f"must be {' or '.join((default, *others))}, not {value!r}")
    return value


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


def _keithley2600_options(table: Table) -> dict[str, Any]:
    mains_Hz = table.quantity("line_frequency", "Hz", 50.0)
    if mains_Hz not in (50.0, 60.0):
        table.problem("line_frequency", "must be 50 Hz or 60 Hz")
    return {
        "mains_Hz": mains_Hz,
        "serial": table.text("serial", "4012345"),
        "interlock_closed": _one_of(table, "interlock", "open", "closed") == "closed",
    }


def _keithley2600(model: str) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        letters = VARIANTS[model].channels
        wired = site.channel or letters[0]
        circuits = dict.fromkeys(letters, site.open_terminals)
        circuits[wired] = site.wired or site.open_terminals
        return Keithley2600B(
            site.clock,
            model=model,
            name=site.name,
            seed=site.seed,
            circuits=circuits,
            two_wire=() if site.sense_wired else (wired,),
            **options,
        )

    return build


def _lakeshore211_options(table: Table) -> dict[str, Any]:
    return {
        "accuracy_K": table.quantity("accuracy", "K", 0.35, above=0.0),
        "serial": table.text("serial", "21A0001"),
    }


def _lakeshore211(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return LakeShore211(site.clock, name=site.name, seed=site.seed, surroundings=site.surroundings, **options)


SOURCE_METER_TERMINALS = frozenset({"force_high", "force_low", "sense_high", "sense_low"})


def _keithley2600_model(model: str) -> Model:
    channelled = {
        f"{letter}.{name}" for letter in VARIANTS[model].channels for name in SOURCE_METER_TERMINALS
    }
    return Model(
        _keithley2600(model),
        _keithley2600_options,
        terminals=SOURCE_METER_TERMINALS | channelled,
        output_terminator=b"\n",
        latency_s=1e-3,
        line=SerialLine(9600, 8, "none"),
    )


MODELS: Mapping[str, Model] = {
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
    "keithley2602b": _keithley2600_model("2602B"),
    "keithley2635b": _keithley2600_model("2635B"),
    "keithley2636b": _keithley2600_model("2636B"),
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
