"""Has a tube evacuated, and waits until a gauge shows it; without one a person declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from procedures.thermal.gas import Atmosphere
from procedures.thermal.gas_roles import GasInstruments

if TYPE_CHECKING:
    from bench.core.roles import PressureGauge
    from bench.runs.context import RunContext

PUMP_DOWN_S, PUMP_LOOK_S = 7200.0, 10.0
CONFIRMS_PUMP = "the pump stays on to the end"


def evacuate(context: RunContext, wanted: Atmosphere, gas: GasInstruments) -> None:
    """Raises MeasurementError where the pressure does not come down."""
    tube = context.fixture("tube")
    if gas.flow is not None:
        gas.flow.set_flow(0.0)  # what flows in is not pumped out
    shows = [] if gas.gauge is not None else [f"the gauge shows {wanted.pressure_Pa:g} Pa or less"]
    context.operator(
        f"Evacuate the tube '{tube}'.",
        action="gas",
        details={"fixture": tube, "gas": "vacuum", "flow_sccm": 0.0},
        confirms=[*shows, CONFIRMS_PUMP],
    )
    if gas.gauge is not None:
        _wait_for_vacuum(context, wanted, gas.gauge)


def _wait_for_vacuum(context: RunContext, wanted: Atmosphere, gauge: PressureGauge) -> None:
    until = context.clock.now() + PUMP_DOWN_S
    while True:
        pascal = gauge.pressure().value
        if pascal is not None and pascal <= wanted.pressure_Pa:
            context.note(f"'{gauge.name}' shows {pressure_text(pascal)}")
            return
        if context.clock.now() >= until:
            raise MeasurementError(
                f"the tube has {pressure_text(pascal)} after {PUMP_DOWN_S:g} s, and may have "
                f"{wanted.pressure_Pa:g} Pa",
                instrument=gauge.name,
                state="nothing was heated; it is still being pumped",
                remedy="look for the leak, or for something wet; wait, and run it again",
            )
        context.sleep(PUMP_LOOK_S)


def pressure_text(pascal: float | None) -> str:
    """For people."""
    return "no pressure that it could name" if pascal is None else f"{pascal:.3g} Pa"
