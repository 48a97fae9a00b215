"""Keithley 2182A: exact messages, written out from the user's manual and not from the driver's tables."""

import pytest

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    GarbledReplyError,
    IdentityError,
    InstrumentError,
    LimitError,
    ReadBackError,
)
from bench.core.roles import Voltmeter
from drivers.keithley.keithley2182a import Keithley2182A

OK = (":SYST:ERR?", '0,"No error"')
IDENTITY = "KEITHLEY INSTRUMENTS INC.,MODEL 2182A,1234567,C01  /A02"
READ = ":READ?;:SENS:VOLT:CHAN1:RANG?;:INIT:CONT?"
READ_BACK = {
    ":SENS:FUNC?": '"VOLT:DC"',
    ":SENS:CHAN?": "1",
    ":SENS:VOLT:CHAN1:RANG?": "1.000000E+02",
    ":SENS:VOLT:CHAN1:RANG:AUTO?": "1",
    ":SENS:VOLT:NPLC?": "5.00",
    ":SENS:VOLT:CHAN1:LPAS?": "0",
    ":SENS:VOLT:CHAN1:DFIL?": "1",
    ":SENS:VOLT:CHAN1:DFIL:COUN?": "10",
    ":SENS:VOLT:CHAN1:REF:STAT?": "0",
    ":SENS:VOLT:CHAN1:REF?": "0.000000E+00",
    ":SYST:AZER:STAT?": "1",
    ":SYST:FAZ?": "1",
    ":INIT:CONT?": "1",
    ":SYST:LFR?": "50",
}
CONNECTING = [("*IDN?", IDENTITY), OK, *READ_BACK.items()]


def put(command, value, reply):
    """Set, check, read back."""
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


def configuring(range_pairs, nplc=("1.0", "1.00")):
    return [
        *put(":INIT:CONT", "OFF", "0"),
        *put(":TRIG:SOUR", "IMM", "IMM"),
        *put(":TRIG:COUN", "1", "1"),
        *put(":TRIG:DEL", "0.0", "0.000000E+00"),
        *put(":SAMP:COUN", "1", "1"),
        *put(":SENS:FUNC", "'VOLT'", '"VOLT:DC"'),
        *put(":SENS:CHAN", "1", "1"),
        *range_pairs,
        *put(":SENS:VOLT:NPLC", *nplc),
        *put(":SENS:VOLT:CHAN1:DFIL", "OFF", "0"),
        *put(":SENS:VOLT:CHAN1:REF:STAT", "OFF", "0"),
        *put(":SYST:AZER:STAT", "ON", "1"),
        *put(":SENS:VOLT:CHAN1:LPAS", "OFF", "0"),
        *put(":SYST:FAZ", "ON", "1"),
    ]


def fixed(text="0.01", reply="1.000000E-02"):
    return [
        *put(":SENS:VOLT:CHAN1:RANG", text, reply),
        *put(":SENS:VOLT:CHAN1:RANG:AUTO", "OFF", "0"),
    ]


def measuring(reply, range_pairs=None):
    return [*configuring(fixed() if range_pairs is None else range_pairs), (READ, reply)]


def test_connecting_reads_everything_back_and_changes_nothing(talk):
    assert not [sent for sent, _ in CONNECTING if "?" not in sent]
    with talk(Keithley2182A, CONNECTING) as meter:
        assert isinstance(meter, Voltmeter)
        assert meter.connect().model == "MODEL 2182A"


def test_the_2182_is_taken_and_a_2000_is_not(talk):
    pairs = [("*IDN?", IDENTITY.replace("2182A", "2182")), *CONNECTING[1:]]
    with talk(Keithley2182A, pairs) as meter:
        assert meter.connect().model == "MODEL 2182"
    with (
        talk(Keithley2182A, [("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 2000,1,2")]) as meter,
        pytest.raises(IdentityError, match="2000"),
    ):
        meter.connect()


def test_a_fixed_range_in_one_shot(talk):
    with talk(Keithley2182A, measuring("+1.23456789E-03;+1.00000000E-02;0")) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        reading = meter.voltage()
    assert reading.value == 1.23456789e-3
    assert (reading.unit, reading.range, reading.raw) == ("V", 0.01, "+1.23456789E-03")
    assert reading.usable


def test_an_automatic_range_comes_with_each_reading(talk):
    auto = put(":SENS:VOLT:CHAN1:RANG:AUTO", "ON", "1")
    with talk(Keithley2182A, measuring("-2.5E+00;10;0", auto)) as meter:
        meter.measure_voltage(nplc=1.0)
        assert meter.voltage().range == 10


@pytest.mark.parametrize(
    ("wanted", "sent"), [(0.005, "0.01"), (0.012, "0.01"), (0.0121, "0.1"), (1.0, "1.0"), (120, "100.0")]
)
def test_the_range_that_shows_what_is_wanted(talk, wanted, sent):
    with talk(Keithley2182A, configuring(fixed(sent, sent))) as meter:
        meter.measure_voltage(range_V=wanted, nplc=1.0)


