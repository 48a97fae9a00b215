"""Any temperature programme, for an empty tube or an unreactive charge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.programme import Segment
from bench.runs.parameters import ListParameter, Parameter, QuantityParameter
from procedures.thermal.furnace_run import FurnaceRun
from procedures.thermal.gas import GASES, Atmosphere, vacuum_problems
from procedures.thermal.gas_parameters import (
    flow_parameter,
    pressure_lost_parameter,
    pressure_parameter,
    when_lost_parameter,
)
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
    gas_flow = flow_parameter(0.0)
    pressure = pressure_parameter()
    pressure_lost = pressure_lost_parameter()
    gas_loss = when_lost_parameter("gas or vacuum")

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
        return found + vacuum_problems(self.atmosphere())

    def atmosphere(self) -> Atmosphere:
        """See FurnaceRun."""
        pressure_Pa, lost_Pa = float(self.pressure), float(self.pressure_lost)
        return Atmosphere(self.gas, float(self.gas_flow), pressure_Pa, lost_Pa, self.gas_loss)

    def conclude(self, progress: Progress) -> None:
        """See FurnaceRun."""
