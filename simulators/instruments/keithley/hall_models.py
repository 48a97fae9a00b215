"""Rows of the Keithley instruments that only a Hall rack has: switch and picoammeters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from simulators.backends.serial_line import SerialLine
from simulators.instruments.keithley.keithley7001 import Keithley7001
from simulators.instruments.keithley.keithley7001.cards import CARDS
from simulators.instruments.keithley.picoammeter import Picoammeter
from simulators.instruments.model import Model, SimulatedInstrument, Site, mains_frequency_Hz, one_of
from simulators.plugs import Plug
from simulators.tables import Table


def _keithley7001_options(table: Table) -> dict[str, Any]:
    slot = table.quantity("slot", "", 1.0)
    if slot not in (1.0, 2.0):
        table.problem("slot", "must be 1 or 2")
    return {
        "slot": 2 if slot == 2.0 else 1,
        "declared_card": one_of(table, "declared_card", "NONE", *CARDS),
        "serial": table.text("serial", "0700101"),
    }


def _keithley7001(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return Keithley7001(site.clock, name=site.name, relays=site.crosspoints(), **options)


def _picoammeter_options(table: Table) -> dict[str, Any]:
    return {"mains_Hz": mains_frequency_Hz(table), "serial": table.text("serial", "6485001")}


def _picoammeter(model: Literal["6485", "6487"]) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        return Picoammeter(
            site.clock, name=site.name, seed=site.seed, terminals=site.current(), model=model, **options
        )

    return build


SWITCHES: Mapping[str, Model] = {
    "keithley7001": Model(
        _keithley7001,
        _keithley7001_options,
        terminals=frozenset(f"row_{row}" for row in range(1, 5)),
        output_terminator=b"\n",
        latency_s=5e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.SWITCH},
    ),
}

PICOAMMETERS: Mapping[str, Model] = {
    "keithley6485": Model(
        _picoammeter("6485"),
        _picoammeter_options,
        terminals=frozenset({"high", "low"}),
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.AMMETER},
    ),
    "keithley6487": Model(
        _picoammeter("6487"),
        _picoammeter_options,
        terminals=frozenset({"high", "low"}),
        output_terminator=b"\n",
        latency_s=3e-3,
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.AMMETER},
    ),
}
