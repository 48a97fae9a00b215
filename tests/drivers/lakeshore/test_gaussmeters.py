"""Lake Shore 475, 455 and 425: exact messages, front-panel keys, and the closed loop, simulated."""

import pytest

from bench.core.errors import ConfigError, GarbledReplyError, InstrumentError, LimitError, ReadBackError
from bench.core.roles import FieldMeter, FieldSource
from drivers.lakeshore.lakeshore425 import LakeShore425
from drivers.lakeshore.lakeshore455 import LakeShore455
from drivers.lakeshore.lakeshore475 import LakeShore475
from simulators.wire import faults as wrong
from simulators.wire.faults import Fault

OK = ("*ESR?", "000")
READ = "RDGFIELD?;UNIT?;RANGE?;RDGMODE?;OPST?"


def put(command, value, reply):
    return [(f"{command} {value}", None), OK, (f"{command}?", reply)]


def connecting(model, mode, extra=(), auto="1"):
    return [
        ("*IDN?", f"LSCI,MODEL{model},4750001,021305"),
        ("*ESR?", "128"),
        *put("UNIT", "2", "2"),
        *put("RDGMODE", mode, mode),
        ("TYPE?", "40"),
        ("AUTO?", auto),
        *([("RANGE?", "4")] if auto == "0" else []),
        ("UNIT?", "2"),
        ("RDGMODE?", mode),
        ("AUTO?", auto),
        ("RANGE?", "4"),
        ("TYPE?", "40"),
        *extra,
        OK,
    ]


CONTROL = [("CMODE?", "0"), ("CPARAM?", "+1.0E+00,+1.0E-01,+0.0E+00,+1.0E+01"), ("CSETP?", "+000.000E+00")]
MODELS = [
    (LakeShore475, "475", "1,3,1,1,1", CONTROL),
    (LakeShore455, "455", "1,3,1,1,1", []),
    (LakeShore425, "425", "1,1,1", []),
]


@pytest.mark.parametrize(("driver", "model", "mode", "extra"), MODELS)
def test_connecting_sets_tesla_and_dc_and_readings_say_so(talk, driver, model, mode, extra):
    pairs = [*connecting(model, mode, extra), (READ, f"-012.345E-03;2;4;{mode};004")]
    with talk(driver, pairs, gain_ppm=1000, offset_ppm_of_range=50) as meter:
        assert isinstance(meter, FieldMeter)
        meter.connect()
        reading = meter.field()
        assert (reading.value, reading.unit, reading.range) == (-0.012345, "T", 0.35)
        accuracy = meter.field_accuracy(reading)
        assert (accuracy.relative, accuracy.offset) == (1e-3, pytest.approx(17.5e-6))
        assert meter.field_ranges_T() == (3.5e-4, 3.5e-3, 3.5e-2, 0.35, 3.5)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("-123.450E+00;1;4;1,3,1,1,1;004", "it shows gauss"),
        ("-012.345E-03;3;4;1,3,1,1,1;004", "it shows oersted"),
        ("+012.345E-03;2;4;2,3,1,1,1;004", "mode 2"),
        ("-012.345E-03;2;5;1,3,1,1,1;004", "range 5, 4 was set"),
        ("NO PROBE;2;4;1,3,1,1,1;001", "no probe"),
    ],
)
def test_a_key_at_the_front_panel_is_an_error_and_no_number(talk, reply, why):
    pairs = [*connecting("475", "1,3,1,1,1", CONTROL, auto="0"), (READ, reply)]
    with talk(LakeShore475, pairs) as meter:
        meter.connect()
        with pytest.raises(InstrumentError, match=why):
            meter.field()


@pytest.mark.parametrize("reply", ["OL;2;4;1,3,1,1,1;006", "+350.0E-03;2;4;1,3,1,1,1;002"])
def test_an_overload_is_a_flag(talk, reply):
    with talk(LakeShore475, [*connecting("475", "1,3,1,1,1", CONTROL), (READ, reply)]) as meter:
        meter.connect()
        reading = meter.field()
        assert reading.overload
        assert reading.value is None
        assert not reading.usable
        assert meter.field_accuracy(reading) is None, "the station states none"


