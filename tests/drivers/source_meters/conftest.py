"""Every source meter on one bench: its driver, its simulated instrument, a specimen with a memory.

A new source meter joins by a row in METERS; what the suite asks of it is what the role says. A driver whose
instrument is not simulated yet is skipped, and by that name.
"""

import importlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.catalogue import MODELS, Site
from simulators.physics.electrical import Load, node, settled
from simulators.physics.surroundings import Surroundings
from simulators.plugs import Connection
from simulators.tables import Table
from simulators.wire.faults import Fault
from simulators.wire.port import Port

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
OPEN_OHM = 1e12


@dataclass(frozen=True)
class Meter:
    """How one model is reached, and the messages that faults are aimed at (regular expressions).

    `least` and `most`: the compliances to try, as far as the model goes with its interlock open; `boxes`: up
    to this voltage, this current. `near`: how far a reading of some 0.1 V or 1 mA may be off, from the
    published offsets of source and meter on the ranges that these tests use. `driver` and `options`: where
    they are not those of the row's name.
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
    driver: str = ""
    options: dict = field(default_factory=dict)
    channel: str = ""
    overrange: float = 1.05
    boxes: tuple = ((21.0, 1.05), (210.0, 0.105))
    near_V: float = 500e-6
    near_A: float = 100e-9
    query: str = r"\?$"
    read_backs: str = r"(FUNC|RANG|OUTP|SOUR:CURR)\?$"
    errors: str = r"SYST:ERR\?"
    setting_level: str = r"SOUR:CURR 0\.0001"
    switching_on: str = "OUTP ON"
    switching_off: str = "OUTP OFF"
    plug: str = "OUTP"
    refusal: int = -113

    def most_beside(self, full_scale, which):
        """The largest limit beside a source range: of amps beside volts (0), of volts beside amps (1)."""
        other = max(box[1 - which] for box in self.boxes if full_scale <= box[which])
        return min(other, self.most_V) if which else other


def series_2600(driver, channel, **of_the_model):
    smu = f"smu{channel}"
    return Meter(
        "GPIB0::26::INSTR",
        reading=r"measure\.iv",
        current_level=rf"print\({smu}\.source\.leveli",
        making_safe=("output", "abort", "level", "offmode"),
        off_mode_query=f"print({smu}.source.offmode)",
        open_when_off="2.000000000000000e+00",
        driver=driver,
        options={"channel": channel},
        channel=channel,
        overrange=1.01,
        query="print",
        read_backs=r"print.*(func|range|output|leveli)",
        errors="errorqueue",
        setting_level=r"leveli = 0\.0001",
        switching_on=r"output = 1",
        switching_off=r"output = 0",
        plug="source.output",
        refusal=-285,
        **of_the_model,
    )


# 2602B: 6 V range 0.015 % + 1 mV measured; 1 mA range 0.03 % + 300 nA sourced, 0.02 % + 200 nA measured.
# 2635B, 2636B: 2 V range 350 uV, 1 mA range as the 2602B.
MODEL_2602 = {
    "least_V": 10e-3,
    "least_A": 10e-9,
    "most_V": 40.0,
    "boxes": ((6.06, 3.03), (40.4, 1.01)),
    "near_V": 1.5e-3,
    "near_A": 500e-9,
}
MODEL_263X = {
    "least_V": 20e-3,
    "least_A": 100e-12,
    "most_V": 20.0,
    "boxes": ((20.2, 1.515), (202.0, 0.101)),
    "near_V": 700e-6,
    "near_A": 500e-9,
}
SERIES_2600 = {
    "keithley2602b": series_2600("keithley2602b", "a", **MODEL_2602),
    "keithley2602b channel b": series_2600("keithley2602b", "b", **MODEL_2602),
    "keithley2635b": series_2600("keithley2635b", "a", **MODEL_263X),
    "keithley2636b channel b": series_2600("keithley2636b", "b", **MODEL_263X),
}
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
    **SERIES_2600,
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
        driver = self.row.driver or name
        self.clock = VirtualClock()
        self.specimen = specimen or Specimen()
        model = MODELS[driver]
        site = Site(
            "meter",
            self.clock,
            7,
            Surroundings(296.15),
            None if self.row.channel else self.specimen,
            not self.row.channel,
            Specimen(OPEN_OHM),
            {self.row.channel: Connection(circuit=self.specimen, sense_wired=True)},
        )
        self.device = model.build(site, model.options(Table("", {}, [])))
        self.port = Port(self.device, self.clock, name="meter", output_terminator=model.output_terminator)
        self.library = BenchVisaLibrary.create()
        self.library.attach(self.row.resource, self.port)
        module, _, attribute = PROJECT["entry-points"]["bench.drivers"][driver].partition(":")
        self.driver = getattr(importlib.import_module(module), attribute)
        self.meter = self.open(load=load, **options)

    def open(self, **options):
        return self.driver.open(
            self.row.resource,
            name="meter",
            clock=self.clock,
            visa_library=self.library,
            **self.row.options,
            **options,
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
        found = self.device.inspect()
        return found["channels"][self.row.channel] if self.row.channel else found

    def driven_since(self, mark):
        """What was put on the specimen since it had seen `mark` drives; None is an open relay."""
        return self.specimen.history[mark:]


@pytest.fixture(params=sorted(METERS))
def name(request):
    """Each source meter whose instrument is simulated."""
    if (METERS[request.param].driver or request.param) not in MODELS:
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
