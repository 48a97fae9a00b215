"""Programmes on a simulated AI-518P with its furnace: loaded, judged, run, held, and left alone."""

import pytest

from bench.core.errors import InstrumentError, LimitError, ReadBackError
from bench.core.limits import Limit, Limits
from bench.core.programme import Dwell, Holdback, ProgrammeError, Ramp, TemperatureProgramme
from drivers.yudian import yudianai_parameters as known
from simulators.instruments.yudian.yudianai import memory as codes


def stored(bench, count):
    memory = bench.simulated.memory
    return [(memory[0x50 + 2 * at], memory[0x51 + 2 * at]) for at in range(count)]


def test_the_counts_of_the_recipe(bench, qms):
    """(20 degC, 32 min) (180, 35) (250, 600) (250, stop), in tenths of a degree."""
    fingerprint = bench.driver.load_programme(qms)
    assert stored(bench, 4) == [(200, 32), (1800, 35), (2500, 600), (2500, -121)]
    assert bench.driver.read_programme() == qms
    assert fingerprint == qms.fingerprint
    assert bench.inspect()["state"] == "reset"


@pytest.mark.parametrize(
    ("decimals", "hidden", "step", "words", "first"),
    [
        (0, True, "1 min", 1.0, [(200, 32), (1800, 35)]),
        (0, False, "1 min", 1.0, [(20, 32), (180, 35)]),
        (2, False, "1 min", 1.0, [(2000, 32), (18000, 35)]),
        (1, False, "0.1 min", 0.1, [(200, 320), (1800, 350)]),
    ],
)
def test_other_decimal_points_and_time_steps(make_bench, qms, decimals, hidden, step, words, first):
    bench = make_bench(
        unit_options={"decimals": decimals, "hidden_tenth": hidden, "step_min": words}, program_time_step=step
    ).ready()
    bench.driver.load_programme(qms)
    assert stored(bench, 2) == first
    assert stored(bench, 4)[3][1] == round(-121 / words)
    assert bench.driver.read_programme() == qms


def test_loading_again_writes_nothing(bench, qms):
    bench.driver.load_programme(qms)
    wear = bench.wear
    bench.driver.load_programme(qms)
    assert bench.wear == wear == 8, "four set-points and four times"


def test_a_ramp_that_does_not_fit_is_slower_and_said(bench):
    asked = TemperatureProgramme((Ramp(100.0, 3.7), Dwell(600.0)))
    fingerprint = bench.driver.load_programme(asked)
    held = bench.driver.read_programme()
    assert stored(bench, 2) == [(200, 22), (1000, 10)]  # 80 K at 3.7 K/min: 21.6 min
    assert held.segments[0].rate_K_per_min == pytest.approx(80 / 22)
    assert held.fingerprint == fingerprint != asked.fingerprint


@pytest.mark.parametrize(
    ("programme", "told"),
    [
        (TemperatureProgramme((Ramp(100.0, 5.0),), Holdback("band", 10.0)), "no holdback"),
        (TemperatureProgramme((Ramp(100.0, 5.0),), end="dwell"), "only end with a stop"),
        (TemperatureProgramme((Ramp(100.0, 5.0), Dwell(90.0))), "no multiple of 1 min"),
        (TemperatureProgramme((Ramp(20.0, 5.0),)), "takes no time"),
        (TemperatureProgramme((Ramp(100.0, 0.02),)), "longer than 3200 min"),
        (TemperatureProgramme((Ramp(100.0, 5.0),) + (Dwell(60.0),) * 49), "do not fit into 50"),
    ],
)
def test_what_this_controller_cannot_do_is_refused_before_anything_is_written(bench, programme, told):
    with pytest.raises(ProgrammeError, match=told):
        bench.driver.load_programme(programme)
    assert bench.wear == 0


def test_limits_before_a_byte_leaves(make_bench, qms):
    bench = make_bench(limits=Limits(({"temperature": Limit(0.0, 240.0, "degC", "station")},))).ready()
    with pytest.raises(LimitError):
        bench.driver.load_programme(qms)
    assert bench.wear == 0


def test_too_few_segments_are_a_matter_for_the_panel(bench, qms):
    bench.simulated.set_on_panel(codes.PNO, 3)
    with pytest.raises(ProgrammeError, match="the 3 that its parameter Pno allows") as caught:
        bench.driver.load_programme(qms)
    assert "set Pno to 4" in str(caught.value)


@pytest.mark.parametrize("loc", [128, 192])
def test_a_locked_unit(bench, qms, loc):
    """Loc 128 to 191, which the description recommends, leaves segments and Srun to us; 192 nothing."""
    bench.simulated.memory.loc = loc
    if loc == 128:
        bench.driver.run_programme(bench.driver.load_programme(qms))
        assert bench.driver.make_safe().verified
    else:
        with pytest.raises(ReadBackError, match="Loc"):
            bench.driver.load_programme(qms)


