"""The anneal after the synthesis: 400 degC for half an hour in an open boat under flowing argon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.programme import Dwell, Segment
from bench.runs.parameters import ListParameter, Parameter, QuantityParameter
from procedures.thermal.batch_step import note_step, of_batch
from procedures.thermal.furnace_run import FurnaceRun
from procedures.thermal.gas import GASES, Atmosphere
from procedures.thermal.gas_parameters import flow_parameter
from procedures.thermal.notation import approach
from procedures.thermal.progress import Progress

if TYPE_CHECKING:
    from bench.samples import Sample


SLOW_FOR_K = 50.0
"""The last part of the ramp, which is slower."""


class Anneal(FurnaceRun):
    """The paper states 400 degC, 30 min and argon. What comes out (S, H2S) has to go to a scrubber."""

    name = "anneal"
    title = "Anneal"

    batch = Parameter("Name of the batch", default="")
    container = ListParameter("Container", choices=["open boat", "sealed vessel"], default="open boat")
    temperature = QuantityParameter(
        "Temperature",
        unit="degC",
        default="400 degC",
        minimum="100 degC",
        maximum="450 degC",
        limited_by=("furnace", "temperature"),
    )
    dwell = QuantityParameter("For", unit="s", default="30 min", minimum="1 min", maximum="1 d")
    ramp = QuantityParameter(
        "Ramp (lab choice)",
        unit="K/min",
        default="5 K/min",
        minimum="0.1 K/min",
        maximum="10 K/min",
        limited_by=("furnace", "rate"),
    )
    slow_ramp = QuantityParameter(
        "Ramp in the last 50 K (lab choice)",
        unit="K/min",
        default="2 K/min",
        minimum="0.1 K/min",
        maximum="10 K/min",
    )
    gas = ListParameter("Gas", choices=list(GASES), default="argon")
    gas_flow = flow_parameter(100.0)

    def segments(self) -> tuple[Segment, ...]:
        """See FurnaceRun."""
        target = float(self.temperature)
        ramps = approach(
            target, rate=float(self.ramp), slow_rate=float(self.slow_ramp), slow_from_degC=target - SLOW_FOR_K
        )
        return *ramps, Dwell(float(self.dwell))

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = super().problems(sample)
        if self.container == "sealed vessel":
            found.append(
                f"a sealed vessel is not heated to {self.temperature:g} degC: its pressure is 16 to 24 bar "
                "at 300 degC already; anneal in an open boat"
            )
        if self.gas != "argon" or not self.gas_flow > 0:
            found.append("the open boat needs flowing argon: gas = argon, and the flow that the meter shows")
        return found

    def atmosphere(self) -> Atmosphere:
        """See FurnaceRun; an open boat that loses its argon is never heated on."""
        return Atmosphere(self.gas, float(self.gas_flow))

    def prepare(self) -> None:
        """See FurnaceRun."""
        context, tube = self.context, self.context.fixture("tube")
        context.operator(
            f"Put the washed powder{of_batch(self.batch)} into the tube '{tube}' in an open boat.",
            action="load",
            details={"fixture": tube, "charge_g": 0.0},
            confirms=["the boat is open", "the exhaust goes to the scrubber"],
        )

    def conclude(self, progress: Progress) -> None:
        """See FurnaceRun."""
        tube = self.context.fixture("tube")
        self.context.operator(
            f"Take the boat out of the tube '{tube}'.", action="open", details={"fixture": tube}
        )
        note_step(self.context, self.batch, f"annealed at {self.temperature:g} degC", progress.ended)
