"""Rows of the Keithley source meters: how each is built and plugged in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.keithley.keithley2400 import Keithley2400
from simulators.instruments.keithley.keithley2450 import Keithley2450
from simulators.instruments.keithley.keithley2450.system_commands import LANGUAGES
from simulators.instruments.model import (
    FORCE_AND_SENSE,
    Model,
    SimulatedInstrument,
    Site,
    mains_frequency_Hz,
    one_of,
)
from simulators.physics.electrical import Circuit
from simulators.tables import Table


def _source_meter_options(table: Table, serial: str) -> dict[str, Any]:
    mains_Hz = mains_frequency_Hz(table)
    terminals = one_of(table, "terminals", "front", "rear")
    return {"mains_Hz": mains_Hz, "terminals": terminals, "serial": table.text("serial", serial)}


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
        "language": one_of(table, "language", *LANGUAGES),
        "interlock_closed": one_of(table, "interlock", "open", "closed") == "closed",
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


SOURCE_METERS: Mapping[str, Model] = {
    "keithley2400": Model(
        _keithley2400,
        _keithley2400_options,
        terminals=FORCE_AND_SENSE,
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
    ),
    "keithley2450": Model(
        _keithley2450,
        _keithley2450_options,
        terminals=FORCE_AND_SENSE,
        output_terminator=b"\n",
        latency_s=2e-3,
        line=SerialLine(9600, 8, "none"),
    ),
}
