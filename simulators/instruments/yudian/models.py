"""The simulated instruments of Yudian, by driver name, and how each is plugged in. One row a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulators.backends.serial_line import SerialLine
from simulators.instruments.model import Model, OnBus, Site
from simulators.instruments.yudian.yudianai import YudianAI
from simulators.instruments.yudian.yudianai import memory as codes
from simulators.instruments.yudian.yudianai.instrument import MODELS
from simulators.plugs import Plug
from simulators.tables import Table
from simulators.wire.aibus import AibusFraming, Bus
from simulators.wire.aibus.bus import HIGHEST_ADDRESS

_SETTINGS = {"power_on": codes.PONP, "failure_output": codes.ERO, "program_mode": codes.PAF}
"""What the lab has set up on the front panel, by code."""
_STEPS = {"1 min": 1.0, "0.1 min": 0.1}


def _yudianai_options(table: Table) -> dict[str, Any]:
    model = table.text("model", "AI-518P")
    if model not in MODELS:
        table.problem("model", f"must be {' or '.join(MODELS)}, not {model!r}")
    step = table.text("time_step", "1 min")
    if step not in _STEPS:
        table.problem("time_step", f"must be {' or '.join(_STEPS)}, not {step!r}")
    unit = table.quantity("unit", "", 1.0)
    if unit != int(unit) or not 0 <= unit <= HIGHEST_ADDRESS:
        table.problem("unit", f"must be a whole number from 0 to {HIGHEST_ADDRESS}")
    panel = {code: int(table.quantity(name, "")) for name, code in _SETTINGS.items() if table.has(name)}
    return {"model": model, "unit": int(unit), "step_min": _STEPS.get(step, 1.0), "panel": panel}


def _yudianai(site: Site, options: Mapping[str, Any]) -> OnBus:
    unit = YudianAI(
        site.clock,
        name=site.name,
        seed=site.seed,
        furnace=site.furnace(),
        model=options["model"],
        step_min=options["step_min"],
    )
    for code, value in options["panel"].items():
        unit.set_on_panel(code, value)
    return OnBus(
        options["unit"],
        unit,
        bus=lambda clock: Bus(clock, {}),
        framing=lambda seconds_per_byte: AibusFraming(),
    )


YUDIAN: Mapping[str, Model] = {
    "yudianai": Model(
        _yudianai,
        _yudianai_options,
        terminals=frozenset({"input", "output"}),
        output_terminator=b"",
        latency_s=0.0,  # the unit's own
        line=SerialLine(9600, 8, "none"),
        plugs={"": Plug.CONTROLLER},
    ),
}
