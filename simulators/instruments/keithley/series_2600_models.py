"""Rows of the Keithley Series 2600B: source meters whose channels are wired one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.keithley.keithley2600 import Keithley2600B
from simulators.instruments.keithley.keithley2600.ranges import VARIANTS
from simulators.instruments.model import (
    FORCE_AND_SENSE,
    Model,
    SimulatedInstrument,
    Site,
    mains_frequency_Hz,
    one_of,
)
from simulators.tables import Table


def _options(table: Table) -> dict[str, Any]:
    return {
        "mains_Hz": mains_frequency_Hz(table),
        "serial": table.text("serial", "4012345"),
        "interlock_closed": one_of(table, "interlock", "open", "closed") == "closed",
    }


def _build(model: str) -> Callable[[Site, Mapping[str, Any]], SimulatedInstrument]:
    def build(site: Site, options: Mapping[str, Any]) -> SimulatedInstrument:
        channels = VARIANTS[model].channels
        named = {letter: letter for letter in channels}
        if channels[0] not in site.connections:
            named[channels[0]] = ""  # wires without a channel are at the first
        return Keithley2600B(
            site.clock,
            model=model,
            name=site.name,
            seed=site.seed,
            circuits={letter: site.circuit(channel) for letter, channel in named.items()},
            two_wire=[letter for letter, channel in named.items() if not site.sensed(channel)],
            **options,
        )

    return build


def _model(model: str) -> Model:
    channelled = {f"{letter}.{name}" for letter in VARIANTS[model].channels for name in FORCE_AND_SENSE}
    return Model(
        _build(model),
        _options,
        terminals=FORCE_AND_SENSE | channelled,
        output_terminator=b"\n",
        latency_s=1e-3,
        line=SerialLine(9600, 8, "none"),
        channel_option="channel",
        first_channel=VARIANTS[model].channels[0],
    )


SERIES_2600: Mapping[str, Model] = {
    f"keithley{name}": _model(name.upper()) for name in ("2602b", "2635b", "2636b")
}