@pytest.mark.parametrize(
    "asked",
    [
        {"range_V": 121.0},
        {"range_V": 0.0},
        {"range_V": -1.0},
        {"range_V": float("nan")},
        {"nplc": 0.0},
        {"nplc": 61.0},
    ],
)
def test_what_it_cannot_do_is_refused_before_a_byte(talk, asked):
    with talk(Keithley2182A, []) as meter, pytest.raises(LimitError, match=r"nothing was sent"):
        meter.measure_voltage(**asked)


@pytest.mark.parametrize(
    "field", ["+9.9E37", "-9.90000000E+37", "+9.91E37"], ids=["overflow", "negative overflow", "not a number"]
)
def test_a_sentinel_is_a_flag_and_never_a_number(talk, field):
    with talk(Keithley2182A, measuring(f"{field};0.01;0")) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        reading = meter.voltage()
    assert reading.value is None
    assert reading.overload
    assert reading.raw == field


def test_a_range_key_pressed_meanwhile_is_noticed_and_the_reading_discarded(talk):
    with talk(Keithley2182A, measuring("+1.2E-03;0.1;0")) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        with pytest.raises(InstrumentError, match=r"range is 0\.1 V, 0\.01 V was set"):
            meter.voltage()
        with pytest.raises(InstrumentError, match="nothing is configured"):
            meter.voltage()


def test_local_pressed_meanwhile_would_send_an_old_reading_and_is_noticed(talk):
    pairs = [*measuring("+1.2E-03;0.01;1"), (":SYST:ERR?", '-213,"Init ignored"'), OK]
    with talk(Keithley2182A, pairs) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        with pytest.raises(InstrumentError, match="old reading"):
            meter.voltage()


def test_nothing_is_measured_before_it_is_configured(talk):
    with talk(Keithley2182A, []) as meter, pytest.raises(InstrumentError, match="nothing is configured"):
        meter.voltage()


@pytest.mark.parametrize("reply", ["+1.2E-03", "+1.2E-03;0.01", "nan;0.01;0", "+1.2E-03;0.01;2"])
def test_a_reply_of_another_shape_is_an_error(faulty, clock, reply):
    adapter = faulty({":SYST:ERR?": OK[1], READ: reply})
    meter = Keithley2182A(adapter, name="meter", clock=clock)
    meter._configured = True
    with pytest.raises(GarbledReplyError):
        meter.voltage()


def test_silence_is_an_error(faulty, clock):
    meter = Keithley2182A(faulty({":SYST:ERR?": OK[1]}), name="meter", clock=clock)
    meter._configured = True
    with pytest.raises(CommunicationError, match="in time"):
        meter.voltage()


def test_a_refused_command_names_its_code(talk):
    pairs = [(":INIT:CONT OFF", None), (":SYST:ERR?", '-221,"Settings conflict"'), OK]
    with talk(Keithley2182A, pairs) as meter, pytest.raises(CommandRejectedError, match="-221"):
        meter.measure_voltage()


def test_a_setting_that_did_not_take_is_an_error(talk):
    pairs = [(":INIT:CONT OFF", None), OK, (":INIT:CONT?", "1")]
    with talk(Keithley2182A, pairs) as meter, pytest.raises(ReadBackError, match="continuous"):
        meter.measure_voltage()


def test_the_filter_repeats_without_a_window(talk):
    pairs = [
        *put(":SENS:VOLT:CHAN1:DFIL:WIND", "0.0", "0.00"),
        *put(":SENS:VOLT:CHAN1:DFIL:TCON", "REP", "REP"),
        *put(":SENS:VOLT:CHAN1:DFIL:COUN", "20", "20"),
        *put(":SENS:VOLT:CHAN1:DFIL", "ON", "1"),
        *put(":SENS:VOLT:CHAN1:DFIL", "OFF", "0"),
    ]
    with talk(Keithley2182A, pairs) as meter:
        meter.set_filter(20)
        meter.set_filter(1)
        with pytest.raises(LimitError, match="1 to 100"):
            meter.set_filter(101)


def test_zero_takes_a_reading_and_subtracts_it(talk):
    pairs = [
        *configuring(fixed()),
        *put(":SENS:VOLT:CHAN1:REF:STAT", "OFF", "0"),
        (READ, "+3.1E-06;0.01;0"),
        (":SENS:VOLT:CHAN1:REF:ACQ", None),
        OK,
        *put(":SENS:VOLT:CHAN1:REF:STAT", "ON", "1"),
        (":SENS:VOLT:CHAN1:REF?", "3.1E-06"),
    ]
    with talk(Keithley2182A, pairs) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        assert meter.zero() == 3.1e-6


def test_without_a_stated_accuracy_it_claims_none(talk):
    with talk(Keithley2182A, measuring("+1E-03;0.01;0")) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        assert meter.accuracy(meter.voltage()) is None


def test_the_accuracy_that_the_station_states_is_that_of_the_reading_s_range(talk):
    options = {"gain_ppm": 50, "offset_ppm_of_range": 4}
    with talk(Keithley2182A, measuring("+1E-03;0.01;0"), **options) as meter:
        meter.measure_voltage(range_V=0.01, nplc=1.0)
        stated = meter.accuracy(meter.voltage())
    assert (stated.relative, stated.offset) == pytest.approx((50e-6, 40e-9))
    assert stated.source == "station file"


def test_making_it_safe_sends_nothing(talk):
    with talk(Keithley2182A, []) as meter:
        assert meter.make_safe().verified
