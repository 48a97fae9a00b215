"""Procedures for tests of the service: steady rows, a person who has to confirm, and a metered one."""

import math
from typing import ClassVar

from bench.core.roles import SourceMeter
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter, Parameter, QuantityParameter
from bench.runs.procedure import Procedure
from bench.runs.record import Analysis


class Steady(Procedure):
    """Rows at even intervals, without any instrument."""

    name = "steady"
    title = "Steady rows"
    columns = (Column("Time", "s"), Column("Voltage", "V"), Column("Note", kind="text"))

    rows = IntegerParameter("Rows", default=20, minimum=1)
    interval = QuantityParameter("Interval", unit="s", default="50 ms", minimum="1 ms", maximum="1 d")

    def estimate(self, sample):
        return Estimate(self.rows * self.interval, self.rows)

    def execute(self):
        for number in range(self.rows):
            self.context.measure(
                {"Voltage": math.sin(number), "Note": 'a "quoted", text' if number else None}
            )
            self.context.progress((number + 1) / self.rows)
            self.context.fact("measured", {"rows": number + 1})
            self.context.sleep(self.interval)


class Confirming(Procedure):
    """Waits for a person who confirms two things."""

    name = "confirming"
    columns = (Column("Time", "s"),)

    action = Parameter("What is done", default="open")

    def execute(self):
        self.context.operator(
            "Open the press.",
            action=self.action,
            details={"fixture": "press"},
            confirms=["the hood is on", "gloves are worn"],
        )
        self.context.measure({})


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
