"""The simulated instruments of Lake Shore, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from simulators.backends.serial_line import SerialLine
from simulators.instruments.lakeshore.electromagnet_supply import ElectromagnetSupply
from simulators.instruments.lakeshore.gaussmeter import Gaussmeter
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211
from simulators.instruments.model import Model, SimulatedInstrument, Site, one_of
from simulators.plugs import Plug
from simulators.tables import Table


def _lakeshore211_options(table: Table) -> dict[str, Any]:
    return {
        "accuracy_K": table.quantity("accuracy", "K", 0.35, above=0.0),
        "serial": table.text("serial", "21A0001"),
    }


def _lakeshore211(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return LakeShore211(
        site.clock, name=site.name, seed=site.seed, surroundings=site.temperature(), **options
    )


def _cable(table: Table, key: str) -> str:
    """The name of a cable; "" where none is plugged in."""
    return table.text(key) if table.has(key) else ""


def _gaussmeter_options(table: Table) -> dict[str, Any]:
    return {
        "probe_type": one_of(table, "probe", "HSE", "HST", "UHS"),
        "control_cable": _cable(table, "control_cable"),
        "serial": table.text("serial", "4750001"),
    }


def _gaussmeter(
    model: Literal["475", "455", "425"],
) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        return Gaussmeter(
            site.clock,
            name=site.name,
            seed=site.seed,
            probe=site.field(),
            room=site.surroundings,
            model=model,
            probe_type=options["probe_type"],
            control=site.cable(options["control_cable"]),
            serial=options["serial"],
        )

    return build


def _supply_options(table: Table) -> dict[str, Any]:
    return {
        "program_cable": _cable(table, "program_cable"),
        "serial": table.text("serial", "6430001"),
    }


def _supply(model: Literal["643", "648"]) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        return ElectromagnetSupply(
            site.clock,
            name=site.name,
            seed=site.seed,
            coil=site.coil(),
            program=site.cable(options["program_cable"]),
            model=model,
            serial=options["serial"],
        )

    return build


def _gaussmeter_row(model: Literal["475", "455", "425"], baud: int) -> Model:
    return Model(
        _gaussmeter(model),
        _gaussmeter_options,
        terminals=frozenset({"probe"}),
        output_terminator=b"\r\n",
        latency_s=5e-3,
        line=SerialLine(baud, 7, "odd"),
        plugs={"": Plug.PROBE},
    )


def _supply_row(model: Literal["643", "648"]) -> Model:
    return Model(
        _supply(model),
        _supply_options,
        terminals=frozenset({"high", "low"}),
        output_terminator=b"\r\n",
        latency_s=5e-3,
        line=SerialLine(57600, 7, "odd"),
        plugs={"": Plug.SUPPLY},
    )


LAKESHORE: Mapping[str, Model] = {
    "lakeshore211": Model(
        _lakeshore211,
        _lakeshore211_options,
        terminals=frozenset({"sensor"}),
        output_terminator=b"\r\n",
        latency_s=20e-3,
        line=SerialLine(9600, 7, "odd"),
        plugs={"": Plug.THERMOMETER},
    ),
    "lakeshore475": _gaussmeter_row("475", 9600),
    "lakeshore455": _gaussmeter_row("455", 9600),
    "lakeshore425": _gaussmeter_row("425", 57600),
    "lakeshore643": _supply_row("643"),
    "lakeshore648": _supply_row("648"),
}
