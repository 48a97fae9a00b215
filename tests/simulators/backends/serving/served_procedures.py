"""Procedures for runs on a served world: one that holds its output for ever, one that looks for a moment."""

from typing import ClassVar

from bench.core.roles import SourceMeter
from bench.runs.columns import Column
from bench.runs.parameters import IntegerParameter
from bench.runs.procedure import Procedure


class Holding(Procedure):
    """Forces 1 mA through a pellet and reads."""

    name = "holding"
    columns = (Column("Time", "s"), Column("Voltage", "V"), Column("Current", "A"))
    roles: ClassVar = {"meter": SourceMeter}

    readings = IntegerParameter("Readings", default=5, minimum=1)

    def execute(self):
        meter = self.context.instrument("meter")
        mount = {"fixture": "press", "specimen": "qms-0p7/a"}
        self.context.operator("Mount pellet a.", action="mount", details=mount)
        meter.source_current(range_A=1e-3, compliance_V=10.0)
        meter.set_output(True)
        meter.set_level(1e-3)
        for _ in range(self.readings):
            reading = meter.measure()
            self.context.measure({"Voltage": reading.voltage.value, "Current": reading.current.value})
            self.context.sleep(1.0)
        meter.set_output(False)
