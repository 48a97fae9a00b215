"""Keithley 2000: exact messages after its user's manual; then against its simulated instrument."""

import inspect
import re
from pathlib import Path

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, GarbledReplyError, InstrumentError, LimitError
from bench.core.readings import Reading
from bench.core.roles import Voltmeter
from drivers.keithley.keithley2000 import Keithley2000
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.keithley2000 import Keithley2000 as SimulatedKeithley2000
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

OK = (":SYST:ERR?", '0,"No error"')
READ = ":READ?;:SENS:VOLT:DC:RANG?;:INIT:CONT?"
CONNECTING = [
    ("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 2000,0597352,A19  /A02"),
    OK,
    (":SENS:FUNC?", '"VOLT:DC"'),
    (":SENS:VOLT:DC:RANG?", "1000"),
    (":SENS:VOLT:DC:RANG:AUTO?", "1"),
    (":SENS:VOLT:DC:NPLC?", "1"),
    (":SENS:VOLT:DC:AVER:STAT?", "0"),
    (":SENS:VOLT:DC:AVER:COUN?", "10"),
    (":SENS:VOLT:DC:REF:STAT?", "0"),
    (":SENS:VOLT:DC:REF?", "0"),
    (":SYST:AZER:STAT?", "1"),
    (":INIT:CONT?", "1"),
]


def put(command, value, reply):
    """Set, check, read back."""
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


CONFIGURING = [
    *put(":INIT:CONT", "OFF", "0"),
    *put(":TRIG:SOUR", "IMM", "IMM"),
    *put(":TRIG:COUN", "1", "1"),
    *put(":TRIG:DEL", "0.0", "0"),
    *put(":SAMP:COUN", "1", "1"),
    *put(":SENS:FUNC", "'VOLT'", '"VOLT:DC"'),
    *put(":SENS:VOLT:DC:RANG", "10.0", "10"),
    *put(":SENS:VOLT:DC:RANG:AUTO", "OFF", "0"),
    *put(":SENS:VOLT:DC:NPLC", "10.0", "10"),
    *put(":SENS:VOLT:DC:AVER:STAT", "OFF", "0"),
    *put(":SENS:VOLT:DC:REF:STAT", "OFF", "0"),
    *put(":SYST:AZER:STAT", "ON", "1"),
]


def test_connecting_reads_everything_back_and_changes_nothing(talk):
    assert not [sent for sent, _ in CONNECTING if "?" not in sent]
    with talk(Keithley2000, CONNECTING) as meter:
        assert isinstance(meter, Voltmeter)
        assert meter.connect().model == "MODEL 2000"


def test_a_reading_with_its_range(talk):
    with talk(Keithley2000, [*CONFIGURING, (READ, "+1.23456780E+00;10;0")]) as meter:
        meter.measure_voltage(range_V=10.0, nplc=10.0)
        reading = meter.voltage()
        assert (reading.value, reading.range, reading.unit) == (1.2345678, 10, "V")
        accuracy = meter.accuracy(reading)
    assert (accuracy.relative, accuracy.offset) == pytest.approx((30e-6, 50e-6))


@pytest.mark.parametrize(
    ("full_scale", "nplc", "count", "expected"),
    [
        (0.1, 10.0, 1, (50e-6, 3.5e-6)),
        (0.1, 1.0, 1, (50e-6, 5.0e-6)),
        (0.1, 1.0, 10, (50e-6, 3.5e-6)),
        (100.0, 1.0, 1, (45e-6, 8e-4)),
        (1000.0, 5.0, 1, (45e-6, 6e-3)),
    ],
)
def test_accuracy_depends_on_integration_and_filter(talk, full_scale, nplc, count, expected):
    with talk(Keithley2000, []) as meter:
        meter._nplc, meter._filter_count = nplc, count
        stated = meter.accuracy(Reading(0.0, "V", 0.0, range=full_scale))
    assert (stated.relative, stated.offset) == pytest.approx(expected)


def test_below_one_cycle_no_accuracy_is_claimed(talk):
    with talk(Keithley2000, []) as meter:
        meter._nplc = 0.1
        assert meter.accuracy(Reading(0.0, "V", 0.0, range=10.0)) is None


