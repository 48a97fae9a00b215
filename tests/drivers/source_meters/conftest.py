"""Every source meter on one bench: its driver, its simulated instrument, a specimen with a memory.

A new source meter joins by a row in METERS; what the suite asks of it is what the role says. A driver whose
instrument is not simulated yet is skipped, and by that name.
"""

import importlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.electrical import Load, node, settled
from simulators.physics.surroundings import Surroundings
from simulators.tables import Table
from simulators.wire.faults import Fault
from simulators.wire.port import Port

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OPEN_OHM = 1e12


@dataclass(frozen=True)
class Meter:
    """How one model is reached, and the messages that faults are aimed at (regular expressions).

    `least` and `most`: the compliances to try, as far as the model goes with its interlock open.
    """

    resource: str
    reading: str
    current_level: str
    making_safe: tuple[str, ...]
    off_mode_query: str
    open_when_off: str
    least_V: float
    least_A: float
    most_V: float


METERS = {
    "keithley2400": Meter(
        "GPIB0::24::INSTR",
        reading=r"READ\?",
        current_level=r"SOUR:CURR\?",
        making_safe=("OUTP", "ABOR", "SOUR", "SMOD"),
        off_mode_query=":OUTP:SMOD?",
        open_when_off="HIMP",
        least_V=3e-4,
        least_A=2e-9,
        most_V=210.0,
    ),
    "keithley2450": Meter(
        "GPIB0::18::INSTR",
        reading=r"READ\?",
        current_level=r"SOUR:CURR\?",
        making_safe=("OUTP", "ABOR", "SOUR", "SMOD"),
        off_mode_query=":OUTP:VOLT:SMOD?",
        open_when_off="HIMP",
        least_V=0.02,
        least_A=1e-8,
        most_V=21.0,
    ),
}


class Specimen:
    """A resistor, or a cell if it has an EMF, behind leads; remembers all that was ever put on it."""

    def __init__(self, ohm=1000.0, emf_V=0.0, lead_ohm=1e-9):
        self.ohm, self.emf_V, self.lead_ohm = ohm, emf_V, lead_ohm
        self.history = [None]

    def drive(self, drive, time):
        self.history.append(drive)

    def operating_point(self, time):
        at = node(Load(self.ohm, self.emf_V, 0.0), leakage_ohm=1e15, lead_ohm=self.lead_ohm)
        return settled(self.history[-1], at)


class Rig:
    """One source meter with a specimen at its terminals, and the driver that reaches it."""

    def __init__(self, name, specimen=None, load="passive", **options):
        self.row = METERS[name]
        self.clock = VirtualClock()
        self.specimen = specimen or Specimen()
        model = MODELS[name]
        site = Site("meter", self.clock, 7, Surroundings(296.15), self.specimen, True, Specimen(OPEN_OHM))
        self.device = model.build(site, model.options(Table("", {}, [])))
        self.port = Port(self.device, self.clock, name="meter", output_terminator=model.output_terminator)
        self.library = BenchVisaLibrary.create()
        self.library.attach(self.row.resource, self.port)
        module, _, attribute = PROJECT["entry-points"]["bench.drivers"][name].partition(":")
        self.driver = getattr(importlib.import_module(module), attribute)
        self.meter = self.open(load=load, **options)

    def open(self, **options):
        return self.driver.open(
            self.row.resource, name="meter", clock=self.clock, visa_library=self.library, **options
        )

    def ready(self, level=0.0):
        """Sources 1 mA range at 2 V compliance, the output on."""
        self.meter.connect()
        self.meter.source_current(range_A=1e-3, compliance_V=2.0)
        self.meter.set_level(level)
        self.meter.set_output(True)
        return self.meter

    def fault(self, pattern, action, **rule):
        return self.port.faults.add(Fault(pattern, action, **rule))

    def state(self):
        return self.device.inspect()

    def driven_since(self, mark):
        """What was put on the specimen since it had seen `mark` drives; None is an open relay."""
        return self.specimen.history[mark:]


@pytest.fixture(params=sorted(METERS))
def name(request):
    """Each source meter whose instrument is simulated."""
    if request.param not in MODELS:
        pytest.skip(f"there is no simulated {request.param} in the catalogue yet")
    return request.param


@pytest.fixture
def build(name):
    """`build(specimen, load=..., limits=...)`: another rig of the same model."""
    return lambda *arguments, **options: Rig(name, *arguments, **options)


@pytest.fixture
def rig(build):
    return build()


@pytest.fixture
def specimen():
    return Specimen


@pytest.fixture
def meters():
    return METERS
