"""Keithley 6485 and 6487: exact messages, and against the simulated ones."""

import pytest

from bench.core.clock import VirtualClock
from bench.core.errors import GarbledReplyError, InstrumentError, LimitError, SafeStateError
from bench.core.roles import Ammeter
from drivers.keithley.keithley6485 import Keithley6485
from drivers.keithley.keithley6487 import Keithley6487
from simulators.backends.visa import BenchVisaLibrary
from simulators.instruments.keithley.picoammeter import Picoammeter
from simulators.instruments.keithley.picoammeter.ranges import RANGES, RELATIVE
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault
from simulators.wire.port import Port

OK = (":SYST:ERR?", '0,"No error"')
READ = ":READ?;:SENS:CURR:RANG?;:SYST:ZCH?"
RESOURCE = "GPIB0::14::INSTR"
DRIVERS = {"6485": Keithley6485, "6487": Keithley6487}


def put(command, value, reply):
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


READ_BACK = {
    ":SENS:CURR:RANG?": "2.000000E-02",
    ":SENS:CURR:RANG:AUTO?": "1",
    ":SENS:CURR:NPLC?": "5.000000E+00",
    ":SENS:MED?": "0",
    ":SENS:AVER?": "0",
    ":CALC2:NULL:STAT?": "0",
    ":SYST:AZER?": "1",
    ":SYST:ZCH?": "1",
    ":SYST:ZCOR?": "0",
    ":SYST:LFR?": "50",
}
SOURCE = {":SOUR:VOLT:STAT?": "0", ":SOUR:VOLT?": "0.000000E+00"}
FIXED = [*put(":SENS:CURR:RANG", "2e-07", "2.000000E-07"), *put(":SENS:CURR:RANG:AUTO", "OFF", "0")]
CONFIGURING = [
    *put(":ARM:SOUR", "IMM", "IMM"),
    *put(":ARM:COUN", "1", "1"),
    *put(":TRIG:SOUR", "IMM", "IMM"),
    *put(":TRIG:COUN", "1", "1"),
    *put(":TRIG:DEL", "0.0", "0.000000E+00"),
    *put(":FORM:ELEM", "READ", "READ"),
    *put(":SENS:CURR:NPLC", "5.0", "5.000000E+00"),
    *put(":SENS:MED", "OFF", "0"),
    *put(":SENS:AVER", "OFF", "0"),
    *put(":CALC2:NULL:STAT", "OFF", "0"),
    *put(":SYST:AZER", "ON", "1"),
    *FIXED,
    *put(":SYST:ZCH", "OFF", "0"),
]
ZEROING = [
    *put(":SYST:ZCH", "ON", "1"),
    *put(":SYST:ZCOR", "OFF", "0"),
    *put(":SENS:CURR:RANG", "2e-09", "2.000000E-09"),
    (":INIT", None),
    ("*OPC?", "1"),
    (":SYST:ZCOR:ACQ", None),
    OK,
    *put(":SYST:ZCOR", "ON", "1"),
    *FIXED,
    *put(":SYST:ZCH", "OFF", "0"),
]


@pytest.mark.parametrize("model", DRIVERS)
def test_connecting_reads_everything_and_changes_nothing(talk, model):
    answers = READ_BACK | (SOURCE if model == "6487" else {})
    pairs = [
        ("*IDN?", f"KEITHLEY INSTRUMENTS INC.,MODEL {model},6485001,B04  /A02  /E"),
        OK,
        *answers.items(),
    ]
    with talk(DRIVERS[model], pairs) as meter:
        assert isinstance(meter, Ammeter)
        assert meter.connect().model == f"MODEL {model}"


@pytest.mark.parametrize("raw", ["-1.000206E-07", "-1.000206E-07A"])
def test_a_reading_brings_range_and_zero_check_and_may_carry_its_unit(talk, raw):
    pairs = [*CONFIGURING, (READ, f"{raw};2.000000E-07;0")]
    with talk(Keithley6485, pairs, gain_ppm=2000, offset_ppm_of_range=50) as meter:
        meter.measure_current(range_A=1.5e-7)
        reading = meter.current()
        assert (reading.value, reading.unit, reading.range, reading.raw) == (-1.000206e-7, "A", 2e-7, raw)
        assert meter.accuracy(reading).offset == pytest.approx(1e-11)


@pytest.mark.parametrize("raw", ["+9.900000E+37", "-9.900000E+37A"])
def test_an_overflow_of_either_sign_is_a_flag(talk, raw):
    with talk(Keithley6485, [*CONFIGURING, (READ, f"{raw};2.000000E-07;0")]) as meter:
        meter.measure_current(range_A=2e-7)
        reading = meter.current()
        assert (reading.value, reading.overload, reading.usable) == (None, True, False)
        assert meter.accuracy(reading) is None, "the station states none"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("+0.0E+00;2.000000E-07;1", "zero check is on"),
        ("+1.0E-07;2.000000E-06;0", "range is 2e-06 A, 2e-07 A was set"),
    ],
)
def test_a_key_at_the_front_panel_is_an_error(talk, reply, why):
    with talk(Keithley6485, [*CONFIGURING, (READ, reply)]) as meter:
        meter.measure_current(range_A=2e-7)
        with pytest.raises(InstrumentError, match=why):
            meter.current()
        with pytest.raises(InstrumentError, match="nothing is configured"):
            meter.current()


def test_zeroing_in_the_order_of_keithley_s_drivers(talk):
    with talk(Keithley6485, [*CONFIGURING, *ZEROING]) as meter:
        meter.measure_current(range_A=2e-7)
        meter.zero()


