"""Lets a gas through a tube: set and waited for where a controller measures it, else declared by a person.

A set-point never stands for a measured flow, and what a person has read from a rotameter stays declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError
from procedures.thermal.gas import Atmosphere
from procedures.thermal.gas_roles import GasInstruments

if TYPE_CHECKING:
    from bench.core.roles import FlowController, FlowStatus
    from bench.runs.context import RunContext

FLOW_COMES_S, STEADY_S, LOOK_EVERY_S = 120.0, 30.0, 5.0
"""How long a flow may take to come, and for how long it has to be in its band before anything is heated."""
CONFIRMS_EXHAUST = "the exhaust is open, and the tube is at no more than 0.1 bar above the room"
JOURNAL = "who confirmed the step 'gas', see the journal"


def flow_text(status: FlowStatus) -> str:
    """What is measured, with its gas."""
    sccm = status.flow.value
    much = "more than it can measure" if sccm is None else f"{sccm:.3g} sccm"
    return f"{much} of {status.gas or 'an unknown gas'}"


def let_flow(context: RunContext, wanted: Atmosphere, gas: GasInstruments) -> None:
    """Raises LimitError for a flow beyond the limits, MeasurementError where it does not come."""
    tube = context.fixture("tube")
    if gas.flow is not None:
        context.operator(
            f"Put the tube '{tube}' on {wanted.gas}: bottle, regulator, exhaust open. '{gas.flow.name}' will "
            f"then let {wanted.flow_sccm:g} cm3/min (0 degC, 1 atm) through.",
            action="gas",
            details={"fixture": tube, "gas": wanted.gas, "flow_sccm": 0.0},
            confirms=[f"the bottle is {wanted.gas}", CONFIRMS_EXHAUST],
        )
        gas.flow.set_flow(wanted.flow_sccm)
        _wait_for_flow(context, wanted, gas.flow)
        return
    context.operator(
        f"Put the tube '{tube}' under {wanted.text()}.",
        action="gas",
        details={"fixture": tube, "gas": wanted.gas, "flow_sccm": wanted.flow_sccm},
        confirms=[f"the tube is under {wanted.text()}", CONFIRMS_EXHAUST],
    )
    if gas.rotameter is not None:
        gas.rotameter.declare_flow(sccm=wanted.flow_sccm, gas=wanted.formula, by=JOURNAL)


def _wait_for_flow(context: RunContext, wanted: Atmosphere, controller: FlowController) -> None:
    clock = context.clock
    until, since = clock.now() + FLOW_COMES_S, None
    while True:
        status = controller.flow_status()
        refuse_other_gas(wanted, controller, status)
        sccm, now = status.flow.value, clock.now()
        if sccm is None or not wanted.low_sccm <= sccm <= wanted.high_sccm:
            since = None
        elif since is None:
            since = now
        if since is not None and now - since >= STEADY_S:
            context.note(f"'{controller.name}' measures {flow_text(status)}")
            return
        if now >= until and since is None:
            controller.set_flow(0.0)
            raise MeasurementError(
                f"{wanted.flow_sccm:g} sccm of {wanted.gas} were set, and after {FLOW_COMES_S:g} s "
                f"{flow_text(status)} is measured",
                instrument=controller.name,
                state="nothing was heated; the flow is set to 0 again",
                remedy="look at bottle, regulator and exhaust",
            )
        context.sleep(LOOK_EVERY_S)


def refuse_other_gas(wanted: Atmosphere, controller: FlowController, status: FlowStatus) -> None:
    """Raises MeasurementError for another gas than the recipe's, and for a valve that is held by hand."""
    if status.gas != wanted.formula:
        selected = status.gas or "a gas that it cannot name"
        raise MeasurementError(
            f"gas not {wanted.gas}: '{controller.name}' is set to {selected}, so that "
            f"what it calls a flow is none of {wanted.formula}",
            instrument=controller.name,
            state="nothing was heated, and no flow was changed",
            remedy=f"select {wanted.formula} on its display, or with the station's option `gas` where it "
            "cannot tell; and look at the bottle",
        )
    if status.held:
        raise MeasurementError(
            "its valve is held by hand: nothing controls the flow",
            instrument=controller.name,
            state="nothing was heated, and no flow was changed",
            remedy="give the valve back to the controller",
        )
