"""The current source by itself: ranges, levels, compliance, output, interlock, errors, accuracy."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.instruments.keithley.keithley622x.ranges import OVERSHOOT_V, RANGES, Calibration

PUBLISHED = {
    2e-9: (0.4, 2e-12), 20e-9: (0.3, 10e-12), 200e-9: (0.3, 100e-12), 2e-6: (0.1, 1e-9), 20e-6: (0.05, 10e-9),
    200e-6: (0.05, 100e-9), 2e-3: (0.05, 1e-6), 20e-3: (0.05, 10e-6), 100e-3: (0.1, 50e-6),
}  # fmt: skip
"""SPEC-6220/6221 Rev. B: percent of the level and offset in A."""


def test_after_reset(delta):
    delta.send("SOUR:CURR:RANG 2e-6", "SOUR:CURR 1e-6", "OUTP ON", "*RST")
    answers = {
        "OUTP?": "0", "SOUR:CURR?": "0.000000E+00", "SOUR:CURR:RANG?": "1.000000E-01",
        "SOUR:CURR:COMP?": "1.000000E+01", "SOUR:CURR:FILT?": "0", "OUTP:ISH?": "OLOW", "OUTP:LTE?": "0",
        "OUTP:RESP?": "FAST", "SOUR:DELT:HIGH?": "1.000000E-03", "SOUR:DELT:LOW?": "-1.000000E-03",
        "SOUR:DELT:DEL?": "2.000000E-03", "SOUR:DELT:COUN?": "+9.900000E+37", "SOUR:DELT:CAB?": "0",
        "FORM:ELEM?": "READ,TST", "UNIT?": "V",
    }  # fmt: skip
    assert {query: delta(query) for query in answers} == answers
    assert delta.resistor.history[-1][1] is None


def test_the_published_table():
    assert [one.full_scale for one in RANGES] == list(PUBLISHED)
    for one in RANGES:
        assert (one.relative * 100, one.offset) == pytest.approx(PUBLISHED[one.full_scale])
    assert all(one.largest_level == pytest.approx(1.05 * one.full_scale) for one in RANGES)


@given(st.integers(-(2**63), 2**63), st.floats(-1.05, 1.05))
def test_the_delivered_current_is_within_its_limits(seed, part):
    unit = Calibration(seed, "source")
    for index, one in enumerate(RANGES):
        level = part * one.full_scale
        error = abs(unit.delivered(index, level) - level)
        assert error <= one.relative * abs(level) * (1 + 1e-6) + one.offset + 0.51 * one.step


def test_errors_are_spread_over_the_whole_limit():
    gains = [Calibration(seed, "source").gain[6] / RANGES[6].relative for seed in range(2000)]
    assert abs(statistics.fmean(gains)) < 3 / (3 * 2000) ** 0.5
    assert statistics.pstdev(gains) == pytest.approx(3**-0.5, rel=0.05)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("SOUR:CURR 0.106", -222), ("SOUR:CURR:COMP 0.09", -222), ("SOUR:CURR:COMP 105.1", -222),
        ("SOUR:DELT:HIGH -1e-3", -222), ("SOUR:DELT:LOW 1e-3", -222), ("SOUR:DELT:DEL 0", -222),
        ("SOUR:DELT:COUN 65537", -222), ("SOUR:DELT:UNIT V", -113), ("SOUR:WAVE:ARM", -113),
        ("SOUR:PDEL:ARM", -113), ("ESE 60", -113), ("OUTP:ISH EARTH", -141), ("TRAC:POIN 65537", -222),
        ("INIT", -213), ("SENS:DATA?", -230), ("SENS:DATA:FRES?", -230), ("TRAC:DATA?", -230),
    ],
)  # fmt: skip
def test_what_it_refuses(delta, message, code):
    delta("*RST")
    assert delta.error(message) == code


def test_a_fixed_range_refuses_what_does_not_fit_and_an_automatic_one_follows(delta):
    delta.send("SOUR:CURR:RANG 2e-6", "SOUR:CURR 2.1e-6")
    assert delta.error("SOUR:CURR 2.11e-6") == -221
    assert delta.error("SOUR:CURR:RANG 2e-9") == -221
    delta.send("SOUR:CURR:RANG:AUTO ON", "SOUR:CURR 5e-3")
    assert float(delta("SOUR:CURR:RANG?")) == 20e-3
    delta.send("SOUR:CURR 1e-9")
    assert float(delta("SOUR:CURR:RANG?")) == 2e-9


def test_the_output_puts_the_level_on_the_circuit_and_clear_takes_it_off(delta):
    delta.send("SOUR:CURR:RANG 2e-3", "SOUR:CURR 1e-3")
    assert delta.resistor.history[-1][1] is None
    delta.send("OUTP ON")
    assert delta.resistor.history[-1][1].level_A == pytest.approx(1e-3, abs=2e-6)
    delta.send("SOUR:CLE")
    assert delta.resistor.history[-1][1] is None
    assert delta("OUTP?;:SOUR:CURR?") == "0;0.000000E+00"


def test_in_compliance_the_voltage_is_held_and_the_bits_say_so(make_delta):
    bench = make_delta(ohm=1e4)
    bench.send("SOUR:CURR:COMP 2", "SOUR:CURR:RANG 2e-3", "OUTP ON", "SOUR:CURR 1e-4")
    assert not int(bench("STAT:MEAS:COND?")) & 8
    bench.send("SOUR:CURR 1e-3")
    point = bench.source.operating_point(bench.clock.now())
    assert point.limited
    assert point.force_V == pytest.approx(2.0, abs=0.022)
    assert int(bench("STAT:MEAS:COND?")) & 8
    bench.send("SOUR:CURR 0")
    assert not int(bench("STAT:MEAS:COND?")) & 8
    assert int(bench("STAT:MEAS?")) & 8, "the event stays until it is read"


def test_a_step_into_compliance_overshoots_it_by_up_to_two_volts(make_delta):
    overshoots = []
    for seed in range(12):
        bench = make_delta(ohm=1e6, seed=seed)
        bench.send("SOUR:CURR:COMP 10", "SOUR:CURR:RANG 2e-3", "OUTP ON", "SOUR:CURR 1e-3")
        overshoots.append(bench.source.inspect()["peak_V"] - 10)
    assert max(overshoots) <= OVERSHOOT_V + 0.03
    assert max(overshoots) > 1.0


def test_with_the_interlock_open_nothing_comes_on(make_delta):
    bench = make_delta(interlock_closed=False).cabled()
    assert bench("OUTP:INT:TRIP?") == "0"
    assert bench.error("OUTP ON") == 802
    assert bench.error("SOUR:DELT:ARM") == 802
    assert bench("OUTP?") == "0"
    assert make_delta()("OUTP:INT:TRIP?") == "1"


def test_in_another_mode_than_fixed_the_level_does_not_reach_the_output(delta):
    delta.send("OUTP ON", "SOUR:CURR:MODE SWE", "SOUR:CURR 1e-2")
    assert abs(delta.resistor.history[-1][1].level_A) < 1e-4
    delta.send("SOUR:CURR:MODE FIX")
    assert delta.resistor.history[-1][1].level_A == pytest.approx(1e-2, rel=0.02)


@pytest.mark.parametrize("model", ["6220", "6221"])
def test_identity(make_delta, model):
    assert make_delta(model=model)("*IDN?").startswith(f"KEITHLEY INSTRUMENTS INC.,MODEL {model},")
