"""Keithley 2400: sourcing and measuring, as exact messages."""

import math

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
from bench.core.limits import Limit, Limits
from bench.core.readings import Reading
from drivers.keithley.keithley2400 import Keithley2400
from drivers.keithley.keithley2400_ranges import CURRENT_RANGES_A
from drivers.keithley.keithley2400_reading import decode, parse
from drivers.keithley.source_meter_ranges import range_for

LIMITS = Limits(
    ({"current": Limit(-5e-4, 5e-4, "A", "station file"), "power": Limit(-5e-4, 5e-4, "W", "station")},)
)
GOOD = "+5.000000E-01,+1.000000E-04,+9.910000E+37,+1.234000E+02,+3.891200E+04"


def configured(script):
    return script.configuring_current()


def switched_on(script):
    return [*script.configuring_current(), *script.put(":OUTP", "ON", "1")]


def on(meter):
    meter.source_current(range_A=1e-3, compliance_V=2.0)
    meter.set_output(True)


def test_a_level_is_sent_in_full_and_verified(talk, script):
    pairs = [*configured(script), *script.put(":SOUR:CURR", "0.00012345678901", "1.234500E-04")]
    with talk(Keithley2400, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_level(1.2345678901e-4)


def test_levels_beyond_range_station_or_power_are_refused_before_a_byte(talk, script):
    with talk(Keithley2400, configured(script), limits=LIMITS) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(LimitError, match="station file"):
            meter.set_level(6e-4)
        with pytest.raises(LimitError, match="power"):
            meter.set_level(-3e-4)
    with talk(Keithley2400, configured(script)) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(LimitError, match="source range"):
            meter.set_level(1.06e-3)
        with pytest.raises(LimitError):
            meter.set_level(math.nan)


def test_the_end_of_a_range_is_105_percent_of_its_name(talk, script):
    pairs = [*configured(script), *script.put(":SOUR:CURR", "-0.00105", "-1.05E-03")]
    with talk(Keithley2400, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        meter.set_level(-1.05e-3)


def test_a_level_that_does_not_take_is_found(talk, script):
    pairs = [*configured(script), *script.put(":SOUR:CURR", "0.0001", "0.000000E+00")]
    with talk(Keithley2400, pairs) as meter:
        meter.source_current(range_A=1e-3, compliance_V=2.0)
        with pytest.raises(ReadBackError, match="source_current_A"):
            meter.set_level(1e-4)


def test_nothing_is_energised_before_it_is_configured(talk):
    with talk(Keithley2400, []) as meter:
        with pytest.raises(InstrumentError, match="no source is configured"):
            meter.set_output(True)
        with pytest.raises(InstrumentError, match="no source is configured"):
            meter.set_level(0.0)


def test_an_output_that_stays_off_is_found(talk, script):
    pairs = [*configured(script), *script.put(":OUTP", "ON", "0")]
    with talk(Keithley2400, pairs) as meter, pytest.raises(ReadBackError, match="output"):
        on(meter)


def test_a_measurement_is_one_read(talk, script, clock):
    with talk(Keithley2400, [*switched_on(script), (":READ?", GOOD)]) as meter:
        on(meter)
        reading = meter.measure()
    assert reading.voltage == Reading(0.5, "V", clock.now(), range=2.0, raw="+5.000000E-01")
    assert reading.current == Reading(1e-4, "A", clock.now(), range=1e-3, raw="+1.000000E-04")
    assert reading.usable


def test_when_voltage_is_sourced_the_ranges_change_places(talk, script):
    pairs = [
        *script.configuring_voltage(sense=("0.0001", "1.05E-04")),
        *script.put(":SOUR:VOLT", "1.5", "1.5"),
        *script.put(":OUTP", "ON", "1"),
        (":READ?", GOOD),
    ]
    with talk(Keithley2400, pairs) as meter:
        meter.source_voltage(range_V=2.0, compliance_A=1e-3, current_range_A=1e-4)
        meter.set_level(1.5)
        meter.set_output(True)
        reading = meter.measure()
    assert (reading.voltage.range, reading.current.range) == (2.0, 1e-4)


@pytest.mark.parametrize("known", ["off", "unknown"])
def test_measuring_with_the_output_off_is_refused_and_does_not_wedge_the_meter(talk, script, known):
    pairs = [(":OUTP?", "0")] if known == "off" else []
    with talk(Keithley2400, pairs) as meter:
        if known == "off":
            assert meter.output_is_on() is False
        with pytest.raises(InstrumentError, match=f"the output is {known}"):
            meter.measure()


@pytest.mark.parametrize(
    "code", ['+803,"Not permitted with OUTPUT off"', '+802,"OUTPUT blocked by output enable"']
)
def test_an_output_that_went_off_by_itself_is_explained(faulty, clock, script, code):
    adapter = faulty({":SYST:ERR?": '0,"No error"', ":OUTP?": "1"})
    meter = Keithley2400(adapter, name="meter", clock=clock)
    assert meter.output_is_on()
    adapter.faults[":SYST:ERR?"] = [code]
    with pytest.raises(CommandRejectedError, match="output is off, though it was on") as caught:
        meter.measure()
    assert caught.value.codes[0][0] in (802, 803)
    assert adapter.sent.count(":READ?") == 1
    with pytest.raises(InstrumentError, match="unknown"):
        meter.measure()
    assert adapter.sent.count(":READ?") == 1


@pytest.mark.parametrize(
    "bad",
    ["+5.0E-01,+1.0E-04", "+5.0E-01,+1.0E-04,+9.91E+37,+1.2E+02,OVER", GOOD + ",1", "\xff", "a,b,c,d,e"],
)
def test_a_garbled_reading_is_taken_again_once_and_never_used(faulty, clock, bad):
    adapter = faulty({":OUTP?": "1", ":READ?": GOOD, ":SYST:ERR?": '0,"No error"'})
    meter = Keithley2400(adapter, name="meter", clock=clock)
    meter.output_is_on()
    adapter.faults[":READ?"] = [bad]
    assert meter.measure().voltage.value == 0.5
    adapter.faults[":READ?"] = [bad, bad]
    with pytest.raises(GarbledReplyError):
        meter.measure()


def test_silence_without_a_reason_is_a_communication_error(faulty, clock):
    adapter = faulty({":OUTP?": "1", ":SYST:ERR?": '0,"No error"'})
    meter = Keithley2400(adapter, name="meter", clock=clock)
    meter.output_is_on()
    with pytest.raises(CommunicationError, match="no complete reply in time"):
        meter.measure()


def test_patience_covers_delay_and_integration(faulty, clock, script):
    from contextlib import contextmanager

    given_s = []

    @contextmanager
    def patience(seconds):
        given_s.append(seconds)
        yield

    replies = dict(script.read_back) | {
        ":OUTP?": "1",
        ":READ?": GOOD,
        ":SOUR:DEL?": "30",
        ":SENS:VOLT:NPLC?": "10",
    }
    adapter = faulty(replies)
    adapter.patience = patience
    meter = Keithley2400(adapter, name="meter", clock=clock)
    meter.read_settings()
    meter.measure()
    assert given_s[-1] > 30 + 6 * 10 / 50


# ---- the status word


def reading_of(reply, **ranges_known):
    known = {"voltage_range_V": 2.0, "current_range_A": 1e-3, "sourced": "A"} | ranges_known
    return decode(parse(reply), time=1.0, **known)


@pytest.mark.parametrize(
    ("bits", "clamped"),
    [
        ((), False),
        ((3,), True),
        ((16,), True),
        ((3, 16), True),
        ((2, 11, 12, 15, 22), False),
        ((0, 1, 6), False),
    ],
)
def test_compliance_is_decoded_for_every_reading(bits, clamped):
    status = sum(1 << bit for bit in bits)
    reading = reading_of(f"+2.0E+00,+1.0E-04,+9.91E+37,+1.0E+00,{status:+.6E}")
    assert reading.in_compliance is clamped
    assert reading.voltage.in_compliance is clamped
    assert reading.current.in_compliance is clamped
    assert reading.usable is (not clamped and 0 not in bits)


@given(st.integers(min_value=0, max_value=2**23 - 1))
def test_every_status_word_survives_seven_digits(status):
    assert parse(f"0,0,0,0,{status:+.6E}").status == status


@pytest.mark.parametrize("sentinel", ["+9.900000E+37", "-9.900000E+37", "+9.910000E+37"])
def test_sentinels_are_flags_never_numbers(sentinel):
    reading = reading_of(f"{sentinel},+1.0E-04,+9.91E+37,+1.0E+00,+1")
    assert reading.voltage.value is None
    assert reading.voltage.overload
    assert reading.voltage.raw == sentinel
    assert reading.current.value == 1e-4
    assert not reading.current.overload


@pytest.mark.parametrize(
    ("sourced", "marked"), [("A", (True, False)), ("V", (False, True)), (None, (True, True))]
)
def test_an_overflow_told_by_the_status_word_alone_marks_the_measured_side(sourced, marked):
    reading = reading_of("+2.1E+00,+1.0E-04,+9.91E+37,+1.0E+00,+1", sourced=sourced)
    assert (reading.voltage.overload, reading.current.overload) == marked


# ---- ranges and accuracy


@given(st.floats(min_value=1e-9, max_value=1.05))
def test_the_range_found_is_the_smallest_that_holds_the_value(value):
    found = range_for(value, CURRENT_RANGES_A, "current", instrument="meter")
    assert value <= found * 1.05 * (1 + 1e-9)
    below = [r for r in CURRENT_RANGES_A if r < found]
    assert all(value > r * 1.05 for r in below)


def test_published_accuracy_is_per_range(talk, script):
    def of(value, unit, full_scale):
        return meter.accuracy(Reading(value, unit, 0.0, range=full_scale))

    with talk(Keithley2400, []) as meter:
        # SPEC-2400: 0.025 % + 6 nA on 100 uA, 0.012 % + 300 uV on 2 V
        assert (of(5e-5, "A", 1e-4).relative, of(5e-5, "A", 1e-4).offset) == (2.5e-4, 6e-9)
        assert (of(1.0, "V", 2.0).relative, of(1.0, "V", 2.0).offset) == (1.2e-4, 300e-6)
        assert "SPEC-2400" in of(1.0, "V", 2.0).source
        assert of(1.0, "V", None) is None
        assert of(300.0, "K", 2.0) is None
        for unit, scales in (("A", meter.current_ranges_A()), ("V", meter.voltage_ranges_V())):
            assert list(scales) == sorted(scales)
            assert all(of(0.0, unit, scale) is not None for scale in scales)


def test_fast_integration_costs_accuracy(talk, script):
    pairs = [*script.put(":SENS:VOLT:NPLC", "0.1", "0.10"), *script.put(":SENS:VOLT:NPLC", "0.01", "0.01")]
    with talk(Keithley2400, pairs) as meter:
        slow = meter.accuracy(Reading(1.0, "V", 0.0, range=2.0)).offset
        meter.set_nplc(0.1)
        medium = meter.accuracy(Reading(1.0, "V", 0.0, range=2.0)).offset
        meter.set_nplc(0.01)
        fast = meter.accuracy(Reading(0.1, "V", 0.0, range=0.2)).offset
    assert (slow, medium, fast) == pytest.approx((300e-6, 400e-6, 300e-6 + 1e-3))
