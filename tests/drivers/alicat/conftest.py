"""The driver on simulated Alicat controllers on one line, each on a gas line of its own."""

import pytest

from bench.core.clock import VirtualClock
from drivers.alicat.alicatmfc import AlicatMFC
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.alicat.alicatmfc import AlicatMFC as SimulatedLine
from simulators.instruments.alicat.unit import Unit
from simulators.physics.furnace import GasLine
from simulators.wire.port import Port

RESOURCE = "ASRL8::INSTR"
LINE = SerialLine(19200, 8, "none")


class GasBench:
    """`driver` is on the first unit."""

    def __init__(
        self, *, units=("A",), gas="Ar", clock=None, resource=RESOURCE, unit_options=None, **options
    ):
        self.clock = clock or VirtualClock()
        self.resource = resource
        self.opened = []
        self.lines = {letter: GasLine(gas) for letter in units}
        self.units = {
            letter: Unit(self.clock, name=f"argon-{letter}", seed=1, line=line, **(unit_options or {}))
            for letter, line in self.lines.items()
        }
        self.unit, self.line = self.units[units[0]], self.lines[units[0]]
        self.port = Port(
            SimulatedLine(self.clock, self.units.items()),
            self.clock,
            name="gas",
            input_terminator=b"\r",
            output_terminator=b"\r",
        )
        self.library = BenchVisaLibrary.create()
        self.library.attach(resource, self.port, LINE if resource.startswith("ASRL") else None)
        self.driver = self.open(unit=units[0], **options)

    def open(self, **options):
        options = {"flow_unit": "sccm", "standard_temperature_degC": 25.0, **options}
        driver = AlicatMFC.open(
            self.resource, name="argon", clock=self.clock, visa_library=self.library, **options
        )
        self.opened.append(driver)
        return driver

    def true_sccm(self):
        return self.line.flow_sccm(self.clock.now())

    def close(self):
        for driver in self.opened:
            driver.close()


@pytest.fixture
def make_bench():
    made = []

    def make(connected=True, **options):
        made.append(GasBench(**options))
        if connected:
            made[-1].driver.connect()
        return made[-1]

    yield make
    for bench in made:
        bench.close()


@pytest.fixture
def bench(make_bench):
    return make_bench()


@pytest.fixture(scope="session")
def bench_class():
    """For hypothesis: close it yourself."""
    return GasBench