@pytest.mark.parametrize("asked", [{"range_V": 1001.0}, {"range_V": 0.0}, {"nplc": 10.1}, {"nplc": 0.001}])
def test_what_it_cannot_do_is_refused_before_a_byte(talk, asked):
    with talk(Keithley2000, []) as meter, pytest.raises(LimitError):
        meter.measure_voltage(**asked)


def test_configure_and_measure_are_never_sent():
    folder = Path(inspect.getfile(Keithley2000)).parent
    for path in (
        *folder.glob("voltmeter*.py"),
        *folder.glob("keithley2000*.py"),
        *folder.glob("keithley2182a*.py"),
    ):
        assert not re.search(r"[\"']:?(CONF|MEAS)", path.read_text("utf-8")), path.name


# ---- against the simulated instrument


class Input:
    volts = 1.0

    def voltage_V(self, time):
        return self.volts


class Rig:
    def __init__(self):
        self.clock = VirtualClock()
        self.input = Input()
        self.device = SimulatedKeithley2000(self.clock, name="meter", seed=3, terminals=self.input)
        self.port = Port(self.device, self.clock, name="meter")
        library = BenchVisaLibrary.create()
        library.attach("GPIB0::16::INSTR", self.port)
        self.meter = Keithley2000.open(
            "GPIB0::16::INSTR", name="meter", clock=self.clock, visa_library=library
        )
        self.meter.connect()


@pytest.fixture
def rig():
    return Rig()


@pytest.mark.parametrize(("volts", "range_V"), [(0.05, 0.1), (-0.9, 1.0), (9.5, 10.0), (-110.0, 100.0)])
def test_it_reads_within_its_published_limits(rig, volts, range_V):
    rig.input.volts = volts
    rig.meter.measure_voltage(range_V=range_V, nplc=10)
    reading = rig.meter.voltage()
    limit = rig.meter.accuracy(reading)
    noise_V = 4 * 0.15e-6 * range_V
    assert abs(reading.value - volts) <= limit.relative * abs(volts) + limit.offset + noise_V
    assert reading.range == range_V


def test_an_overflow_is_a_flag(rig):
    rig.input.volts = 12.5
    rig.meter.measure_voltage(range_V=10.0)
    reading = rig.meter.voltage()
    assert reading.value is None
    assert reading.overload


def test_a_long_filter_is_waited_for(rig):
    rig.meter.measure_voltage(range_V=10.0, nplc=10)
    rig.meter.set_filter(100)
    before = rig.clock.now()
    assert rig.meter.voltage().value == pytest.approx(1.0, rel=1e-4)
    assert rig.clock.now() - before > 20.0


@pytest.mark.parametrize("press", ["press_range", "press_local"])
def test_keys_pressed_meanwhile_are_noticed(rig, press):
    rig.meter.measure_voltage(range_V=10.0)
    rig.meter.voltage()
    getattr(rig.device, press)(*([1.0] if press == "press_range" else []))
    with pytest.raises(InstrumentError, match=r"front panel|old reading|was set"):
        rig.meter.voltage()
    rig.meter.measure_voltage(range_V=10.0)
    assert rig.meter.voltage().usable


@pytest.mark.parametrize(
    "action", [wrong.drop, wrong.lose, wrong.garble, wrong.truncate, wrong.delay(60.0)], ids=lambda a: a.name
)
def test_a_reading_survives_one_fault(rig, action):
    rig.meter.measure_voltage(range_V=10.0, nplc=1)
    fault = rig.port.faults.add(Fault("READ", action))
    assert rig.meter.voltage().value == pytest.approx(1.0, rel=1e-3)
    assert fault.hits == 1
    assert rig.meter.identity().model == "MODEL 2000"


@pytest.mark.parametrize(
    ("action", "error"), [(wrong.drop, CommunicationError), (wrong.garble, GarbledReplyError)]
)
def test_a_fault_that_stays_is_an_error(rig, action, error):
    rig.meter.measure_voltage(range_V=10.0, nplc=1)
    rig.port.faults.add(Fault("READ", action, times=None))
    with pytest.raises(error):
        rig.meter.voltage()


def test_every_reversible_setting_goes_there_and_back(rig):
    before = rig.meter.read_settings()
    for trip in rig.meter.reversible:
        was, held = rig.meter.round_trip(trip.setting.name)
        assert was != held
    assert rig.meter.read_settings() == before
