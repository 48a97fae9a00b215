"""Single models against their simulated instruments, byte by byte through pyvisa, in virtual time.

What every source meter has to do is in tests/drivers/source_meters.
"""

import math

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    InstrumentError,
)
from drivers.keithley.keithley2400 import Keithley2400
from drivers.lakeshore.lakeshore211 import LakeShore211
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley2400 import Keithley2400 as SimulatedKeithley2400
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211 as SimulatedLakeShore211
from simulators.physics.electrical import Load, node, settled
from simulators.physics.surroundings import Surroundings
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

METER = "GPIB0::24::INSTR"


class Specimen:
    """A resistor, or a cell if it has an EMF; remembers all that was ever put on it."""

    def __init__(self, ohm=1000.0, emf_V=0.0):
        self.ohm, self.emf_V = ohm, emf_V
        self.history = [None]

    def drive(self, drive, time):
        self.history.append(drive)

    def operating_point(self, time):
        at = node(Load(self.ohm, self.emf_V, 0.0), leakage_ohm=1e15, lead_ohm=1e-9)
        return settled(self.history[-1], at)


class Bench:
    """One simulated 2400 with a specimen at its front terminals, and the driver that reaches it."""

    def __init__(self, specimen=None, load="passive", **options):
        self.clock = VirtualClock()
        self.specimen = specimen or Specimen()
        self.simulated = SimulatedKeithley2400(
            self.clock, name="meter", seed=7, front=self.specimen, rear=Specimen(math.inf)
        )
        self.port = Port(self.simulated, self.clock, name="meter")
        self.library = BenchVisaLibrary.create()
        self.library.attach(METER, self.port)
        self.meter = self.open(load=load, **options)

    def open(self, **options):
        return Keithley2400.open(METER, name="meter", clock=self.clock, visa_library=self.library, **options)

    def ready(self):
        self.meter.connect()
        self.meter.source_current(range_A=1e-3, compliance_V=2.0)
        self.meter.set_output(True)
        return self.meter

    def ask(self, command):
        return self.meter.ask(command)


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def meter(bench):
    return bench.ready()


def test_range_compliance_is_flagged_too(bench):
    bench.meter.connect()
    bench.meter.source_current(range_A=1e-3, compliance_V=2.0, voltage_range_V=0.2)
    bench.meter.set_level(1e-3)
    bench.meter.set_output(True)
    reading = bench.meter.measure()
    assert reading.in_compliance
    assert reading.voltage.value == pytest.approx(0.21, rel=2e-2)


def test_measuring_with_the_output_off_never_wedges(bench):
    meter = bench.ready()
    meter.set_output(False)
    with pytest.raises(InstrumentError, match="the output is off"):
        meter.measure()
    meter.set_output(True)
    bench.simulated.settings.output = False  # somebody presses ON/OFF at the meter
    bench.simulated.settings_changed()
    with pytest.raises(CommandRejectedError, match="output is off, though it was on"):
        meter.measure()
    assert meter.identity().serial == "1234567", "and it still talks"


def test_a_refused_command_names_the_code_and_leaves_the_setting(meter, bench):
    from drivers.keithley.keithley2400_settings import CURRENT

    with pytest.raises(CommandRejectedError) as caught:
        meter._put(CURRENT.level, 1.2)
    assert caught.value.codes[0][0] in (-221, -222)
    assert float(bench.ask(":SOUR:CURR?")) == 0.0


# ---- Lake Shore 211


def room(**options):
    clock = VirtualClock()
    simulated = SimulatedLakeShore211(
        clock, name="ambient", seed=3, surroundings=Surroundings(mean_K=296.15), accuracy_K=0.35
    )
    line = SerialLine(9600, 7, "odd", 1.0)
    port = Port(
        simulated,
        clock,
        name="ambient",
        input_terminator=b"\r\n",
        output_terminator=b"\r\n",
        seconds_per_byte=line.seconds_per_byte,
    )
    library = BenchVisaLibrary.create()
    library.attach("ASRL3::INSTR", port, line)
    return port, LakeShore211.open(
        "ASRL3::INSTR", name="ambient", clock=clock, visa_library=library, **options
    )


def test_the_temperature_of_the_room():
    _, monitor = room()
    assert monitor.connect().model == "MODEL211"
    reading = monitor.temperature()
    assert reading.value == pytest.approx(296.15, abs=0.4)
    assert reading.unit == "K"


def test_wrong_serial_settings_are_silence_and_say_so():
    _, monitor = room(data_bits=8, parity="none")
    with pytest.raises(CommunicationError, match="in time"):
        monitor.connect()


@pytest.mark.parametrize("action", [wrong.drop, wrong.garble, wrong.truncate, wrong.delay(3.05)])
def test_the_monitor_survives_one_fault(action):
    port, monitor = room()
    monitor.connect()
    port.faults.add(Fault("KRDG", action))
    assert monitor.temperature().value == pytest.approx(296.15, abs=0.4)
    assert monitor.identity().maker == "LSCI"
