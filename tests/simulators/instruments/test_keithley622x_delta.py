"""Delta mode behind the serial relay: what it cancels, what it says, and the hazards met on real ones."""

import math
import statistics

import pytest

from bench.core.readings import DELTA_MEAN_VARIANCE


def test_nothing_passes_the_relay_until_both_ends_agree(delta):
    assert delta("SOUR:DELT:NVPR?") == "0"
    assert delta.error("SOUR:DELT:ARM") == -241
    delta.cabled()
    assert delta("SOUR:DELT:NVPR?") == "1"
    assert delta.answer("*IDN?").startswith("KEITHLEY INSTRUMENTS INC.,MODEL 2182A")
    for wrong in ("BAUD 9600", "TERM LF"):
        delta.cabled().send(f"SYST:COMM:SER:{wrong}")
        assert delta("SOUR:DELT:NVPR?") == "0"
        assert delta.answer("*IDN?") == ""
    delta.cabled().meter.interface = "GPIB"
    assert delta("SOUR:DELT:NVPR?") == "0"


def test_without_a_nanovoltmeter_nothing_can_be_armed(make_delta):
    bench = make_delta(cabled=False).cabled()
    assert bench("SOUR:DELT:NVPR?") == "0"
    assert bench.error("SOUR:DELT:ARM") == -241


def test_serial_settings_survive_reset(delta):
    delta.cabled().send("*RST")
    assert delta("SYST:COMM:SER:BAUD?;TERM?;PACE?") == "19200;CR;XON"


def test_a_reply_takes_time_on_the_line_and_until_then_the_line_is_empty(delta):
    delta.cabled().relay("*IDN?")
    assert delta("SYST:COMM:SER:ENT?") == ""
    delta.clock.sleep(0.05)
    assert delta("SYST:COMM:SER:ENT?").startswith("KEITHLEY")
    assert delta("SYST:COMM:SER:ENT?") == "", "once only"


def test_gpib_of_the_nanovoltmeter_is_dead_on_rs_232(delta):
    assert delta.meter.execute("*IDN?") is None


def test_arming_takes_a_second_and_starting_before_is_ignored(delta):
    delta.armed()
    delta("SOUR:SWE:ABOR")
    delta.clock.sleep(0.5)
    delta.send("SOUR:DELT:ARM")
    assert delta("SOUR:DELT:ARM?") == "0"
    assert delta.error("INIT") == -213
    delta.clock.sleep(1.0)
    assert delta("SOUR:DELT:ARM?") == "1"
    assert delta("OUTP?") == "0", "armed is not on"
    delta.send("INIT")
    assert delta("OUTP?") == "1"


@pytest.mark.parametrize(
    "message",
    [
        "SOUR:DELT:HIGH 1e-4", "SOUR:DELT:LOW -1e-4", "SOUR:DELT:COUN 5", "SOUR:DELT:DEL 1", "SOUR:CURR 1e-4",
        "SOUR:CURR:RANG 2e-6", "SOUR:DELT:CAB OFF", "SYST:COMM:SER:SEND '*IDN?'", "SYST:COMM:SER:ENT?",
    ],
)  # fmt: skip
def test_while_armed_neither_source_nor_nanovoltmeter_can_be_changed(delta, message):
    delta.armed()
    assert delta.error(message) == -221


def test_the_current_alternates_high_first_and_the_readings_are_stamped(delta):
    readings = delta.run(count=6)
    begun = next(i for i, (_, d) in enumerate(delta.resistor.history) if d and abs(d.level_A) > 5e-4)
    steps = delta.resistor.history[begun:]
    assert [math.copysign(1, drive.level_A) for _, drive in steps] == [1, -1] * 4
    period_s = steps[1][0] - steps[0][0]
    assert period_s == pytest.approx(0.02 + 2e-3 + 2.17e-3)
    assert [number for _, _, number, _, _ in readings] == [1, 2, 3, 4, 5, 6]
    assert [seconds for _, seconds, *_ in readings] == pytest.approx([n * period_s for n in range(6)])
    assert [level for *_, level, _ in readings] == [1e-3, -1e-3] * 3
    assert {flag for *_, flag in readings} == {"F"}


def test_at_60_hz_it_reverses_24_times_a_second(make_delta):
    readings = make_delta(mains_Hz=60.0).run(count=49)
    assert readings[48][1] - readings[0][1] == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("emf_V", [0.0, 5e-6, -3e-3])
def test_a_constant_emf_cancels(make_delta, emf_V):
    values = [value for value, *_ in make_delta(emf_V=emf_V).run(count=50)]
    reference = [value for value, *_ in make_delta().run(count=50)]
    assert statistics.fmean(values) == pytest.approx(
        statistics.fmean(reference), abs=1e-8 + abs(emf_V) * 2e-6
    )