def test_a_range_the_probe_does_not_have_is_refused_before_a_byte(talk):
    with talk(LakeShore475, connecting("475", "1,3,1,1,1", CONTROL)) as meter:
        meter.connect()
        for wanted in (0.0, 4.0, float("nan")):
            with pytest.raises(LimitError, match=r"the probe has .*3\.5"):
                meter.measure_field(range_T=wanted)


def test_without_a_closed_loop_it_is_no_field_source(talk):
    with talk(LakeShore475, []) as meter, pytest.raises(LimitError, match="field_control"):
        meter.set_field(0.1)


def test_options_are_checked(talk):
    with (
        pytest.raises(ConfigError, match=r"control_p.*\n.*control_settled_T.*\n.*load"),
        talk(LakeShore475, [], load="cell", control_p=0.0, control_settled_T="much"),
    ):
        pass


# -- against the simulated ones


@pytest.mark.parametrize(
    ("driver", "model", "relative"),
    [(LakeShore475, "475", 5e-4), (LakeShore455, "455", 7.5e-4), (LakeShore425, "425", 2e-3)],
)
def test_the_field_is_found_within_the_model_s_limits_and_has_a_sign(magnets, driver, model, relative):
    bench = magnets(meter=driver, meter_model=model)
    supply, meter = bench.supply(), bench.meter()
    for current_A in (-30.0, 0.0, 30.0):
        supply.set_current(0.0)
        bench.wait(supply)
        supply.set_current(current_A)
        bench.wait(supply)
        bench.clock.sleep(10.0)
        reading = meter.field()
        true_T = bench.magnet.field_T(bench.clock.now())
        step_T = reading.range / 3.5 * 10 ** (1 - (4 if model == "425" else 5))
        assert reading.value == pytest.approx(true_T, rel=relative, abs=5e-4 * reading.range + step_T)
    assert true_T > 0.3


def test_ranges_follow_the_field_or_stay(bench):
    supply, meter = bench.supply(), bench.meter()
    assert meter.field().range == 3.5e-4
    meter.measure_field(range_T=0.03)
    assert meter.field().range == 0.035
    supply.set_current(10.0)
    bench.wait(supply)
    assert meter.field().overload
    bench.meter_device.press_range(4)
    with pytest.raises(InstrumentError, match="range 4, 3 was set"):
        meter.field()
    meter.measure_field()
    assert meter.field().range == 0.35


def test_keys_are_noticed_and_configuring_again_helps(bench):
    meter = bench.meter()
    for press in (lambda: bench.meter_device.press_unit(1), lambda: bench.meter_device.press_mode(2)):
        press()
        with pytest.raises(InstrumentError, match="was set"):
            meter.field()
        meter.measure_field()
        assert meter.field().usable
    bench.meter_device.unplug()
    with pytest.raises(InstrumentError, match="no probe"):
        meter.field()


def test_zeroing_takes_away_what_the_probe_feels(bench):
    supply, meter = bench.supply(), bench.meter()
    supply.set_current(0.5)
    bench.wait(supply)
    bench.clock.sleep(10.0)
    before = meter.field().value
    start = bench.clock.now()
    meter.zero_probe()
    assert bench.clock.now() - start > 5.0
    assert before > 5e-3
    assert abs(meter.field().value) < 1e-5


def test_faults_on_the_line(bench):
    meter = bench.meter()
    faults = bench.ports["gaussmeter"].faults
    for action in (wrong.drop, wrong.garble, wrong.truncate):
        faults.add(Fault("RDGFIELD", action))
        assert meter.field().usable
    faults.add(Fault("RDGFIELD", wrong.garble, times=None))
    with pytest.raises(GarbledReplyError):
        meter.field()


# -- the closed loop

LOOP = {
    "field_control": True,
    "control_p": 1.0,
    "control_i": 1.0,
    "control_ramp_T_per_min": 3.0,
    "control_slope_V_per_min": 100.0,
}


