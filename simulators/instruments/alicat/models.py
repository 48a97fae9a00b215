"""The simulated instruments of Alicat, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.alicat.alicatmfc import AlicatMFC
from simulators.instruments.alicat.unit import GASES, Unit
from simulators.instruments.model import Model, OnBus, Site, one_of
from simulators.plugs import Plug
from simulators.tables import Table


def _alicatmfc_options(table: Table) -> dict[str, Any]:
    return {
        "unit": table.text("unit", "A"),
        "full_scale": table.quantity("full_scale", "", 500.0, above=0.0),
        "standard_degC": table.quantity("standard_temperature", "degC", 25.0),
        "gas": one_of(table, "gas", "Ar", *(gas for gas in GASES if gas != "Ar")),
        "valve": one_of(table, "valve", "control", "held_open"),
    }


def _alicatmfc(site: Site, options: Mapping[str, Any]) -> OnBus:
    unit = Unit(
        site.clock,
        name=site.name,
        seed=site.seed,
        line=site.gas(),
        full_scale=options["full_scale"],
        standard_degC=options["standard_degC"],
    )
    unit.select(options["gas"], site.clock.now())
    if options["valve"] == "held_open":
        unit.hold_open(site.clock.now())
    return OnBus(options["unit"], unit, bus=AlicatMFC)


ALICAT: Mapping[str, Model] = {
    "alicatmfc": Model(
        _alicatmfc,
        _alicatmfc_options,
        terminals=frozenset({"line"}),
        input_terminator=b"\r",
        output_terminator=b"\r",
        latency_s=0.0,  # the unit's own
        line=SerialLine(19200, 8, "none"),
        plugs={"": Plug.FLOW},
    ),
}