def test_a_drift_that_swamps_one_polarity_cancels(make_delta):
    """50 uV of swing in ten minutes: 0.5 uV a second, 12 nV in each conversion, linear to a part in 10^4."""
    drifting = make_delta(ohm=1e-3, swing_V=5e-5)
    values = [value for value, *_ in drifting.run(count=100)]
    still = [value for value, *_ in make_delta(ohm=1e-3).run(count=100)]
    assert drifting.leads.thermal_emf_V(8.0) - drifting.leads.thermal_emf_V(4.0) > 1.5e-6
    assert statistics.fmean(values) == pytest.approx(statistics.fmean(still), abs=3e-10)
    assert statistics.fmean(values) == pytest.approx(1e-6, rel=0.02)


def test_successive_readings_share_conversions_and_their_mean_scatters_more_than_it_seems(make_delta):
    """The mean of N readings has 8/3 of s^2/N: neighbours correlate by 2/3, next but one by 1/6."""
    means, variances, lagged = [], [], {1: [], 2: [], 3: []}
    for seed in range(120):
        values = [value for value, *_ in make_delta(ohm=1e-6, seed=seed).run(count=64)]
        means.append(statistics.fmean(values))
        variances.append(statistics.variance(values))
        centred = [value - means[-1] for value in values]
        for lag, found in lagged.items():
            found.append(statistics.fmean(a * b for a, b in zip(centred, centred[lag:], strict=False)))
    variance = statistics.fmean(variances)
    assert variance == pytest.approx(10.6e-9**2 * 6 / 16, rel=0.06)
    correlations = [statistics.fmean(found) / variance for found in lagged.values()]
    assert correlations == pytest.approx([2 / 3, 1 / 6, 0.0], abs=0.06)
    assert statistics.variance(means) == pytest.approx(variance / 64 * DELTA_MEAN_VARIANCE, rel=0.35)


def test_the_gain_of_source_and_meter_stays_and_lies_within_their_limits(make_delta):
    ratios = []
    for seed in range(40):
        values = [value for value, *_ in make_delta(ohm=5.0, seed=seed, emf_V=1e-6).run(count=20)]
        ratios.append(statistics.fmean(values) / 5e-3 - 1)
    limit = 0.0005 + 50e-6  # 2 mA range, 10 mV range
    assert max(map(abs, ratios)) <= limit + 1e-5
    assert statistics.pstdev(ratios) == pytest.approx(0.0005 / 3**0.5, rel=0.35)


@pytest.mark.parametrize(("unit", "expected"), [("V", 2e-3), ("OHMS", 2.0), ("W", 2e-6), ("SIEM", 0.5)])
def test_units(make_delta, unit, expected):
    bench = make_delta(ohm=2.0)
    bench.send(f"UNIT:VOLT:DC {unit}")
    values = [value for value, *_ in bench.run(count=5)]
    assert statistics.fmean(values) == pytest.approx(expected, rel=1e-3)
    assert bench("UNIT?") == unit


def test_latest_repeats_and_fresh_does_not(delta):
    delta.armed(count=3).send("INIT")
    assert delta.error("SENS:DATA?") == -230, "nothing for about a second"
    delta.clock.sleep(5.0)
    assert delta("SENS:DATA?") == delta("SENS:DATA?")
    assert delta("SENS:DATA:FRES?") is not None
    assert delta.error("SENS:DATA:FRES?") == -230


def test_looking_changes_nothing(make_delta):
    quiet, watched = make_delta(), make_delta()
    quiet.run(count=40)
    watched.armed(count=40).send("INIT")
    for _ in range(200):
        watched.clock.sleep(0.031)
        watched("TRAC:POIN:ACT?")
        watched.source.inspect()
    watched.clock.sleep(60.0)
    assert [row[0] for row in watched.readings()] == pytest.approx(
        [row[0] for row in quiet.readings()], abs=6e-8
    )
    assert watched.readings()[0][2:] == quiet.readings()[0][2:]


def test_of_a_test_without_end_a_month_is_no_work(delta):
    delta.armed(count="INF").send("INIT")
    delta.clock.sleep(30 * 86_400)
    number = int(delta("SENS:DATA?").split(",")[2])
    assert number == pytest.approx(30 * 86_400 / 0.02417, rel=1e-4)
    assert len(delta.resistor.history) < 200


def test_an_overflow_of_the_nanovoltmeter_is_a_sentinel(make_delta):
    values = {value for value, *_ in make_delta(ohm=50.0).run(count=4)}
    assert values == {9.9e37}


# ---- compliance


