"""Making the simulated furnace safe, from whatever state a run or a front panel has left it in."""

import pytest

from bench.core.errors import (
    SafeStateError,
)


def test_make_safe_in_the_middle_of_a_run(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(1200.0)
    assert bench.inspect()["output_percent"] > 0
    report = bench.driver.make_safe()
    assert report.verified
    assert "output 0 %" in report.state
    assert "cannot open the contactor" in report.state
    now = bench.inspect()
    assert (now["state"], now["setpoint_degC"], now["output_percent"]) == ("reset", 0.0, 0.0)
    assert not bench.driver.output_is_on()
    before = bench.furnace.energy_J
    bench.clock.sleep(3600.0)
    bench.inspect()
    assert bench.furnace.energy_J == before


@pytest.mark.parametrize("setting", [(24, 200.0), (15, 1), (276, 1), (35, 1.0), (34, 40.0)], ids=str)
def test_make_safe_whatever_the_front_panel_has_done(bench, short, setting):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.simulated.panel.set(25, 300.0)
    bench.simulated.panel.set(*setting)
    if setting[0] == 276:
        bench.simulated.controller.settings.remote_sp = 250.0
    if setting[0] == 34:
        bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(120.0)
    assert bench.driver.make_safe().verified
    spent = bench.furnace.energy_J
    bench.clock.sleep(1800.0)
    bench.inspect()
    assert bench.furnace.energy_J == spent


def test_a_held_output_is_taken_away_by_hand(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.clock.sleep(120.0)
    bench.simulated.panel.set(553, 1)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(5.0)
    assert bench.inspect()["output_percent"] > 0
    report = bench.driver.make_safe()
    assert "in manual, output 0 %" in report.state
    assert "thermocouple is broken" in report.state
    assert bench.inspect()["output_percent"] == 0


def test_make_safe_in_manual(bench):
    bench.simulated.panel.press_auto_manual()
    bench.simulated.panel.set(3, 40.0)
    assert bench.driver.output_is_on()
    assert bench.driver.make_safe().verified
    assert bench.inspect()["output_percent"] == 0


def test_make_safe_twice_writes_nothing_the_second_time(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.driver.make_safe()
    wear = bench.wear
    assert bench.driver.make_safe().verified
    assert bench.wear == wear


def test_making_safe_never_raises_a_setpoint(bench):
    bench.simulated.panel.set(24, 10.0)
    bench.simulated.panel.set(112, 80.0)
    assert bench.driver.make_safe().verified
    assert bench.inspect()["setpoint_degC"] == 10.0


def test_a_setpoint_limit_that_keeps_it_hot_is_loud(bench):
    bench.simulated.panel.set(24, 200.0)
    bench.simulated.panel.set(112, 80.0)
    with pytest.raises(SafeStateError, match="TREAT THE OUTPUT AS LIVE") as caught:
        bench.driver.make_safe()
    assert "mains" in caught.value.remedy


def test_make_safe_without_a_line_is_loud(bench, short):
    bench.driver.run_programme(bench.driver.load_programme(short))
    bench.port.disconnect()
    with pytest.raises(SafeStateError, match="could not be verified"):
        bench.driver.make_safe()


def test_a_welded_relay_is_told_as_what_it_cannot_see(bench):
    bench.furnace.weld_relay(True, bench.clock.now())
    bench.clock.sleep(60.0)
    report = bench.driver.make_safe()
    assert "welded relay shows only as a temperature" in report.state
    first = bench.driver.temperature().value
    bench.clock.sleep(300.0)
    assert bench.driver.temperature().value > first + 50
