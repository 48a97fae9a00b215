"""Any temperature programme, for an empty tube or an unreactive charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.programme import Segment
from bench.runs.parameters import ListParameter, Parameter, QuantityParameter
from procedures.thermal.furnace_run import FurnaceRun
from procedures.thermal.gas import GASES, gas_step
from procedures.thermal.notation import parse_segments
from procedures.thermal.progress import Progress

if TYPE_CHECKING:
    from bench.samples import Sample


class HeatProgramme(FurnaceRun):
    """Ramps and dwells as one line of text. What is in the tube is the operator's affair; it may not react.

    Method and limits: docs/explanation/furnace-runs.md.
    """

    name = "heat-programme"
    title = "Temperature programme"

    steps = Parameter("Programme", default="5 K/min to 180 degC; 2 K/min to 250 degC; hold 1 h")
    temperature_max = QuantityParameter(
        "Hottest that everything in the tube stands",
        unit="degC",
        default="260 degC",
        minimum="30 degC",
        maximum="1200 degC",
    )
    gas = ListParameter("Gas", choices=list(GASES), default="none")
    gas_flow = QuantityParameter(
        "Flow as read from the meter, by a person", unit="cm^3/min", default=0.0, minimum=0.0, maximum=5000.0
    )

    @property
    def vessel_limit_degC(self) -> float | None:
        """See FurnaceRun."""
        return float(self.temperature_max)

    def segments(self) -> tuple[Segment, ...]:
        """See FurnaceRun."""
        return parse_segments(self.steps)

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        found = super().problems(sample)
        if self.gas in ("argon", "nitrogen") and not self.gas_flow > 0:
            found.append(f"{self.gas} with no flow: state what the meter shows")
        return found

    def prepare(self) -> None:
        """See FurnaceRun."""
        gas_step(self.context, self.gas, float(self.gas_flow))

    def conclude(self, progress: Progress) -> None:
        """See FurnaceRun."""
