"""Keithley 2450: sourcing and measuring, as exact messages."""

from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.errors import (
    CommandRejectedError,
    CommunicationError,
    GarbledReplyError,
    InstrumentError,
    LimitError,
    ReadBackError,
)
from bench.core.readings import Reading
from drivers.keithley.keithley2450 import Keithley2450
from drivers.keithley.keithley2450_reading import decode, parse
from drivers.keithley.keithley2450_settings import CURRENT, VOLTAGE
from drivers.keithley.source_meter_setup import Setup

READ = ':READ? "defbuffer1",SOUR,READ,REL,SOURSTAT,STAT'
GOOD = "1.000000E-04,5.000000E-01,1.234500E+01,136,8"  # output on, read back; front terminals
LIMITED, FOUR_WIRE = "1.0E-04,5.0E-01,1.2E+01,168,8", "1.0E-04,5.0E-01,1.2E+01,200,8"


@pytest.fixture
def script(script2450):
    return script2450


def switched_on(script):
    return [*script.configuring_current(), *script.put(":OUTP", "ON", "1")]


def on(meter):
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_output(True)


class Ready:
    """A meter that sources 1 mA at 2 V compliance with the output on, behind an adapter that can fail."""

    def __init__(self, faulty, clock, script, **options):
        replies = dict(script.configuring_current()) | {":OUTP?": "0", ":SYST:ERR?": '0,"No error;0;0 0"'}
        self.adapter = faulty({key: reply for key, reply in replies.items() if reply is not None})
        self.adapter.replies[":SENS:VOLT:RANG:AUTO?"] = "0"
        self.adapter.faults[":SENS:VOLT:RANG:AUTO?"] = ["1"]
        self.adapter.replies[READ] = GOOD
        self.meter = Keithley2450(self.adapter, name="meter", clock=clock, **options)
        self.meter.source_current(range_A=1e-3, compliance_V=2.0)
        self.adapter.replies[":OUTP?"] = "1"
        self.meter.set_output(True)


@pytest.fixture
def ready(faulty, clock, script):
    return Ready(faulty, clock, script)


# ---- sourcing


