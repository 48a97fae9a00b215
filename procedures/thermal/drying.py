"""Drying in vacuum: 150 degC for two hours or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.programme import Dwell, Segment
from bench.runs.parameters import QuantityParameter
from procedures.thermal.furnace_run import FurnaceRun
from procedures.thermal.notation import approach
from procedures.thermal.progress import Progress

if TYPE_CHECKING:
    pass


SLOW_FOR_K = 50.0
"""The last part of the ramp, which is slower."""


class Drying(FurnaceRun):
    """No gauge of the bench measures the pressure yet: a person states it, and the record says so."""

    name = "drying"
    title = "Drying in vacuum"

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
    pressure = QuantityParameter(
        "Pressure that the gauge has to show (lab choice)",
        unit="Pa",
        default="10 Pa",
        minimum="1e-4 Pa",
        maximum="1000 Pa",
    )

    def segments(self) -> tuple[Segment, ...]:
        """See FurnaceRun."""
        target = float(self.temperature)
        ramps = approach(
            target, rate=float(self.ramp), slow_rate=float(self.slow_ramp), slow_from_degC=target - SLOW_FOR_K
        )
        return *ramps, Dwell(float(self.dwell))

    def prepare(self) -> None:
        """See FurnaceRun."""
        context, tube = self.context, self.context.fixture("tube")
        context.operator(
            f"Put what is to be dried into the tube '{tube}' and evacuate it.",
            action="load",
            details={"fixture": tube, "charge_g": 0.0},
            confirms=[f"the gauge shows {self.pressure:g} Pa or less", "the pump stays on to the end"],
        )
        context.fact("gas", {"gas": "vacuum", "pressure_Pa": float(self.pressure), "declared": True})

    def conclude(self, progress: Progress) -> None:
        """See FurnaceRun."""
        tube = self.context.fixture("tube")
        self.context.operator(
            f"Vent the tube '{tube}' with argon and take out what was dried.",
            action="open",
            details={"fixture": tube},
        )