@pytest.mark.parametrize(("range_A", "nplc"), [(0.03, 1.0), (0.0, 1.0), (1e-3, 0.001), (float("nan"), 1.0)])
def test_what_it_cannot_do_is_refused_before_a_byte(talk, range_A, nplc):
    with talk(Keithley6485, []) as meter, pytest.raises(LimitError):
        meter.measure_current(range_A=range_A, nplc=nplc)


# -- against the simulated ones


class Current:
    value_A = 1e-7

    def current_A(self, time):
        return self.value_A


class Bench:
    def __init__(self, model="6485", seed=2, **options):
        self.clock, self.wire = VirtualClock(), Current()
        self.device = Picoammeter(
            self.clock, name="ammeter", seed=seed, terminals=self.wire, model=model, mains_Hz=50.0
        )
        self.port = Port(self.device, self.clock, name="ammeter", latency_s=3e-3)
        library = BenchVisaLibrary.create()
        library.attach(RESOURCE, self.port)
        self.meter = DRIVERS[model].open(
            RESOURCE, name="ammeter", clock=self.clock, visa_library=library, **options
        )
        self.meter.connect()


@pytest.fixture
def bench():
    return Bench()


@pytest.mark.parametrize("model", DRIVERS)
def test_simulated_zeroing_takes_the_input_s_own_zero_away(model):
    errors_A = []
    for seed in range(6):
        bench = Bench(model, seed)
        bench.wire.value_A = 1e-9
        bench.meter.measure_current(range_A=2e-7)
        before = bench.meter.current().value
        bench.meter.zero()
        after = bench.meter.current().value
        errors_A.append((abs(before - 1e-9), abs(after - 1e-9)))
    limit_A = 0.002 * 1e-9 + 10e-12  # published
    assert max(before for before, _ in errors_A) > 10 * limit_A
    assert max(after for _, after in errors_A) < limit_A + 8e-12, "noise: 1 pA, and 20 fA of 2 nA in the zero"
    assert bench.device.inspect()["zero_check"] is False
    assert bench.device.inspect()["range"] == 2e-7


@pytest.mark.parametrize(("model", "lowest_A"), [("6485", None), ("6487", 2e-9 * 0.3e-2 + 400e-15)])
def test_simulated_limits_are_those_of_the_manuals(model, lowest_A):
    limits = [gain * one.full_scale + one.offset for gain, one in zip(RELATIVE[model], RANGES, strict=True)]
    assert limits[-1] == pytest.approx(0.021e-3), "the example for 20 mA on p. 15-5 of both manuals"
    assert lowest_A is None or limits[0] == pytest.approx(lowest_A)


@pytest.mark.parametrize("current_A", [1e-11, -3e-9, 4e-7, -1.5e-4, 1.9e-2])
def test_simulated_automatic_range_finds_any_current(bench, current_A):
    bench.meter.measure_current()
    bench.meter.zero()
    bench.wire.value_A = current_A
    reading = bench.meter.current()
    assert reading.value == pytest.approx(current_A, rel=0.01, abs=5e-13)
    assert reading.range >= abs(current_A) / 1.05


def test_simulated_overflow_and_sign(bench):
    bench.meter.measure_current(range_A=2e-9)
    bench.wire.value_A = -1e-6
    assert bench.meter.current().overload


def test_simulated_keys_are_noticed(bench):
    bench.meter.measure_current(range_A=2e-7)
    bench.device.press_zero_check()
    with pytest.raises(InstrumentError, match="zero check"):
        bench.meter.current()
    bench.meter.measure_current(range_A=2e-7)
    bench.device.press_range(2e-5)
    with pytest.raises(InstrumentError, match="range is 2e-05"):
        bench.meter.current()


def test_simulated_after_power_on_a_current_would_read_as_nothing(bench):
    assert abs(float(bench.meter.ask(":FORM:ELEM READ;:READ?"))) < 1e-4
    assert bench.device.inspect()["zero_check"] is True
    assert bench.meter.ask(":FORM:ELEM READ,UNIT;:READ?").endswith("A")


def test_simulated_zero_is_acquired_only_with_the_check_on(bench):
    bench.meter.measure_current()
    bench.meter.write(":SYST:ZCOR:ACQ")
    assert [code for code, _ in bench.meter.read_errors()] == [-221]


def test_simulated_line_faults(bench):
    bench.meter.measure_current(range_A=2e-7)
    for action in (wrong.drop, wrong.garble, wrong.truncate):
        bench.port.faults.add(Fault("READ", action))
        assert bench.meter.current().usable
    bench.port.faults.add(Fault("READ", wrong.garble, times=None))
    with pytest.raises(GarbledReplyError):
        bench.meter.current()


def test_simulated_voltage_source_of_a_6487_is_made_safe_and_never_switched_on():
    bench = Bench("6487", reconnect_s=0)
    bench.meter.measure_current()
    bench.meter.zero()
    assert not bench.meter.output_is_on()
    bench.device.press_operate()
    assert bench.meter.output_is_on()
    assert bench.meter.make_safe().state == "voltage source off, level 0.0 V"
    assert bench.device.inspect()["output"] is False
    bench.port.disconnect()
    with pytest.raises(SafeStateError):
        bench.meter.make_safe()


def test_simulated_6485_has_no_source_and_says_so(bench):
    assert bench.meter.make_safe().state == "has no output"
    bench.meter.write(":SOUR:VOLT:STAT ON")
    assert [code for code, _ in bench.meter.read_errors()] == [-113]
    bench.meter.write(":FORM:ELEM VSO")
    assert [code for code, _ in bench.meter.read_errors()] == [-141]


def test_simulated_settings_go_there_and_back(bench):
    for trip in bench.meter.reversible:
        before, _ = bench.meter.round_trip(trip.setting.name)
        assert bench.meter.read_setting(trip.setting.name) == before
