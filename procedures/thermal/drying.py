"""Drying in vacuum: 150 degC for two hours or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.programme import Dwell, Segment
from bench.runs.parameters import Parameter, QuantityParameter
from procedures.thermal.batch_step import note_step, of_batch
from procedures.thermal.furnace_run import FurnaceRun
from procedures.thermal.gas import Atmosphere, vacuum_problems
from procedures.thermal.gas_parameters import pressure_lost_parameter, pressure_parameter
from procedures.thermal.notation import approach
from procedures.thermal.progress import Progress

if TYPE_CHECKING:
    from bench.samples import Sample


SLOW_FOR_K = 50.0
"""The last part of the ramp, which is slower."""


class Drying(FurnaceRun):
    """The pressure is measured where a gauge is wired to the tube; else a person declares it."""

    name = "drying"
    title = "Drying in vacuum"

    batch = Parameter("Name of the batch", default="")
    temperature = QuantityParameter(
        "Temperature",
        unit="degC",
        default="150 degC",
        minimum="40 degC",
        maximum="250 degC",
        limited_by=("furnace", "temperature"),
    )
    dwell = QuantityParameter("For", unit="s", default="2 h", minimum="2 h", maximum="7 d")
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
    pressure = pressure_parameter()
    pressure_lost = pressure_lost_parameter()

    def segments(self) -> tuple[Segment, ...]:
        """See FurnaceRun."""
        target = float(self.temperature)
        ramps = approach(
            target, rate=float(self.ramp), slow_rate=float(self.slow_ramp), slow_from_degC=target - SLOW_FOR_K
        )
        return *ramps, Dwell(float(self.dwell))

    def atmosphere(self) -> Atmosphere:
        """See FurnaceRun."""
        return Atmosphere("vacuum", pressure_Pa=float(self.pressure), lost_Pa=float(self.pressure_lost))

    def problems(self, sample: Sample | None) -> list[str]:
        """See Procedure."""
        return super().problems(sample) + vacuum_problems(self.atmosphere())

    def prepare(self) -> None:
        """See FurnaceRun."""
        tube = self.context.fixture("tube")
        self.context.operator(
            f"Put what is to be dried{of_batch(self.batch)} into the tube '{tube}' and close it.",
            action="load",
            details={"fixture": tube, "charge_g": 0.0},
        )

    def conclude(self, progress: Progress) -> None:
        """See FurnaceRun."""
        tube = self.context.fixture("tube")
        self.context.operator(
            f"Vent the tube '{tube}' with argon and take out what was dried.",
            action="open",
            details={"fixture": tube},
        )
        note_step(self.context, self.batch, f"dried at {self.temperature:g} degC", progress.ended)