def test_a_level_is_sent_in_full_and_verified(talk, script):
    pairs = [*script.configuring_current(), *script.put(":SOUR:CURR", "0.00012345678901", "0.000123456789")]
    with talk(Keithley2450, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_level(1.2345678901e-4)


def test_a_small_level_is_not_rounded_away(talk, script):
    pairs = [
        *script.configuring_current(source_range=("1e-08", "1E-08")),
        *script.put(":SOUR:CURR", "5e-11", "5E-11"),
    ]
    with talk(Keithley2450, pairs) as meter:
        meter.source_current(range_A=1e-8, compliance_V=2.0)
        meter.set_level(5e-11)


def test_a_level_that_does_not_take_is_found(talk, script):
    pairs = [*script.configuring_current(), *script.put(":SOUR:CURR", "0.0001", "0")]
    with talk(Keithley2450, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(ReadBackError, match="source_current_A"):
            meter.set_level(1e-4)


def test_levels_beyond_the_range_are_refused_before_a_byte(talk, script):
    with talk(Keithley2450, script.configuring_current()) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(LimitError, match="source range"):
            meter.set_level(1.06e-3)


def test_after_a_reversal_the_source_delay_is_waited_for_here(talk, script, clock):
    pairs = [
        *switched_on(script),
        *script.put(":SOUR:CURR", "0.001", "0.001"),
        *script.put(":SOUR:CURR", "-0.001", "-0.001"),
        (":SOUR:CURR:DEL?", "0.25"),
        *script.put(":SOUR:CURR", "-0.0005", "-0.0005"),
    ]
    with talk(Keithley2450, pairs) as meter:
        on(meter)
        start = clock.now()
        meter.set_level(1e-3)
        assert clock.now() == start
        meter.set_level(-1e-3)
        assert clock.now() - start == pytest.approx(0.25)
        meter.set_level(-5e-4)
        assert clock.now() - start == pytest.approx(0.25), (
            "the meter itself waits where the magnitude changes"
        )


def test_an_output_that_stays_off_is_found(talk, script):
    pairs = [*script.configuring_current(), *script.put(":OUTP", "ON", "0")]
    with talk(Keithley2450, pairs) as meter, pytest.raises(ReadBackError, match="output"):
        on(meter)


def test_the_event_of_the_interlock_is_not_overlooked(talk, script):
    event = '5074,"Output voltage limited by interlock;1;2026/01/02 03:04:05.006"'
    pairs = [*script.configuring_current(), (":OUTP ON", None), (":SYST:ERR?", event), script.ok]
    with talk(Keithley2450, pairs) as meter:
        with pytest.raises(CommandRejectedError, match="interlock"):
            on(meter)
        with pytest.raises(InstrumentError, match="the output is unknown"):
            meter.measure()


# ---- measuring


def test_a_measurement_is_one_read(talk, script, clock):
    with talk(Keithley2450, [*switched_on(script), (READ, GOOD)]) as meter:
        on(meter)
        reading = meter.measure()
    assert reading.voltage == Reading(0.5, "V", clock.now(), range=2.0, raw="5.000000E-01")
    assert reading.current == Reading(1e-4, "A", clock.now(), range=1e-3, raw="1.000000E-04")
    assert reading.usable


def test_when_voltage_is_sourced_the_fields_change_places(talk, script):
    pairs = [
        *script.configuring_voltage(sense=("0.0001", "0.0001")),
        *script.put(":SOUR:VOLT", "1.5", "1.5"),
        *script.put(":OUTP", "ON", "1"),
        (READ, "1.500010E+00, 2.000000E-05, 1.0E+00, 136, 8"),
    ]
    with talk(Keithley2450, pairs) as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3, current_range_A=1e-4)
        meter.set_level(1.5)
        meter.set_output(True)
        reading = meter.measure()
    assert (reading.voltage.value, reading.voltage.range) == (1.50001, 2.0)
    assert (reading.current.value, reading.current.range) == (2e-5, 1e-4)


@pytest.mark.parametrize("known", ["off", "unknown"])
def test_measuring_with_the_output_off_is_refused(talk, known):
    with talk(Keithley2450, [(":OUTP?", "0")] if known == "off" else []) as meter:
        if known == "off":
            assert meter.output_is_on() is False
        with pytest.raises(InstrumentError, match=f"the output is {known}"):
            meter.measure()


def test_what_a_front_panel_configured_is_not_measured(talk):
    with talk(Keithley2450, [(":OUTP?", "1")]) as meter:
        assert meter.output_is_on()
        with pytest.raises(InstrumentError, match="no source is configured"):
            meter.measure()


def test_an_output_that_went_off_by_itself_is_found_in_the_reading(ready):
    ready.adapter.replies |= {READ: GOOD.replace("136", "8"), ":OUTP?": "0"}
    with pytest.raises(InstrumentError, match="is off, though it was on"):
        ready.meter.measure()
    with pytest.raises(InstrumentError, match="the output is off"):
        ready.meter.measure()
    assert ready.adapter.sent.count(READ) == 1


def test_a_status_word_without_the_output_bit_is_settled_by_asking(ready):
    ready.adapter.replies[READ] = GOOD.replace("136", "8")
    assert ready.meter.measure().usable
    assert ready.adapter.sent[-1] == ":OUTP?"


def test_a_reading_that_was_not_sensed_as_asked_is_not_used(ready, script):
    ready.meter._four_wire = True
    ready.adapter.replies |= {":SENS:VOLT:RSEN?": "0"}
    with pytest.raises(InstrumentError, match="sensed at the terminals"):
        ready.meter.measure()
    ready.adapter.replies |= {":SENS:VOLT:RSEN?": "1"}
    assert ready.meter.measure().usable
    ready.adapter.replies[READ] = FOUR_WIRE
    sent = len(ready.adapter.sent)
    assert ready.meter.measure().usable
    assert ready.adapter.sent[sent:] == [READ]


@pytest.mark.parametrize(
    "bad",
    [
        "1.0E-04,5.0E-01",
        "1.0E-04,5.0E-01,1.2E+01,ON,8",
        GOOD + ",1",
        "\xff",
        "a,b,c,d,e",
        "1.0E-04,5.0E-01,1,1.5,8",
    ],
)
def test_a_garbled_reading_is_taken_again_once_and_never_used(ready, bad):
    ready.adapter.faults[READ] = [bad]
    assert ready.meter.measure().voltage.value == 0.5
    ready.adapter.faults[READ] = [bad, bad]
    with pytest.raises(GarbledReplyError):
        ready.meter.measure()


def test_silence_without_a_reason_is_a_communication_error(ready, faults):
    ready.adapter.replies[READ] = faults["timeout"]
    with pytest.raises(CommunicationError, match="no complete reply in time"):
        ready.meter.measure()


def test_silence_with_a_reason_tells_it(ready, faults):
    ready.adapter.replies[READ] = faults["timeout"]
    ready.adapter.faults[":SYST:ERR?"] = ['-200,"Execution error;1;2026/01/02 03:04:05.006"']
    with pytest.raises(CommandRejectedError, match="Execution error"):
        ready.meter.measure()


def test_patience_covers_delay_and_integration(ready, script):
    given_s = []

    @contextmanager
    def patience(seconds):
        given_s.append(seconds)
        yield

    ready.adapter.replies |= script.read_back | {
        ":OUTP?": "1",
        ":SOUR:VOLT:DEL?": "30",
        ":SENS:CURR:NPLC?": "10",
    }
    ready.adapter.patience = patience
    ready.meter.read_settings()
    ready.meter.measure()
    assert given_s[-1] > 30 + 6 * 10 / 50


# ---- the status words

AS_CURRENT = Setup(CURRENT, VOLTAGE, 1e-3, 2.0, 2.0, 2.0)


def reading_of(reply):
    return decode(parse(reply), AS_CURRENT, time=1.0)


@pytest.mark.parametrize(
    ("bits", "clamped"),
    [((7,), False), ((5, 7), True), ((2, 7), True), ((2, 5), True), ((3, 6, 7), False), ((), False)],
)
def test_compliance_is_decoded_for_every_reading(bits, clamped):
    reading = reading_of(f"1.0E-04,2.0E+00,1.0E+00,{sum(1 << bit for bit in bits)},8")
    assert reading.in_compliance is clamped
    assert reading.voltage.in_compliance is clamped
    assert reading.current.in_compliance is clamped
    assert reading.usable is not clamped


@pytest.mark.parametrize(("source_status", "status"), [(136, 2), (136, 10), (152, 8)])
def test_questionable_and_overheated_readings_are_not_usable(source_status, status):
    reading = reading_of(f"1.0E-04,2.0E-01,1.0E+00,{source_status},{status}")
    assert not reading.usable
    assert not reading.in_compliance


@given(st.integers(0, 255), st.integers(0, 511))
def test_status_words_are_taken_in_any_form_of_number(source_status, status):
    plain = parse(f"0,0,0,{source_status},{status}")
    assert parse(f"0,0,0,{source_status:+.6E},{status:.6E}") == plain
    assert (plain.source_status, plain.status) == (source_status, status)


@pytest.mark.parametrize("sentinel", ["9.900000E+37", "-9.900000E+37", "9.910000E+37"])
def test_sentinels_are_flags_never_numbers(sentinel):
    reading = reading_of(f"1.0E-04,{sentinel},1.0E+00,136,8")
    assert reading.voltage.value is None
    assert reading.voltage.overload
    assert reading.voltage.raw == sentinel
    assert reading.current.value == 1e-4
    assert not reading.current.overload


# ---- ranges and accuracy


def test_published_accuracy_is_per_range(talk):
    def of(unit, full_scale):
        return meter.accuracy(Reading(0.0, unit, 0.0, range=full_scale))

    with talk(Keithley2450, []) as meter:
        # SPEC-2450: 0.020 % + 6 nA on 100 uA, 0.012 % + 300 uV on 2 V, 0.100 % + 50 pA on 10 nA
        assert (of("A", 1e-4).relative, of("A", 1e-4).offset) == (2.0e-4, 6e-9)
        assert (of("V", 2.0).relative, of("V", 2.0).offset) == (1.2e-4, 300e-6)
        assert (of("A", 1e-8).relative, of("A", 1e-8).offset) == (1.0e-3, 50e-12)
        assert "SPEC-2450" in of("V", 2.0).source
        assert of("V", None) is None
        assert of("K", 2.0) is None
        for unit, scales in (("A", meter.current_ranges_A()), ("V", meter.voltage_ranges_V())):
            assert list(scales) == sorted(scales)
            assert all(of(unit, scale) is not None for scale in scales)


def test_below_one_power_line_cycle_no_accuracy_is_claimed(talk, script):
    pairs = [pair for word in ("CURR", "VOLT") for pair in script.put(f":SENS:{word}:NPLC", "0.1", "0.1")]
    with talk(Keithley2450, pairs) as meter:
        meter.set_nplc(0.1)
        assert meter.accuracy(Reading(1.0, "V", 0.0, range=2.0)) is None
