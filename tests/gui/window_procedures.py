"""Procedures for tests of the window: steady rows, a person who has to confirm, and an output left on."""

import math
from typing import ClassVar

from bench.core.roles import SourceMeter
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import BooleanParameter, IntegerParameter, QuantityParameter
from bench.runs.procedure import Procedure
from bench.runs.record import Analysis


class Steady(Procedure):
    """Rows at even intervals, without any instrument."""

    name = "steady"
    title = "Steady rows"
    columns = (Column("Time", "s"), Column("Voltage", "V"), Column("Note", kind="text"))

    rows = IntegerParameter("Rows", default=20, minimum=1)
    interval = QuantityParameter("Interval", unit="s", default="50 ms", minimum="1 ms", maximum="1 d")
    noisy = BooleanParameter("Noise", default=False)
    level = QuantityParameter("Level", unit="V", default="1 V", group_by="noisy", group_condition=True)

    def estimate(self, sample):
        return Estimate(self.rows * self.interval, self.rows)

    def execute(self):
        for number in range(self.rows):
            self.context.measure({"Voltage": math.sin(number / 5), "Note": "a note"})
            self.context.progress((number + 1) / self.rows, f"row {number + 1}")
            self.context.sleep(self.interval)

    def draw(self, record, analysis):
        from matplotlib.figure import Figure

        figure = Figure()
        figure.subplots().plot(record.column("Time"), record.column("Voltage"))
        return {"rows": figure}

    def analyse(self, record):
        return Analysis({}, {})


class Tripping(Procedure):
    """Publishes what the station's interlock does not allow."""

    name = "tripping"
    columns = (Column("Time", "s"), Column("Trip", "V"))
    roles: ClassVar = {"meter": SourceMeter}

    def execute(self):
        self.context.measure({"Trip": 2.5})
        self.context.sleep(60.0)

    def analyse(self, record):
        return Analysis({}, {})


class Confirming(Procedure):
    """Waits for a person who confirms two things."""

    name = "confirming"
    columns = (Column("Time", "s"),)

    def execute(self):
        self.context.operator(
            "Open the press.",
            action="open",
            details={"fixture": "press"},
            confirms=["the hood is on", "gloves are worn"],
        )
        self.context.measure({})

    def analyse(self, record):
        return Analysis({}, {})


class Sourcing(Procedure):
    """Leaves the output on for long, so that somebody has to make it safe."""

    name = "sourcing"
    columns = (Column("Time", "s"), Column("Voltage", "V"))
    roles: ClassVar = {"meter": SourceMeter}
    fixtures: ClassVar = {"press": "pellet_press"}

    def execute(self):
        meter = self.context.instrument("meter")
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_output(True)
        meter.set_level(1e-4)
        while True:
            self.context.measure({"Voltage": meter.measure().voltage.value})
            self.context.sleep(0.2)

    def analyse(self, record):
        return Analysis({}, {})
