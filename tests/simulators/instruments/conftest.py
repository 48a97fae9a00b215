"""A simulated source meter on a resistor, without ports: messages go straight to the instrument."""

import sys
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from simulators.instruments.keithley.keithley2400 import Keithley2400
from simulators.instruments.keithley.keithley2450 import Keithley2450
from simulators.physics.conductivity import Exponential
from simulators.physics.pellet import Pellet
from simulators.physics.press import Press, PressBuild
from simulators.physics.surroundings import Surroundings

sys.path.insert(0, str(Path(__file__).parent))

from delta_bench import DeltaBench

LEAD_ohm = 0.3


class Bench:
    """One meter, one fixture, one clock."""

    model = Keithley2400
    no_error = '0,"No error"'

    def __init__(self, resistance_ohm=1e4, *, seed=1, name="meter", sense_wired=True, **options):
        self.clock = VirtualClock()
        build = PressBuild(lead_ohm=LEAD_ohm, piston_ohm=1e-9, leakage_ohm=1e15, cable_F=1e-12)
        room = Surroundings(296.15)
        self.press = Press(build, room)
        self.elsewhere = Press(build, room)
        if resistance_ohm is not None:
            self.insert(resistance_ohm)
        self.meter = self.model(
            self.clock,
            name=name,
            seed=seed,
            front=self.press,
            rear=self.elsewhere,
            sense_wired=sense_wired,
            **options,
        )

    def insert(self, resistance_ohm):
        """A resistor: a pellet of unit cross-section and that length, without contacts."""
        self.press.place(
            Pellet(1.0, resistance_ohm, Exponential(1.0, 0.0, 296.15), 0.0), "resistor", self.now
        )

    @property
    def now(self):
        """The instrument's local time."""
        return self.meter.busy_until if hasattr(self, "meter") else 0.0

    def __call__(self, message):
        """Execute; the reply."""
        return self.meter.execute(message)

    def send(self, *messages):
        """Execute commands that must all be accepted."""
        for message in messages:
            assert self(message) is None
            assert self(":SYST:ERR?") == self.no_error, message

    def errors(self):
        """All queued errors."""
        return self(":SYST:ERR:ALL?")

    def seconds(self, message):
        """How long the instrument takes."""
        before = self.now
        self(message)
        return self.now - before

    def read(self):
        """READ? as numbers."""
        return [float(field) for field in self(":READ?").split(",")]

    def source_current(self, level_A, range_A=1e-3, compliance_V=21, measure='"VOLT","CURR"'):
        """Output on, sourcing current, voltage on a fixed range."""
        self.send(
            "*RST",
            ":SOUR:FUNC CURR",
            f":SOUR:CURR:RANG {range_A}",
            f":SENS:FUNC {measure}",
            f":SENS:VOLT:PROT {compliance_V}",
            f":SENS:VOLT:RANG {compliance_V}",
            f":SOUR:CURR {level_A}",
            ":OUTP ON",
        )
        return self

    def source_voltage(self, level_V, range_V=20, compliance_A=1e-2):
        """Output on, sourcing voltage, current on a fixed range."""
        self.send(
            "*RST",
            f":SOUR:VOLT:RANG {range_V}",
            ':SENS:FUNC "VOLT","CURR"',
            f":SENS:CURR:PROT {compliance_A}",
            f":SENS:CURR:RANG {compliance_A}",
            f":SOUR:VOLT {level_V}",
            ":OUTP ON",
        )
        return self


class Bench2450(Bench):
    """The same with a 2450 in its own language."""

    model = Keithley2450
    no_error = '0,"No error;0,0,0"'

    def errors(self):
        """Code and text of all queued errors."""
        found = []
        while (entry := self(":SYST:ERR?")) != self.no_error:
            found.append(entry.partition(";")[0] + '"')
        return ",".join(found)

    def read(self, elements="READ"):
        """READ? as numbers."""
        return [float(field) for field in self(f':READ? "defbuffer1",{elements}').split(",")]

    def source_current(self, level_A, range_A=1e-3, limit_V=21, range_V=None):
        """Output on, sourcing current, voltage on a fixed range."""
        self.send(
            "*RST",
            ":SOUR:FUNC CURR",
            f":SOUR:CURR:RANG {range_A}",
            ':SENS:FUNC "VOLT"',
            f":SOUR:CURR:VLIM {limit_V}",
            f":SENS:VOLT:RANG {range_V or limit_V}",
            f":SOUR:CURR {level_A}",
            ":OUTP ON",
        )
        return self

    def source_voltage(self, level_V, range_V=20, limit_A=1e-2):
        """Output on, sourcing voltage, current on a fixed range."""
        self.send(
            "*RST",
            f":SOUR:VOLT:RANG {range_V}",
            ':SENS:FUNC "CURR"',
            f":SOUR:VOLT:ILIM {limit_A}",
            f":SENS:CURR:RANG {limit_A}",
            f":SOUR:VOLT {level_V}",
            ":OUTP ON",
        )
        return self


@pytest.fixture(scope="session")
def make_2450():
    """Build a bench with a 2450."""
    return Bench2450


@pytest.fixture
def bench_2450():
    """A 2450 on 10 kohm."""
    return Bench2450()


@pytest.fixture
def make_bench():
    """Build a Bench."""
    return Bench


@pytest.fixture
def bench():
    """A meter on 10 kohm."""
    return Bench()


@pytest.fixture(scope="session")
def make_bench_plain():
    """The same, for tests that hypothesis repeats."""
    return Bench


@pytest.fixture(scope="session")
def make_delta():
    """Build a bench with a 6221 and a 2182A."""
    return DeltaBench


@pytest.fixture
def delta():
    """A 6221 with a 2182A and 1 ohm."""
    return DeltaBench()
