"""The simulated instruments of Eurotherm, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.eurotherm.eurotherm2400 import Eurotherm2400
from simulators.instruments.eurotherm.eurotherm2400.instrument import IDENTITIES
from simulators.instruments.model import Model, OnBus, Site
from simulators.plugs import Plug
from simulators.tables import Table
from simulators.wire.modbus_rtu import Bus, RtuFraming

SILENCE_bytes = 3.5
"""Between two frames (MODBUS over Serial Line V1.02, 2.5.1.1)."""
_SETTINGS = {"power_fail": 518, "sensor_break_power": 34, "sensor_break_action": 553, "loop_break_s": 83}
"""What the lab has set up on the front panel, by register."""


def _eurotherm2400_options(table: Table) -> dict[str, Any]:
    model = table.text("model", "2408")
    if model not in IDENTITIES:
        table.problem("model", f"must be {' or '.join(IDENTITIES)}, not {model!r}")
    unit = table.quantity("unit", "", 1.0)
    if unit != int(unit) or not 1 <= unit <= 254:
        table.problem("unit", "must be a whole number from 1 to 254")
    panel = {register: table.quantity(name, "") for name, register in _SETTINGS.items() if table.has(name)}
    return {"model": model, "unit": int(unit), "panel": panel}


def _eurotherm2400(site: Site, options: Mapping[str, Any]) -> OnBus:
    unit = Eurotherm2400(
        site.clock, name=site.name, seed=site.seed, furnace=site.furnace(), model=options["model"]
    )
    for register, value in options["panel"].items():
        unit.panel.set(register, value)
    return OnBus(
        options["unit"],
        unit,
        bus=lambda clock: Bus(clock, {}),
        framing=lambda seconds_per_byte: RtuFraming(SILENCE_bytes * seconds_per_byte),
    )


EUROTHERM: Mapping[str, Model] = {
    "eurotherm2400": Model(
        _eurotherm2400,
        _eurotherm2400_options,
        terminals=frozenset({"input", "output"}),
        output_terminator=b"",
        latency_s=0.0,  # the unit's own, by function
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.CONTROLLER},
    ),
}
