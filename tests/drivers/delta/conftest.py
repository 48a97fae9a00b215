"""A 6220 or 6221 with a 2182A behind it, a specimen, and the driver that reaches them through pyvisa."""

import importlib

import pytest

from bench.core.clock import VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.electrical import Load, node, settled
from simulators.physics.surroundings import Surroundings
from simulators.tables import Table
from simulators.wire.faults import Fault
from simulators.wire.port import Port

RESOURCE = "GPIB0::12::INSTR"


class Specimen:
    """A resistor; remembers all that was ever put on it."""

    def __init__(self, ohm=1.0):
        self.ohm = ohm
        self.history = [None]

    def drive(self, drive, time):
        self.history.append(drive)

    def operating_point(self, time):
        at = node(Load(self.ohm, 0.0, 0.0), leakage_ohm=1e18, lead_ohm=1e-9)
        return settled(self.history[-1], at)


class Rig:
    """Source and nanovoltmeter as the catalogue builds them; `world` are lines of the world file."""

    def __init__(self, name="keithley6221", ohm=1.0, *, seed=7, world=None, **options):
        self.clock = VirtualClock()
        self.specimen = Specimen(ohm)
        model = MODELS[name]
        site = Site("source", self.clock, seed, Surroundings(296.15), self.specimen, True, Specimen(1e12))
        problems = []
        self.device = model.build(site, model.options(Table("", world or {}, problems)))
        assert problems == []
        self.meter = self.device.cable.meter if self.device.cable else None
        self.port = Port(self.device, self.clock, name="source", latency_s=model.latency_s)
        self.library = BenchVisaLibrary.create()
        self.library.attach(RESOURCE, self.port)
        module = importlib.import_module(f"drivers.keithley.{name}")
        self.driver = getattr(module, name.replace("keithley", "Keithley"))
        self.source = self.open(**{"nanovoltmeter": "2182A", **options})

    def open(self, **options):
        return self.driver.open(
            RESOURCE, name="source", clock=self.clock, visa_library=self.library, **options
        )

    def fault(self, pattern, action, **rule):
        return self.port.faults.add(Fault(pattern, action, **rule))

    def state(self):
        return self.device.inspect()

    def sourcing(self, level=1e-3):
        self.source.connect()
        self.source.source_current(range_A=1e-3, compliance_V=5.0)
        self.source.set_output(True)
        self.source.set_level(level)
        return self.source

    def armed(self, **different):
        self.source.connect()
        arguments = {"current_A": 1e-3, "compliance_V": 5.0, "voltage_range_V": 0.01} | different
        self.source.arm_delta(**arguments)
        return self.source

    def running(self, **different):
        self.armed(**different).start_delta()
        return self.source


@pytest.fixture(params=["keithley6220", "keithley6221"])
def rig(request):
    return Rig(request.param)


@pytest.fixture
def build():
    return Rig
