"""The simulated instruments of Proterial, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.model import Model, OnBus, Site, one_of
from simulators.instruments.proterial.proterialrod4 import OPEN, Channel, ProterialROD4
from simulators.plugs import Plug
from simulators.tables import Table


def _proterialrod4_options(table: Table) -> dict[str, Any]:
    return {
        "channel": table.whole_number("channel", 1),
        "range_sccm": table.quantity("range", "cm^3/min", 500.0, above=0.0),
        "valve": one_of(table, "valve", "flow", "open"),
    }


def _proterialrod4(site: Site, options: Mapping[str, Any]) -> OnBus:
    channel = Channel(
        site.clock, name=site.name, seed=site.seed, line=site.gas(), range_sccm=options["range_sccm"]
    )
    if options["valve"] == "open":
        channel.set("SVM", OPEN, site.clock.now())
    return OnBus(options["channel"], channel, bus=ProterialROD4)


PROTERIAL: Mapping[str, Model] = {
    "proterialrod4": Model(
        _proterialrod4,
        _proterialrod4_options,
        terminals=frozenset({"line"}),
        input_terminator=b"\r",
        output_terminator=b"\r",
        latency_s=0.0,  # the box's own
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.FLOW},
    ),
}
