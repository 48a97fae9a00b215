"""Programmes run to their end, wait, survive power cuts, and do what each end type says."""

import pytest

RAMP_BACK, RESET, CONTINUE = 0, 1, 2


def test_the_programme_of_the_paper(make_unit):
    """5 K/min to 250, ten hours, reset: overshoot is the normal defect of an over-powered furnace."""
    unit = make_unit(charge_g=7.0)
    unit.set_number(24, 0.0)
    unit.programme(("ramp", 250.0, 5.0), ("dwell", 36_000.0), holdback=3)
    unit.run()
    hottest, lasted = 0.0, 0.0
    while unit.simulated.inspect()["state"] != "reset":
        hottest = max(hottest, unit.sleep(30.0)["temperature_degC"])
    lasted = unit.clock.now()
    assert 36_000 + 46 * 60 - 60 < lasted < 36_000 + 55 * 60
    assert 255 < hottest < 266
    assert unit.simulated.inspect()["output_percent"] == 0
    assert unit.furnace.inspect(lasted)["conversion"] > 0.999
    assert unit.number(1) > 240, "it is hot still: nothing cools it"


def test_the_setpoint_ramps_at_its_rate(unit):
    unit.programme(("ramp", 120.0, 10.0), ("dwell", 600.0))
    unit.run()
    start = unit.number(5)
    assert start == pytest.approx(unit.number(1), abs=0.2), "servo to PV"
    unit.clock.sleep(120.0)
    assert unit.number(5) - start == pytest.approx(20.0, abs=0.1)
    assert unit.word(56) == 1
    assert unit.word(29) == 1
    assert unit.number(160) == 120.0
    assert unit.number(161) == 10.0
    assert unit.duration(36) == pytest.approx((120 - start) / 10 * 60 - 120, abs=1)
    assert unit.duration(58) == pytest.approx(unit.duration(36) + 600, abs=1)


def test_servo_to_setpoint(unit):
    unit.panel.set(520, 1)
    unit.set_number(24, 60.0)
    unit.clock.sleep(1.0)
    unit.programme(("ramp", 120.0, 10.0))
    unit.run()
    assert unit.number(5) == 60.0


def test_ramp_units_and_ramp_by_time_and_step(unit):
    unit.programme(("time", 100.0, 600.0), ("step", 50.0), ("dwell", 60.0))
    unit.run()
    start = unit.number(5)
    unit.clock.sleep(300.0)
    assert unit.number(5) == pytest.approx((start + 100) / 2, abs=0.3)
    unit.clock.sleep(301.0)
    assert (unit.word(56), unit.number(5)) == (3, 50.0)
    unit.block(23, 1)
    unit.block(8328 + 2, 2)  # hours
    unit.block(8336, 1)
    unit.set_number(8337, 900.0)
    unit.set_number(8338, 60.0)
    unit.clock.sleep(1.0)
    unit.run()
    start = unit.number(5)
    unit.clock.sleep(60.0)
    assert unit.number(5) - start == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("end", "state", "code"), [(0, "complete", 16), (1, "reset", 1), (2, "complete", 16)]
)
def test_what_each_end_does(unit, end, state, code):
    unit.set_number(24, 0.0)
    unit.programme(("step", 80.0), ("dwell", 60.0), end=end)
    if end == 2:
        unit.set_number(8328 + 24 + 1, 12.5)
    unit.run()
    unit.clock.sleep(62.0)
    now = unit.simulated.inspect()
    assert (now["state"], unit.word(23)) == (state, code)
    assert now["setpoint_degC"] == (0.0 if end == 1 else 80.0)
    assert bool(unit.word(75) >> 9 & 1) == (end != 1)
    if end == 2:
        assert now["output_percent"] == 12.5


def test_a_reset_goes_on_heating_if_its_own_setpoint_is_hot(unit):
    unit.set_number(24, 200.0)
    unit.programme(("step", 60.0), ("dwell", 10.0), end=1)
    unit.run()
    unit.clock.sleep(15.0)
    assert unit.simulated.inspect()["state"] == "reset"
    assert unit.sleep(2.0)["output_percent"] > 50


def test_without_an_end_segment_it_dwells(make_unit):
    unit = make_unit(segments=8)
    base = 8328
    for place in range(1, 9):
        unit.block(base + 8 * place, 3)
    unit.run()
    unit.clock.sleep(1.0)
    assert unit.simulated.inspect()["state"] == "complete"


def test_cycles(unit):
    unit.programme(("step", 50.0), ("dwell", 10.0))
    unit.block(8328 + 4, 3)
    unit.run()
    unit.clock.sleep(25.0)
    assert unit.simulated.inspect()["state"] == "run"
    assert unit.word(59) == 1
    assert unit.until("reset", 20.0, 1.0) < 10
    unit.block(8328 + 4, 0)
    unit.run()
    unit.clock.sleep(3600.0)
    assert unit.simulated.inspect()["state"] == "run", "0 cycles is for ever"