def test_compliance_ends_the_test_with_the_output_off_and_a_flagged_reading(make_delta):
    bench = make_delta(ohm=1e4)
    readings = bench.run(count=50, range_V=10, compliance_V=5.0)
    assert [flag for *_, flag in readings] == ["T"]
    assert abs(readings[0][0]) == pytest.approx(5.0, rel=1e-2)
    assert bench("OUTP?;:SOUR:DELT:ARM?") == "0;0"
    assert int(bench("STAT:MEAS?")) & 8
    assert int(bench("STAT:OPER?")) & 4
    assert bench.resistor.history[-1][1] is None


def test_without_compliance_abort_it_goes_on_and_flags_every_reading(make_delta):
    bench = make_delta(ohm=1e4)
    readings = bench.run(count=10, range_V=10, abort="OFF")
    assert [flag for *_, flag in readings] == ["T"] * 10
    assert bench("OUTP?") == "1"


# ---- hazards met on real ones (reference manual says nothing of them)


def test_a_query_within_300_ms_of_an_abort_is_interrupted(delta):
    delta.armed(count="INF").send("INIT")
    delta.clock.sleep(3.0)
    delta("SOUR:SWE:ABOR")
    assert delta("OUTP?") is None
    delta.clock.sleep(0.35)
    assert delta("SYST:ERR?") == '-410,"Query INTERRUPTED"'
    assert delta("OUTP?") == "1", "and the abort left the output on"


def test_after_a_test_the_source_is_not_in_fixed_mode(delta):
    delta.run(count=3)
    delta("SOUR:SWE:ABOR")
    delta.clock.sleep(0.4)
    assert delta("SOUR:CURR:MODE?") == "SWE"


def test_calc1_fresh_with_calc1_off_jams_it_until_the_mains_switch(delta):
    delta.armed(count="INF").send("INIT")
    delta.clock.sleep(3.0)
    assert delta("CALC1:DATA:FRES?") is None
    assert delta("*IDN?") is None
    delta.source.clear()
    delta.clock.sleep(3600)
    assert delta("OUTP OFF") is None
    assert delta("*IDN?") is None
    assert delta.resistor.history[-1][1] is not None, "and the current flows on"
    delta.source.power_cycle()
    assert delta("OUTP?") == "0"
    assert delta.resistor.history[-1][1] is None


def test_with_calc1_on_the_same_query_answers(delta):
    delta.send("CALC1:STAT ON")
    delta.armed(count=5).send("INIT")
    delta.clock.sleep(3.0)
    assert delta("CALC1:DATA:FRES?").count(",") == 4


def test_a_wrong_flow_control_spoils_readings_and_replies_now_and_then(delta):
    delta.armed(count=200)
    delta.source.relay.flow_control = "NONE"
    delta.send("INIT")
    delta.clock.sleep(60.0)
    values = [row[0] for row in delta.readings()]
    spoilt = sum(value == 9.91e37 for value in values)
    assert 0.3 < spoilt / 200 < 0.9
    assert {delta("SYST:ERR?").partition(",")[0]} == {"-230"}
    delta("SOUR:SWE:ABOR")
    delta.clock.sleep(0.5)
    delta("*CLS")
    answers = [delta.answer("SYST:LFR?") for _ in range(30)]
    assert set(answers) == {"50", "\x135"}


def test_a_missing_trigger_link_is_silence(delta):
    delta.cable.trigger_link = False
    delta.armed().send("INIT")
    delta.clock.sleep(600)
    assert delta("SOUR:DELT:ARM?;:OUTP?;:TRAC:POIN:ACT?") == "1;1;0"


# ---- the front panel


def test_exit_at_the_front_panel_ends_the_test_and_the_meter_goes_local(delta):
    delta.armed(count="INF").send("INIT")
    delta.clock.sleep(3.0)
    assert delta.source.inspect()["running"]
    delta.source.press_exit()
    assert not delta.source.inspect()["armed"]
    assert delta.meter.inspect()["continuous"]


@pytest.mark.parametrize("end", ["OUTP OFF", "SOUR:CLE", "*RST"])
def test_switching_off_ends_the_test(delta, end):
    delta.armed(count="INF").send("INIT")
    delta.clock.sleep(3.0)
    delta.send(end)
    assert delta.source.inspect()["running"] is False
    assert delta.resistor.history[-1][1] is None
    seen = len(delta.resistor.history)
    delta.clock.sleep(60)
    delta("*IDN?")
    assert len(delta.resistor.history) == seen, "no reversal any more"


def test_the_averaging_filter(make_delta):
    bench = make_delta()
    bench.send("SENS:AVER ON", "SENS:AVER:TCON REP", "SENS:AVER:COUN 10")
    averaged = [row[0] for row in bench.run(count=200)]
    assert len(averaged) == 20
    assert statistics.stdev(averaged) < 0.8 * statistics.stdev(row[0] for row in make_delta().run(count=200))
