"""The drivers against the simulated instruments, byte by byte through pyvisa, in virtual time."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    GarbledReplyError,
    InstrumentError,
    LinkLostError,
    SafeStateError,
)
from drivers.keithley.keithley2400 import Keithley2400
from drivers.lakeshore.lakeshore211 import LakeShore211
from simulators.backends.serial_line import SerialLine
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley2400 import Keithley2400 as SimulatedKeithley2400
from simulators.instruments.lakeshore.lakeshore211 import LakeShore211 as SimulatedLakeShore211
from simulators.physics.electrical import Load, VoltageDrive, node, settled
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


def test_ohms_law(meter):
    for level in (1e-4, -1e-4, 1e-3):
        meter.set_level(level)
        reading = meter.measure()
        assert reading.usable
        assert reading.current.value == pytest.approx(level, rel=1e-3, abs=100e-9)
        assert reading.voltage.value == pytest.approx(1000 * level, rel=1e-3, abs=500e-6)
        assert (reading.voltage.range, reading.current.range) == (2.0, 1e-3)


def test_readings_lie_within_the_published_accuracy(meter):
    meter.set_level(5e-4)
    true_V, true_A = 0.5, 5e-4 * (1 + 3.4e-4) + 200e-9  # the source may be off by its own published error
    reading = meter.measure()
    voltage, current = meter.accuracy(reading.voltage), meter.accuracy(reading.current)
    limit_A = current.relative * 5e-4 + current.offset + (true_A - 5e-4) + 1e-7
    assert abs(reading.current.value - 5e-4) <= limit_A
    limit_V = voltage.relative * true_V + voltage.offset + 1000 * (true_A - 5e-4) + 1e-4
    assert abs(reading.voltage.value - true_V) <= limit_V


def test_sourcing_voltage(bench):
    bench.meter.connect()
    bench.meter.source_voltage(range_V=2.0, compliance_A=1e-2)
    bench.meter.set_level(1.0)
    bench.meter.set_output(True)
    reading = bench.meter.measure()
    assert reading.current.value == pytest.approx(1e-3, rel=2e-3)
    assert not reading.in_compliance


def test_compliance_clamps_and_is_flagged(meter, bench):
    bench.specimen.ohm = 1e6
    meter.set_level(1e-4)
    reading = meter.measure()
    assert reading.in_compliance
    assert not reading.usable
    assert reading.voltage.value == pytest.approx(2.0, rel=1e-2)


def test_range_compliance_is_flagged_too(bench):
    bench.meter.connect()
    bench.meter.source_current(range_A=1e-3, compliance_V=2.0, voltage_range_V=0.2)
    bench.meter.set_level(1e-3)
    bench.meter.set_output(True)
    reading = bench.meter.measure()
    assert reading.in_compliance
    assert reading.voltage.value == pytest.approx(0.21, rel=2e-2)


SETTINGS = [
    ":SENS:VOLT:PROT",
    ":SENS:VOLT:RANG",
    ":SENS:VOLT:NPLC",
    ":SOUR:CURR:RANG",
    ":SOUR:CURR",
    ":SYST:RSEN",
]


def test_measuring_changes_no_setting(meter, bench):
    meter.set_nplc(0.1)
    meter.set_level(1e-4)
    before = [bench.ask(f"{command}?") for command in SETTINGS]
    for _ in range(5):
        meter.measure()
    assert [bench.ask(f"{command}?") for command in SETTINGS] == before
    assert bench.ask(":SYST:ERR?").startswith("0")


current_ranges = st.sampled_from([1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0])
voltage_ranges = st.sampled_from([0.2, 2.0, 20.0, 200.0])
as_current = st.tuples(st.just("current"), current_ranges, st.floats(3e-4, 210.0)).map(
    lambda one: (one[0], one[1], min(one[2], 21.0) if one[1] == 1.0 else one[2])
)
as_voltage = st.tuples(st.just("voltage"), voltage_ranges, st.floats(2e-9, 1.05)).map(
    lambda one: (one[0], one[1], min(one[2], 0.105) if one[1] == 200.0 else one[2])
)


@given(st.lists(st.one_of(as_current, as_voltage), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_sequence_of_configurations_is_accepted_whole(sequence):
    """The order of ranges and compliances works from whatever the meter held before."""
    bench = Bench()
    bench.meter.connect()
    for kind, full_scale, compliance in sequence:
        if kind == "current":
            bench.meter.source_current(range_A=full_scale, compliance_V=compliance)
        else:
            bench.meter.source_voltage(range_V=full_scale, compliance_A=compliance)
        other = "VOLT" if kind == "current" else "CURR"
        assert float(bench.ask(f":SENS:{other}:PROT?")) == pytest.approx(compliance, rel=2e-2)
    assert bench.ask(":SYST:ERR?").startswith("0")
    assert not bench.simulated.settings.output


LEFT_BY_A_FRONT_PANEL = [
    ":SENS:AVER:COUN 50;STAT ON",
    ":SOUR:CLE:AUTO ON",
    ":TRIG:COUN 7;:ARM:COUN 3",
    ":TRIG:DEL 5",
    ":ARM:SOUR TIM",
    ":SENS:FUNC:CONC OFF",
    ':SENS:FUNC "RES"',
    ":SYST:AZER OFF",
    ":FORM:ELEM CURR",
    ":SOUR:VOLT:RANG 200;LEV 100",
    ":SENS:VOLT:PROT:RSYN ON",
    ":SOUR:FUNC VOLT;:SENS:CURR:PROT 1;:SENS:CURR:RANG 1",
]


@pytest.mark.parametrize("left", LEFT_BY_A_FRONT_PANEL)
def test_what_others_left_behind_does_not_matter(bench, left):
    bench.meter.write(left)
    assert bench.ask(":SYST:ERR?").startswith("0"), "the simulated meter takes what this test sends"
    meter = bench.ready()
    meter.set_level(1e-4)
    start = bench.clock.now()
    reading = meter.measure()
    assert reading.voltage.value == pytest.approx(0.1, rel=1e-2)
    assert bench.clock.now() - start < 1.0


def test_connect_leaves_a_running_output_on_and_make_safe_switches_it_off(bench):
    bench.ready().set_level(1e-4)
    driven = len(bench.specimen.history)
    again = bench.open()
    again.connect()
    assert again.output_is_on()
    assert set(bench.specimen.history[driven:]) <= {bench.specimen.history[driven - 1]}
    assert again.make_safe().verified
    assert not bench.simulated.settings.output


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


# ---- faults of the line


@pytest.mark.parametrize("action", [wrong.drop, wrong.lose, wrong.garble, wrong.truncate, wrong.delay(60.0)])
def test_a_reading_survives_one_fault(meter, bench, action):
    meter.set_level(1e-4)
    bench.port.faults.add(Fault(r"READ\?", action))
    reading = meter.measure()
    assert reading.voltage.value == pytest.approx(0.1, rel=1e-2)
    assert meter.identity().model == "MODEL 2400", "no late reply answers the next query"
    assert meter.measure().voltage.value == pytest.approx(0.1, rel=1e-2)


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (wrong.drop, CommunicationError),
        (wrong.garble, GarbledReplyError),
        (wrong.truncate, GarbledReplyError),
        (wrong.disconnect, LinkLostError),
    ],
)
def test_a_fault_that_stays_is_an_error_and_never_a_number(meter, bench, action, error):
    bench.port.faults.add(Fault(r"READ\?", action, times=None))
    with pytest.raises(error) as caught:
        meter.measure()
    assert caught.value.instrument == "meter"
    assert caught.value.remedy


def test_overflow_on_the_line_is_a_flag(meter, bench):
    bench.port.faults.add(
        Fault(r"READ\?", wrong.replace(b"+9.9E37,+1.0E-04,+9.91E37,+1.0E+00,+3.686500E+04"))
    )
    reading = meter.measure()
    assert reading.voltage.value is None
    assert reading.voltage.overload
    assert not reading.usable


# ---- the safe state


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.garble, wrong.truncate, wrong.delay(5.0)], ids=lambda action: action.name
)
@pytest.mark.parametrize("command", ["OUTP", "ABOR", "SOUR", "SMOD"])
@pytest.mark.parametrize("load", ["passive", "cell"])
def test_safe_in_spite_of_faults(load, command, action):
    bench = Bench(load=load)
    bench.ready().set_level(1e-4)
    bench.port.faults.add(Fault(command, action, times=2))
    assert bench.meter.make_safe().verified
    assert not bench.simulated.settings.output


def test_safe_while_a_reading_is_pending(meter, bench):
    meter.set_level(1e-4)
    bench.port.faults.add(Fault(r"READ\?", wrong.delay(30.0), times=None))
    with pytest.raises(CommunicationError):
        meter.measure()
    meter.write(":READ?")
    assert meter.make_safe().verified
    assert not bench.simulated.settings.output


def test_a_pulled_plug_is_loud(meter, bench):
    bench.port.faults.add(Fault("OUTP", wrong.disconnect))
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE"):
        meter.make_safe()


def test_a_cell_is_at_open_circuit_whenever_the_output_is_off_and_never_at_0_volts():
    cell = Specimen(ohm=1.0, emf_V=3.7)
    bench = Bench(cell, load="cell")
    bench.meter.connect()
    connected = len(cell.history)
    assert cell.history[-1] is None, "the relay is open"
    bench.meter.source_voltage(range_V=20.0, compliance_A=1e-3)
    bench.meter.set_level(3.7)
    bench.meter.set_output(True)
    bench.meter.measure()
    bench.meter.make_safe()
    assert cell.history[-1] is None
    bench.meter.source_current(range_A=1e-3, compliance_V=5.0)
    bench.meter.set_level(-1e-4)
    bench.meter.set_output(True)
    assert bench.meter.measure().voltage.value == pytest.approx(3.7, rel=1e-2)
    bench.meter.make_safe()
    assert cell.history[-1] is None
    volts = [drive.level_V for drive in cell.history[connected:] if isinstance(drive, VoltageDrive)]
    assert volts
    assert all(level != 0 for level in volts)


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
