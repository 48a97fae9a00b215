"""Which simulated instrument stands for which driver name, and how it is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.choices import mains_Hz
from simulators.instruments.choices import one_of as _one_of
from simulators.instruments.eurotherm.models import EUROTHERM
from simulators.instruments.keithley import low_level_rows as low_level
from simulators.instruments.keithley.keithley2400 import Keithley2400
from simulators.instruments.keithley.keithley2450 import Keithley2450
from simulators.instruments.keithley.keithley2450.system_commands import LANGUAGES
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211
from simulators.instruments.model import Model, OnBus, SimulatedInstrument, Site
from simulators.physics.electrical import Circuit
from simulators.plugs import Plug
from simulators.tables import Table

__all__ = ["MODELS", "Model", "OnBus", "SimulatedInstrument", "Site"]


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
    return LakeShore211(
        site.clock, name=site.name, seed=site.seed, surroundings=site.temperature(), **options
    )


SOURCE_METER_TERMINALS = frozenset({"force_high", "force_low", "sense_high", "sense_low"})
"""Of a current source with a nanovoltmeter behind it: the source's output and the meter's channel 1."""

MODELS: Mapping[str, Model] = {
    **EUROTHERM,
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
        terminals=frozenset({"sensor"}),
        output_terminator=b"\r\n",
        latency_s=20e-3,
        line=SerialLine(9600, 7, "odd"),
        plugs={"": Plug.THERMOMETER},
    ),
}
"""By the driver name of the station file. Latencies, from the end of processing to the reply: our choice."""
