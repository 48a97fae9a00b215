"""The loop of the simulated 2400: control, manual, breaks, alarms, relay, noise; and that looking is free."""

import random

import pytest

from simulators.instruments.eurotherm.eurotherm2400.relay import TimeProportioning
from simulators.physics.furnace import FurnaceBuild


def test_it_controls(unit):
    unit.set_number(24, 150.0)
    unit.clock.sleep(6 * 3600.0)
    assert unit.number(1) == pytest.approx(150.0, abs=0.5)
    assert unit.number(39) == pytest.approx(0.0, abs=0.5)
    assert 1 < unit.number(4) < 6, "45 W of 1200"
    assert abs(unit.number(1) - unit.true_degC()) < 1.2, "calibration error"


def test_the_calibration_error_is_the_seeds(make_unit):
    def error(seed):
        unit = make_unit(seed=seed)
        unit.clock.sleep(60.0)
        return unit.number(1) - unit.true_degC()

    errors = [error(seed) for seed in range(8)]
    assert all(abs(one) < 1.2 for one in errors)
    assert max(errors) - min(errors) > 0.3


def test_setpoint_rate_limit(unit):
    unit.set_number(24, 20.0)
    unit.clock.sleep(1.0)
    unit.set_number(35, 10.0)
    unit.set_number(24, 100.0)
    unit.clock.sleep(120.0)
    assert unit.number(5) == pytest.approx(40.0, abs=0.2)


def test_the_remote_setpoint(unit):
    unit.block(276, 1)
    unit.set_number(26, 90.0)
    unit.clock.sleep(1.0)
    assert unit.number(5) == 90.0
    unit.block(276, 0)
    unit.block(15, 1)
    unit.set_number(2, 70.0)
    unit.clock.sleep(1.0)
    assert (unit.number(5), unit.number(25)) == (70.0, 70.0)


def test_manual_is_bumpless(unit, refused):
    with pytest.raises(refused, match="3"):
        unit.set_number(3, 10.0)
    unit.set_number(24, 150.0)
    unit.clock.sleep(4 * 3600.0)
    before = unit.number(4)
    unit.block(273, 1)
    unit.clock.sleep(60.0)
    assert unit.number(4) == pytest.approx(before, abs=1.5)
    unit.set_number(3, 7.0)
    assert unit.number(4) == 7.0
    unit.block(273, 0)
    assert unit.sleep(1.0)["output_percent"] == pytest.approx(7.0, abs=3.0)


@pytest.mark.parametrize(("action", "power", "expected"), [(0, 0.0, 0.0), (0, 20.0, 20.0), (1, 0.0, None)])
def test_sensor_break(unit, action, power, expected):
    unit.panel.set(553, action)
    unit.set_number(34, power)
    unit.set_number(24, 150.0)
    unit.clock.sleep(600.0)
    before = unit.number(4)
    unit.furnace.control.become("open", unit.clock.now())
    unit.clock.sleep(5.0)
    assert unit.word(258) == 1
    assert unit.word(75) & 0x420 == 0x420, "sensor break and out of range"
    assert unit.number(1) == pytest.approx(1372.0), "driven upscale: not a temperature"
    assert unit.number(4) == pytest.approx(before if expected is None else expected, abs=1.0)
    unit.furnace.control.become("good", unit.clock.now())
    unit.clock.sleep(5.0)
    assert unit.word(258) == 0


def test_a_shorted_thermocouple_overheats_until_the_loop_break_alarm(make_unit):
    unit = make_unit(build=FurnaceBuild(cut_out_K=473.15))
    unit.set_number(24, 150.0)
    unit.set_duration(83, 300.0)
    unit.furnace.control.become("shorted", 0.0)
    unit.clock.sleep(250.0)
    assert unit.word(263) == 0
    unit.clock.sleep(100.0)
    assert unit.word(263) == 1
    assert unit.call(7, b"")[0] & 0x40
    assert unit.true_degC() > 150, "it only tells: the output stays on"
    unit.clock.sleep(3600.0)
    assert not unit.furnace.inspect(unit.clock.now())["contactor_closed"], "the cut-out is what stops it"


def test_a_broken_element_is_a_loop_break_too(unit):
    unit.set_number(24, 150.0)
    unit.set_duration(83, 120.0)
    unit.furnace.break_element(True, 0.0)
    unit.clock.sleep(200.0)
    assert unit.word(263) == 1


def test_a_welded_relay_does_not_notice_the_controller(unit):
    unit.set_number(24, 0.0)
    unit.furnace.weld_relay(True, 0.0)
    unit.clock.sleep(300.0)
    assert unit.number(4) == 0.0
    assert unit.number(1) > 60


@pytest.mark.parametrize(
    ("kind", "threshold", "rises"), [(2, 60.0, True), (1, 10.0, False), (16, 20.0, True), (18, 20.0, True)]
)
def test_alarms(unit, kind, threshold, rises):
    unit.panel.set(536, kind)
    unit.set_number(13, threshold)
    unit.set_number(24, 100.0)
    unit.clock.sleep(1.0 if kind in (16, 18) else 900.0)
    assert bool(unit.call(7, b"")[0] & 1) == rises


def test_a_latched_alarm_waits_for_its_acknowledgement(unit):
    unit.panel.set(536, 2)
    unit.panel.set(540, 1)
    unit.set_number(13, 60.0)
    unit.set_number(24, 80.0)
    unit.clock.sleep(900.0)
    unit.block(274, 1)
    assert unit.word(74) & 1, "the cause is still there"
    unit.set_number(24, 0.0)
    unit.clock.sleep(4 * 3600.0)
    assert unit.word(74) & 1, "latched"
    unit.block(274, 1)
    unit.clock.sleep(1.0)
    assert not unit.word(74) & 1


def test_noise_is_there_and_small(unit):
    unit.clock.sleep(100.0)
    seen = {round(unit.sleep(0.5)["temperature_degC"], 4) for _ in range(50)}
    assert len(seen) > 10
    assert max(seen) - min(seen) < 0.3


def test_time_proportioning():
    relay = TimeProportioning()
    parts = [relay.closed(0.25, 20.0, 0.5) for _ in range(80)]
    assert sum(parts) == pytest.approx(80 * 0.25)
    assert parts[:10] == [1.0] * 10
    assert parts[10:40] == [0.0] * 30
    assert TimeProportioning().closed(0.3, 0.5, 0.5) == 0.3


def test_looking_never_changes_it(make_unit):
    def final(looks):
        unit = make_unit(charge_g=7.0)
        unit.programme(("ramp", 220.0, 10.0), ("dwell", 1200.0), holdback=3)
        unit.run()
        for time in looks:
            unit.clock.sleep(time - unit.clock.now())
            unit.words(1, 100)
            unit.furnace.vessel.temperature_K(unit.clock.now())
        unit.clock.sleep(4000.0 - unit.clock.now())
        return unit.simulated.inspect(), unit.furnace.inspect(4000.0)

    often = sorted(random.Random(2).uniform(0.1, 3999) for _ in range(2000))
    assert final([]) == final(often)


def test_a_model_that_is_not_simulated(make_unit):
    with pytest.raises(ValueError, match="2408"):
        make_unit(model="3216")
