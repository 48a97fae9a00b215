"""The simulated instruments of Lake Shore, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211
from simulators.instruments.model import Model, SimulatedInstrument, Site
from simulators.tables import Table


def _lakeshore211_options(table: Table) -> dict[str, Any]:
    return {
        "accuracy_K": table.quantity("accuracy", "K", 0.35, above=0.0),
        "serial": table.text("serial", "21A0001"),
    }


def _lakeshore211(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
    return LakeShore211(site.clock, name=site.name, seed=site.seed, surroundings=site.surroundings, **options)


LAKESHORE: Mapping[str, Model] = {
    "lakeshore211": Model(
        _lakeshore211,
        _lakeshore211_options,
        terminals=frozenset(),
        output_terminator=b"\r\n",
        latency_s=20e-3,
        line=SerialLine(9600, 7, "odd"),
    ),
}
