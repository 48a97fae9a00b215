"""Puts a tube under its atmosphere before it is heated, and looks at it again after the bench was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import InstrumentError
from procedures.thermal.gas import Atmosphere
from procedures.thermal.gas_flow import flow_text, let_flow, refuse_other_gas
from procedures.thermal.gas_roles import GasInstruments
from procedures.thermal.gas_vacuum import evacuate, pressure_text

if TYPE_CHECKING:
    from bench.runs.context import Restored, RunContext


def refuse_unfit(wanted: Atmosphere, gas: GasInstruments) -> None:
    """Before anybody loads a charge: another gas, a valve held by hand, a meter that is silent.

    Raises MeasurementError, or the InstrumentError of an instrument that does not answer. Only reads.
    """
    if wanted.formula and gas.flow is not None:
        refuse_other_gas(wanted, gas.flow, gas.flow.flow_status())
    if wanted.gas == "vacuum" and gas.gauge is not None:
        gas.gauge.pressure()


def establish(context: RunContext, wanted: Atmosphere, gas: GasInstruments) -> None:
    """Have it made, verify it where it is measured, and record the fact `gas`.

    Raises LimitError for a flow beyond the limits, MeasurementError where it does not come.
    """
    measured_by = gas.measures(wanted)
    if wanted.gas == "vacuum":
        evacuate(context, wanted, gas)
    elif wanted.formula:
        let_flow(context, wanted, gas)
    context.fact(
        "gas",
        {
            "gas": wanted.gas,
            **wanted.limits(),
            "declared": measured_by is None,
            "measured_by": measured_by,
            "when_lost": wanted.when_lost,
        },
    )


def look_again(context: RunContext, restored: Restored, wanted: Atmosphere, gas: GasInstruments) -> None:
    """After the bench was lost: say what flows now. Only reads; nothing is set again."""
    if gas.measures(wanted) is None:
        return
    try:
        if wanted.gas == "vacuum":
            assert gas.gauge is not None
            now = f"'{gas.gauge.name}' shows {pressure_text(gas.gauge.pressure().value)}"
        else:
            assert gas.flow is not None
            status = gas.flow.flow_status()
            is_set = f"{status.setpoint_sccm:.4g} sccm"
            now = f"'{gas.flow.name}' measures {flow_text(status)} and is set to {is_set}"
    except InstrumentError as error:
        now = f"no answer from '{error.instrument}': {error.what}"
    context.note(f"the gas after {restored.gap_s:.0f} s that nobody saw: {now}; nothing was set")