def test_the_whole_run(bench, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.driver.run_programme(fingerprint)
    assert bench.driver.guard_report().verified
    start = bench.clock.now()
    peaks, states = [], set()
    while (now := bench.driver.programmer_status()).state != "reset":
        peaks.append(now.temperature_degC)
        states.add(now.segment)
        assert now.programme_left_s == pytest.approx(40_020 - (bench.clock.now() - start), abs=8)
        assert bench.clock.now() - start < 41_000
        bench.clock.sleep(60.0)
    assert bench.clock.now() - start == pytest.approx((32 + 35 + 600) * 60, abs=61)
    assert states == {1, 2, 3}
    assert 245 < max(peaks) < 275
    assert not bench.driver.output_is_on()
    bench.clock.sleep(600.0)
    assert not bench.driver.output_is_on(), "stopped is off, not cold set-point"


def test_attaching_writes_nothing_and_finds_it(bench, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.driver.run_programme(fingerprint)
    bench.driver.close()
    bench.clock.sleep(3600.0)
    wear = bench.wear
    again = bench.open(unit=1)
    again.connect()
    assert again.read_programme().fingerprint == fingerprint
    assert again.programmer_status().state == "run"
    assert bench.wear == wear


def test_hold_and_resume(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(600.0)
    bench.driver.hold_programme()
    held = bench.driver.programmer_status()
    bench.clock.sleep(600.0)
    later = bench.driver.programmer_status()
    assert (held.state, later.state) == ("hold", "hold")
    assert later.setpoint_degC == held.setpoint_degC
    assert later.segment_left_s == held.segment_left_s
    report = bench.driver.guard_report()
    assert not report.verified
    assert "state hold" in report.limits["not to be relied on"]
    bench.driver.resume_programme()
    assert bench.driver.programmer_status().state == "run"
    with pytest.raises(InstrumentError, match="only in reset"):
        bench.driver.load_programme(qms)


@pytest.mark.parametrize(
    ("code", "value", "told"),
    [
        (codes.PONP, 0, "after a power cut, however long, it goes on"),
        (codes.PONP, 2, "runs from the first step"),
        (codes.PONP, 3, "unless the deviation alarms"),
        (codes.PONP, 4, "holds"),
        (codes.ERO, 30, "broken thermocouple"),
        (codes.OPL, 5, "low limit"),
        (codes.AMAN, 0, "manual"),
        (codes.AMAN, 2, "another set-point"),
        (codes.AT, 1, "tunes itself"),
        (codes.CTRL, 4, "no heating power"),
        (codes.ACT, 1, "too hot"),
        (codes.FRU, 1, "Celsius"),
        (codes.PAF, 2, "PAF is 2"),
        (codes.PAF, 4, "PAF is 4"),
        (codes.PAF, 8, "PAF is 8"),
        (codes.SPR, 50, "rate limit"),
        (codes.SPRL, 50, "rate limit"),
        (codes.SPH, 2000, "set-point limit"),
        (codes.STEP, 3, "begin at step 3"),
        (0x50 + 2, 2600, "another programme"),
        (0x50, 250, "starts at 25"),
        (0x57, 0, "a jump, an event or a wait"),
        (0x57, -3, "a jump, an event or a wait"),
    ],
)
def test_it_is_not_started_unless_it_can_be_left_alone(bench, qms, code, value, told):
    fingerprint = bench.driver.load_programme(qms)
    bench.simulated.set_on_panel(code, value)
    with pytest.raises(InstrumentError, match=told):
        bench.driver.run_programme(fingerprint)
    assert bench.inspect()["state"] == "reset"
    bench.clock.sleep(60.0)
    assert bench.furnace.energy_J == 0 or code in (codes.OPL, codes.ACT)


def test_a_broken_thermocouple_before_the_start(bench, qms):
    fingerprint = bench.driver.load_programme(qms)
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(1.0)
    with pytest.raises(InstrumentError, match="thermocouple is broken"):
        bench.driver.run_programme(fingerprint)


def test_what_changes_during_the_run_is_seen(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.simulated.set_on_panel(codes.ERO, 20)
    assert not bench.driver.guard_report().verified
    bench.simulated.set_on_panel(codes.ERO, 0)
    assert bench.driver.guard_report().verified
    bench.furnace.control.become("open", bench.clock.now())
    bench.clock.sleep(1.0)
    status = bench.driver.programmer_status()
    assert (status.sensor_break, status.temperature_degC, status.output_percent) == (True, None, 0)
    assert not bench.driver.guard_report().verified


def test_a_power_cut_stops_it(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.clock.sleep(3000.0)
    bench.furnace.set_mains(False, bench.clock.now())
    bench.clock.sleep(60.0)
    bench.furnace.set_mains(True, bench.clock.now())
    bench.clock.sleep(5.0)
    assert bench.driver.programmer_status().state == "reset"


def test_times_in_hours_are_not_told_as_minutes(bench, qms):
    bench.driver.run_programme(bench.driver.load_programme(qms))
    bench.simulated.set_on_panel(codes.PAF, 4)
    with pytest.raises(InstrumentError, match="times cannot be told"):
        bench.driver.programmer_status()
    assert bench.driver.temperature().usable


def test_settings_for_the_record(bench):
    settings = bench.driver.settings()
    assert settings["identity"]["model"] == "AI-518P"
    assert settings["proportional band / K"] == 60.0
    assert settings["derivative time / s"] == 60.0
    assert bench.driver.read_setting("power-on behaviour") == 1
    assert set(settings) == {"identity"} | {one.name for one in known.RECORDED}
    bench.simulated.set_on_panel(codes.POINT, 2)
    assert bench.driver.read_setting("proportional band / K") == 6.0