@pytest.fixture
def loop(bench):
    bench.supply(program="external")
    return bench.meter(**LOOP)


def test_the_loop_brings_the_field_itself_to_the_set_point(bench, loop):
    assert isinstance(loop, FieldSource)
    loop.set_field(0.5)
    assert loop.is_ramping()
    bench.wait(loop)
    bench.clock.sleep(20.0)
    # what the loop holds is the field, not the current: 0.5 T is not 0.5/0.012 A where the yoke saturates
    assert bench.magnet.field_T(bench.clock.now()) == pytest.approx(0.5, abs=2e-4)
    assert bench.supply_device.inspect()["current_A"] > 0.5 / 0.012 + 0.5
    assert loop.field().value == pytest.approx(0.5, abs=5e-4)


def test_the_loop_holds_without_anybody_looking(bench, loop):
    loop.set_field(0.2)
    bench.clock.sleep(60.0)
    assert bench.magnet.field_T(bench.clock.now()) == pytest.approx(0.2, abs=2e-4)


def test_looking_often_changes_nothing(magnets):
    found = []
    for looks in (1, 40):
        bench = magnets()
        bench.supply(program="external")
        meter = bench.meter(**LOOP)
        start = bench.clock.now()
        meter.set_field(0.3)
        for k in range(looks):
            bench.clock.sleep(start + 1 + 9 * (k + 1) / looks - bench.clock.now())
            bench.magnet.field_T(bench.clock.now())
        found.append(bench.magnet.field_T(start + 10.0))
    assert found[0] == found[1]


def test_a_reversal_under_closed_loop_goes_through_zero(bench, loop):
    loop.set_field(0.3)
    bench.wait(loop)
    with pytest.raises(InstrumentError, match="changes the sign"):
        loop.set_field(-0.3)
    loop.set_field(0.0)
    bench.wait(loop)
    loop.set_field(-0.3)
    bench.wait(loop)
    bench.clock.sleep(20.0)
    assert loop.field().value == pytest.approx(-0.3, abs=5e-4)


def test_limits_of_station_and_probe(bench, loop):
    with pytest.raises(LimitError, match="beyond the probe"):
        loop.set_field(3.6)
    with pytest.raises(LimitError, match="model 475"):
        loop.set_field(36.0)


def test_a_unit_key_would_turn_the_set_point_into_gauss_and_is_noticed_before(bench, loop):
    bench.meter_device.press_unit(1)
    with pytest.raises(InstrumentError, match="works in gauss"):
        loop.set_field(0.3)
    loop.measure_field()
    loop.set_field(0.3)
    bench.wait(loop)
    bench.meter_device.values["CPARAM"] = (500.0, 1.0, 3.0, 100.0)
    with pytest.raises(ReadBackError, match="control parameters"):
        loop.set_field(0.4)


def test_make_safe_ramps_the_field_down_before_the_loop_goes_off(bench, loop):
    loop.set_field(0.5)
    bench.wait(loop)
    bench.clock.sleep(5.0)
    rates = []
    last = bench.magnet.current_A(bench.clock.now())

    def watch():
        nonlocal last
        for _ in range(300):
            bench.clock.sleep(0.1)
            now = bench.magnet.current_A(bench.clock.now())
            rates.append(abs(now - last) / 0.1)
            last = now

    watcher = bench.clock.spawn(watch, name="watcher", background=True)
    report = loop.make_safe()
    bench.clock.sleep(30.0)
    watcher.join()
    assert (report.verified, report.state) == (True, "field control off")
    assert abs(bench.magnet.field_T(bench.clock.now())) < 5e-3
    assert max(rates) < 25.0, "never cut off: an abrupt end would be 50 A/s from 43 A"
    assert not loop.output_is_on()


def test_make_safe_works_in_any_unit(bench, loop):
    loop.set_field(0.5)
    bench.wait(loop)
    bench.meter_device.press_unit(1)
    start = bench.clock.now()
    assert loop.make_safe().verified
    assert bench.clock.now() - start > 5.0, "it has ramped"
