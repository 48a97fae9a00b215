"""The simulated instruments of Thyracont, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.model import Model, OnBus, Site
from simulators.instruments.thyracont.thyracontsmartline import Gauge, ThyracontSmartline
from simulators.plugs import Plug
from simulators.tables import Table


def _thyracontsmartline_options(table: Table) -> dict[str, Any]:
    return {"address": table.whole_number("address", 1)}


def _thyracontsmartline(site: Site, options: Mapping[str, Any]) -> OnBus:
    gauge = Gauge(site.clock, name=site.name, seed=site.seed, chamber=site.pressure())
    return OnBus(options["address"], gauge, bus=ThyracontSmartline)


THYRACONT: Mapping[str, Model] = {
    "thyracontsmartline": Model(
        _thyracontsmartline,
        _thyracontsmartline_options,
        terminals=frozenset({"port"}),
        input_terminator=b"\r",
        output_terminator=b"\r",
        latency_s=0.0,  # the gauge's own
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.PRESSURE},
    ),
}
