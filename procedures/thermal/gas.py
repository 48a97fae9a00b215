"""The gas of a furnace run while no instrument measures it: declared by a person, and recorded as that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bench.runs.context import RunContext

GASES: Final = ("none", "argon", "nitrogen", "vacuum")


def gas_step(context: RunContext, gas: str, flow_sccm: float) -> None:
    """Have a person set it, and note who declared what. A set-point never stands for a measured flow."""
    if gas == "none":
        context.fact("gas", {"gas": gas, "declared": True})
        return
    tube = context.fixture("tube")
    what = "vacuum" if gas == "vacuum" else f"{gas} at {flow_sccm:g} cm3/min (0 degC, 1 atm)"
    confirms = [f"the tube is under {what}"]
    if gas != "vacuum":
        confirms.append("the exhaust is open, and the tube is at no more than 0.1 bar above the room")
    context.operator(
        f"Put the tube '{tube}' under {what}.",
        action="gas",
        details={"fixture": tube, "gas": gas, "flow_sccm": flow_sccm},
        confirms=confirms,
    )
    context.fact("gas", {"gas": gas, "flow_sccm": flow_sccm, "declared": True})
