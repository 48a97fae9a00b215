"""Procedures of an imaginary lab, for tests of the command line: quick, failing, slow in real time."""

import math
from typing import ClassVar

from bench.core import wall
from bench.core.errors import MeasurementError
from bench.core.roles import SourceMeter
from bench.core.uncertainty import Component, combine, unresolved
from bench.runs.columns import Column
from bench.runs.estimate import Estimate
from bench.runs.parameters import IntegerParameter
from bench.runs.procedure import Procedure
from bench.runs.record import Analysis, Table


class Quick(Procedure):
    """A few rows, a result, a flag and a table; asks the operator once."""

    name = "quick"
    title = "A quick look"
    columns = (Column("Time", "s"), Column("Voltage", "V"), Column("Phase", kind="text"))

    rows = IntegerParameter("Rows", default=5, minimum=1)

    def estimate(self, sample):
        return Estimate(float(self.rows), self.rows)

    def execute(self):
        self.context.operator("Open the press.", action="open", details={"fixture": "press"})
        for number in range(self.rows):
            self.context.sleep(1.0)
            self.context.measure({"Voltage": math.sin(number), "Phase": "sweep"})
            self.context.progress((number + 1) / self.rows, f"row {number + 1}")

    def analyse(self, record):
        mean = float(record.column("Voltage").mean())
        result = combine(mean, "V", [Component("scatter", 0.01, "V", 0.01, "A", 4)], ["made up"])
        table = Table((Column("Row", kind="integer"),), ((1,), (2,)))
        return Analysis({"voltage": result, "current": unresolved("A", "not measured")}, {"rows": table})


class Hopeless(Procedure):
    """Fails in execute."""

    name = "hopeless"
    columns = (Column("Time", "s"),)

    def execute(self):
        raise MeasurementError("the pellet is gone", step="mount", remedy="look under the press")


class Slow(Procedure):
    """Takes real time for every virtual second, so that a signal finds it at work; its shutdown too."""

    name = "slow"
    columns = (Column("Time", "s"),)

    shutdown_steps = IntegerParameter("Steps of the shutdown", default=0, minimum=0)

    def execute(self):
        self.context.operator("Watch it.", action="open", details={"fixture": "press"})
        for step in range(1000):
            self.context.measure({})
            self.context.progress(0.05 + step / 1000, f"step {step}")
            wall.sleep(0.02)
            self.context.sleep(0.1)

    def shutdown(self):
        if self.shutdown_steps:
            self.context.operator("Let it cool.", action="open", details={"fixture": "press"})
        for _ in range(self.shutdown_steps):
            wall.sleep(0.02)
            self.context.sleep(0.1)


class Asking(Procedure):
    """Needs a person and nothing else."""

    name = "asking"
    columns = (Column("Time", "s"),)

    def execute(self):
        answers = self.context.operator("Look at the pellet.", action="look")
        self.context.fact("answers", dict(answers))


class Metered(Procedure):
    """A few noisy readings of what is in the press."""

    name = "metered"
    columns = (Column("Time", "s"), Column("Voltage", "V"), Column("Current", "A"))

    roles: ClassVar = {"meter": SourceMeter}

    def execute(self):
        meter = self.context.instrument("meter")
        mount = {"fixture": "press", "specimen": "my-sample/a"}
        self.context.operator("Mount pellet a.", action="mount", details=mount)
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_output(True)
        for step in range(5):
            meter.set_level(step * 1e-4)
            reading = meter.measure()
            self.context.measure({"Voltage": reading.voltage.value, "Current": reading.current.value})
        meter.set_output(False)