def test_hold_freezes_and_run_goes_on(unit):
    unit.programme(("ramp", 200.0, 10.0), ("dwell", 100.0))
    unit.run()
    unit.clock.sleep(60.0)
    unit.block(23, 4)
    at = unit.number(5)
    unit.clock.sleep(600.0)
    assert unit.number(5) == at
    assert unit.word(23) == 4
    unit.run()
    unit.clock.sleep(60.0)
    assert unit.number(5) == pytest.approx(at + 10, abs=0.1)


def test_holdback_stops_the_clock_while_the_furnace_lags(unit):
    unit.programme(("ramp", 300.0, 100.0), ("dwell", 60.0), holdback=1, band=10.0)
    unit.run()
    unit.clock.sleep(120.0)
    assert unit.word(23) == 8
    lag = unit.number(5) - unit.number(1)
    assert 9 < lag < 13
    unit.block(278, 1)
    unit.clock.sleep(10.0)
    assert unit.word(23) == 2, "holdback disabled"


def test_high_holdback_waits_for_cooling(unit):
    unit.set_number(24, 200.0)
    unit.clock.sleep(2000.0)
    unit.set_number(24, 0.0)
    unit.programme(("ramp", 40.0, 100.0), holdback=2, band=5.0)
    unit.run()
    unit.clock.sleep(60.0)
    assert unit.word(23) == 8


# ---- power


def blink(unit, seconds):
    unit.furnace.set_mains(False, unit.clock.now())
    unit.clock.sleep(seconds)
    assert unit.call(7, b"") is None, "silent without power"
    unit.furnace.set_mains(True, unit.clock.now())
    unit.clock.sleep(1.0)
    assert unit.call(7, b"") is None, "silent while it starts"
    unit.clock.sleep(5.0)


@pytest.mark.parametrize("mode", [RAMP_BACK, RESET, CONTINUE])
def test_power_failure(unit, mode):
    unit.panel.set(518, mode)
    unit.set_number(24, 0.0)
    unit.programme(("ramp", 200.0, 20.0), ("dwell", 7200.0))
    unit.run()
    unit.clock.sleep(3000.0)
    left = unit.duration(36)
    assert unit.word(259) == 0
    blink(unit, 1200.0)
    assert unit.word(259) == 1
    cooled = unit.number(1)
    assert cooled < 190
    now = unit.simulated.inspect()
    if mode == RESET:
        assert now["state"] == "reset"
        assert now["output_percent"] == 0
        assert unit.number(5) == 0
        return
    assert now["state"] == "run"
    assert unit.duration(36) == pytest.approx(left, abs=6), "its clock stood still"
    if mode == CONTINUE:
        assert unit.number(5) == 200.0
    else:
        assert cooled - 1 < unit.number(5) < cooled + 5
        unit.clock.sleep(600.0)
        assert unit.number(5) == 200.0
        assert unit.duration(36) < left
    unit.block(274, 1)
    assert unit.word(259) == 0


def test_settings_and_programmes_survive_a_power_cut(unit):
    unit.set_number(24, 33.0)
    unit.programme(("ramp", 222.0, 3.0))
    blink(unit, 10.0)
    assert unit.number(24) == 33.0
    assert unit.number(8337) == 222.0


def test_the_front_panel(unit, refused):
    unit.programme(("ramp", 200.0, 10.0), ("dwell", 100.0))
    unit.panel.press_run_hold()
    assert unit.word(23) == 2
    unit.panel.press_run_hold()
    assert unit.word(23) == 4
    unit.panel.press_run_hold()
    assert unit.word(23) == 2
    unit.panel.keep_run_hold_pressed()
    assert unit.word(23) == 1
    unit.panel.press_auto_manual()
    assert unit.word(273) == 1
    unit.panel.set(518, CONTINUE)
    assert unit.word(518) == CONTINUE
    with pytest.raises(ValueError, match="front panel"):
        unit.panel.set(1, 5.0)


def test_another_program_is_chosen_in_reset_only(unit, refused):
    unit.programme(("ramp", 200.0, 10.0), number=2)
    unit.block(22, 2)
    unit.run()
    with pytest.raises(refused, match="3"):
        unit.block(22, 1)
    assert unit.word(22) == 2
    assert unit.number(160) == 200.0


def test_the_exotherm_follows_the_charge(make_unit):
    """The controller's thermocouple hardly notices what the sample goes through."""

    def peaks(charge_g):
        unit = make_unit(charge_g=charge_g)
        unit.programme(("ramp", 250.0, 5.0), ("dwell", 7200.0), holdback=3)
        unit.run()
        hottest = max(unit.sleep(20.0)["temperature_degC"] for _ in range(450))
        return hottest, unit.furnace.inspect(unit.clock.now())["sample_peak_K"] - 273.15

    (control_7, sample_7), (control_14, sample_14) = peaks(7.0), peaks(14.0)
    assert 255 < sample_7 < 268
    assert sample_14 > sample_7 + 5
    assert abs(control_14 - control_7) < 3
