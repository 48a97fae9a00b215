"""When the Eurotherm driver starts a programme, and when it lets it be kept without the PC."""

import pytest

from bench.core.errors import (
    InstrumentError,
)
from bench.core.programme import Ramp, TemperatureProgramme
from bench.core.roles import GuardReport
from bench.runs.engine.guarding import can_guard_itself
from bench.runs.engine.safing import keep_or_make_safe
from drivers.eurotherm.eurotherm2400 import Eurotherm2400


def test_another_programme_is_not_started(bench, short, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.panel.set(8328 + 8 + 1, 300.0)  # somebody changes segment 1 at the panel
    with pytest.raises(InstrumentError, match="holds another programme"):
        bench.driver.run_programme(fingerprint)
    assert bench.inspect()["state"] == "reset"


@pytest.mark.parametrize(
    ("register", "value", "said"),
    [
        (518, 2, "continues as if nothing"),
        (518, 0, "ramps back"),
        (553, 1, "broken thermocouple"),
        (34, 30.0, "broken thermocouple"),
        (24, 60.0, "would heat to its set-point of 60"),
        (276, 1, "another set-point"),
        (15, 1, "another set-point"),
        (278, 1, "holdback is switched off"),
        (111, 200.0, "set-point limit is 200"),
        (273, 1, "in manual"),
    ],
)
def test_what_speaks_against_being_left_alone(bench, qms, register, value, said):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.panel.set(register, value)
    with pytest.raises(InstrumentError, match=said):
        bench.driver.run_programme(fingerprint)
    assert bench.inspect()["state"] == "reset"
    bench.simulated.panel.press_run_hold()  # it runs all the same, by hand
    report = bench.driver.guard_report()
    assert not report.verified
    assert said in report.limits["not to be relied on"]


def test_a_lab_may_accept_that_it_ramps_back_but_not_that_it_continues(make_bench, qms):
    bench = make_bench(after_power_cut="ramp_back").ready()
    bench.simulated.panel.set(518, 0)
    fingerprint = bench.driver.load_programme(qms)
    bench.driver.run_programme(fingerprint)
    assert bench.driver.guard_report().limits["power cut"] == "ramps back to where it was"
    bench.driver.reset_programme()
    bench.simulated.panel.set(518, 2)
    with pytest.raises(InstrumentError, match="continues"):
        bench.driver.run_programme(fingerprint)


def test_all_reasons_are_told_at_once(bench, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.panel.set(518, 2)
    bench.simulated.panel.set(34, 10.0)
    with pytest.raises(InstrumentError) as caught:
        bench.driver.run_programme(fingerprint)
    assert "continues as if nothing" in str(caught.value)
    assert "broken thermocouple" in str(caught.value)


def test_an_end_that_stays_hot_is_not_started(bench):
    hot = TemperatureProgramme((Ramp(60.0, 20.0),), end="dwell")
    with pytest.raises(InstrumentError, match="stays hot at its end"):
        bench.driver.run_programme(bench.driver.load_programme(hot))


def test_a_broken_thermocouple_starts_nothing(bench, short):
    fingerprint = bench.driver.load_programme(short)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(1.0)
    with pytest.raises(InstrumentError, match="thermocouple is broken"):
        bench.driver.run_programme(fingerprint)


def test_programmes_of_the_front_panel_are_not_judged(bench, short):
    bench.driver.load_programme(short)
    for place, (register, value, said) in enumerate(
        [(8328 + 8, 4, "a step"), (8328 + 4, 0, "for ever"), (8328 + 2, 2, "not in K/min")]
    ):
        bench.driver.load_programme(short)
        bench.simulated.panel.set(register, value)
        with pytest.raises(InstrumentError, match=said):
            bench.driver.read_programme()
        assert place < 3
    bench.driver.load_programme(short)
    for segment in range(3, 17):
        bench.simulated.panel.set(8328 + 8 * segment, 3)
    with pytest.raises(InstrumentError, match="no end segment"):
        bench.driver.read_programme()


def test_a_running_programme_is_kept_and_a_held_one_is_not(bench, qms):
    assert can_guard_itself(Eurotherm2400)
    bench.driver.run_programme(bench.driver.load_programme(qms))
    report = bench.driver.guard_report()
    assert isinstance(report, GuardReport)
    assert report.verified
    assert report.limits["end"] == "reset, then 0 degC"
    assert report.limits["programme"] == qms.fingerprint
    kept = keep_or_make_safe(bench.clock, {"furnace": bench.driver})
    assert kept.safe == "kept"
    assert bench.inspect()["state"] == "run"
    bench.driver.hold_programme()
    assert not bench.driver.guard_report().verified
    left = keep_or_make_safe(bench.clock, {"furnace": bench.driver})
    assert left.safe == "verified"
    assert bench.inspect()["state"] == "reset"


def test_a_new_driver_attaches_and_judges_without_having_loaded_anything(bench, qms, caplog):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(3600.0)
    bench.driver.close()
    wear = bench.wear
    again = bench.open()
    again.connect()
    assert "is in run, found so and left so" in caplog.text
    assert again.read_programme().fingerprint == qms.fingerprint
    assert again.guard_report().verified
    assert again.programmer_status().state == "run"
    assert bench.wear == wear, "attaching writes nothing"


def test_a_working_copy_changed_in_hold_is_what_is_judged(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.simulated.panel.press_run_hold()
    bench.simulated.panel.set(8192 + 8 + 1, 300.0)
    bench.simulated.panel.press_run_hold()
    assert bench.driver.read_programme().peak_degC == 300.0
    assert bench.driver.guard_report().limits["peak"] == "300 degC"
