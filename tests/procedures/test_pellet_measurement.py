"""What the procedure asks of meter and operator: limits, ranges, settling, order, and a safe way out."""

import math

import numpy as np
import pytest
from pellet_model import Truth, sample_of
from pellet_press import Meter, Specimen, bench_of

from bench.core.errors import LimitError, LinkLostError, MeasurementError
from bench.core.limits import Limit, Limits
from procedures.common.settling import agree, block
from procedures.transport.pellet import flags
from procedures.transport.pellet.columns import OPEN, PROBE, SETTLE, SHORT, SWEEP
from procedures.transport.pellet.plan import Bounds, sweep_steps
from procedures.transport.pellet.procedure import PelletConductivity

TRUTH = Truth(u_height_m=20e-6, u_area=0.005, heights_m=(1e-3, 1.5e-3, 2e-3))
OHMS = {"a": 10_100.0, "b": 15_100.0, "c": 20_100.0}


def specimens(**more):
    return {name: Specimen(ohm, emf_V=1e-4, **more) for name, ohm in OHMS.items()}


def executed(pellets=None, meter=None, truth=TRUTH, chosen="", **parameters):
    procedure, meter, asked = bench_of(sample_of(truth), pellets or specimens(), meter, chosen, **parameters)
    procedure.startup()
    procedure.execute()
    return procedure, procedure.context.record(), meter, asked


def rows_of_phase(record, phase, pellet=None):
    return [row for row in record.rows if row["Phase"] == phase and pellet in (None, row["Pellet"])]


# ---- the run as a whole


def test_open_short_and_every_pellet_in_the_order_of_the_sample_file():
    procedure, record, meter, asked = executed()
    assert asked == [
        ("open", None),
        ("short", None),
        ("mount", "model/a"),
        ("mount", "model/b"),
        ("mount", "model/c"),
    ]
    assert [row["Phase"] for row in record.rows if row["Group"] == 0 and row["Phase"] in (OPEN, SHORT)][
        :1
    ] == [OPEN]
    result = procedure.analyse(record).results["conductivity"]
    assert result.value == pytest.approx(1e-3, rel=1e-3)
    assert not meter.on
    assert meter.level == 0.0


@pytest.mark.parametrize("chosen", [" c , a", ["a", "c"]], ids=str)
def test_a_chosen_subset(chosen):
    _, record, _, asked = executed(specimens(), chosen=chosen)
    assert [specimen for action, specimen in asked if action == "mount"] == ["model/a", "model/c"]
    assert set(record.facts["settling"]) == {"a", "c"}


def test_the_estimate_is_near_the_truth():
    procedure, record, _, _ = executed()
    expected = procedure.estimate(sample_of(TRUTH))
    assert expected.rows == pytest.approx(len(record.rows), rel=0.1)
    assert expected.duration_s > 0.08 * expected.rows


def test_four_wire_and_integration_are_set_before_anything_is_switched_on():
    _, _, meter, _ = executed(four_wire=True, nplc=5)
    first_on = meter.log.index(("output", True))
    assert ("four_wire", True) in meter.log[:first_on]
    assert ("nplc", 5.0) in meter.log[:first_on]


def test_a_sweep_is_reversed_level_by_level_on_fixed_ranges():
    _, record, _, _ = executed(levels=3, repeats=2)
    rows = rows_of_phase(record, SWEEP, "b")
    assert len(rows) == 24
    assert {(row["Voltage range"], row["Current range"]) for row in rows} == {(20.0, 1e-3)}
    signs = [math.copysign(1, row["Set current"]) for row in rows]
    assert signs == [1, -1, -1, 1] * 3 + [-1, 1, 1, -1] * 3
    sizes = [abs(row["Set current"]) for row in rows][::4]
    assert np.allclose(np.array(sizes) / max(sizes), [1 / 3, 2 / 3, 1, 1, 2 / 3, 1 / 3])


# ---- limits


@pytest.mark.parametrize("ohm", [1e-1, 10.0, 200.0, 1e4, 1e6, 5e6])
@pytest.mark.parametrize(
    "parameters",
    [{}, {"current_max": "50 uA"}, {"voltage_max": "1 V"}, {"power_density_max": "100 uW/cm^3"}],
    ids=str,
)
def test_no_current_voltage_or_power_beyond_what_was_asked(ohm, parameters):
    procedure, record, _, _ = executed(pellets={name: Specimen(ohm) for name in "abc"}, **parameters)
    volumes = {name: height * 1e-4 for name, height in zip("abc", TRUTH.heights_m, strict=True)}
    seen = rows_of_phase(record, PROBE) + rows_of_phase(record, SETTLE) + rows_of_phase(record, SWEEP)
    assert seen
    for row in seen:
        assert abs(row["Set current"]) <= procedure.current_max * (1 + 1e-9)
        assert abs(row["Voltage"]) <= procedure.voltage_max * 1.01
        if row["Pellet"]:
            power = row["Set current"] ** 2 * ohm / volumes[row["Pellet"]]
            assert power <= procedure.power_density_max * (1 + 1e-9)


def test_the_sweep_uses_what_is_allowed():
    procedure, record, _, _ = executed()
    highest = max(abs(row["Set current"]) for row in rows_of_phase(record, SWEEP, "a"))
    assert 0.85 < highest**2 * 10_100 / 1e-7 / procedure.power_density_max <= 1.0


def test_the_stations_limits_come_before_the_parameters():
    station = Limits().also({"current": Limit(-2e-4, 2e-4, "A", "station file")})
    station = station.also({"voltage": Limit(-3.0, 3.0, "V", "station file")})
    _, record, _, _ = executed(meter=Meter(limits=station))
    assert max(abs(row["Set current"]) for row in record.rows if row["Set current"] is not None) <= 2e-4
    assert max(abs(row["Set voltage"]) for row in record.rows if row["Set voltage"] is not None) == 3.0


def test_the_probe_takes_few_steps():
    _, record, _, _ = executed(pellets={name: Specimen(200.0) for name in "abc"})
    assert len(rows_of_phase(record, PROBE, "a")) <= 6


def test_a_current_within_every_bound():
    bounds = Bounds(current_A=1e-2, voltage_V=10.0, power_density_W_per_m3=1e4)
    assert bounds.largest_current_A(1e4, 1e-7) == pytest.approx(math.sqrt(1e4 * 1e-7 / 1e4))
    assert bounds.largest_current_A(1e7, 1.0) == pytest.approx(0.9e-6)
    assert bounds.largest_current_A(0.0, 1.0) == 1e-2


def test_levels_and_passes():
    steps = list(sweep_steps(1.0, 2, 2))
    assert [step.level_A for step in steps] == [
        0.5,
        -0.5,
        -0.5,
        0.5,
        1,
        -1,
        -1,
        1,
        -1,
        1,
        1,
        -1,
        -0.5,
        0.5,
        0.5,
        -0.5,
    ]
    assert [step.group for step in steps] == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4


# ---- specimens that are not what they should be


def test_a_pellet_without_contact_is_recorded_and_not_swept():
    pellets = {**specimens(), "b": Specimen(1e9)}
    procedure, record, _, _ = executed(pellets=pellets)
    assert all(row["Compliance"] for row in rows_of_phase(record, PROBE, "b"))
    assert not rows_of_phase(record, SWEEP, "b")
    assert record.facts["settling"]["b"] is None
    found = procedure.analyse(record).results["conductivity"]
    assert found.value is None
    assert f"{flags.TOO_FEW_POINTS}: pellet b" in found.flags


def test_a_diode_in_the_press_gets_no_conductivity():
    diode = Specimen(0.0, curve=lambda current: 0.3 * math.asinh(current / 1e-5))
    procedure, record, _, _ = executed(pellets=dict.fromkeys("abc", diode))
    found = procedure.analyse(record).results["conductivity"]
    assert found.value is None
    assert found.flags[0].startswith(flags.NOT_OHMIC)


def test_a_pellet_left_in_the_press_is_no_short():
    with pytest.raises(MeasurementError, match="no short circuit"):
        executed(pellets={**specimens(), "short": Specimen(10_100.0)})


def test_an_open_press_is_no_short():
    with pytest.raises(MeasurementError, match="no short circuit"):
        executed(pellets={**specimens(), "short": Specimen(1e12)})


def test_a_leaking_press_is_measured_on_a_higher_range():
    procedure, meter, _ = bench_of(sample_of(TRUTH), specimens())
    procedure.startup()
    leaking = Specimen(1e6)
    ask = procedure.context.operator

    def operator(instruction, *, action, details=None):
        answers = ask(instruction, action=action, details=details)
        if action == "open":
            meter.specimen = leaking
        return answers

    procedure.context.operator = operator
    procedure.execute()
    record = procedure.context.record()
    rows = rows_of_phase(record, OPEN)
    assert rows[0]["Compliance"]
    assert not rows[-1]["Compliance"]
    (leak,) = [
        row for row in procedure.analyse(record).tables["corrections"].rows if row[0].startswith("open")
    ]
    assert leak[1] == pytest.approx(1e-6)


def test_without_an_accuracy_table_the_result_says_type_a_only():
    procedure, record, _, _ = executed(meter=Meter(published=False))
    assert flags.TYPE_A_ONLY in procedure.analyse(record).results["conductivity"].flags


# ---- settling


@pytest.mark.parametrize("time_constant_s", [0.02, 0.1])
def test_the_delay_is_doubled_until_the_voltage_has_settled(time_constant_s):
    procedure, record, _, _ = executed(pellets=specimens(time_constant_s=time_constant_s))
    for state in record.facts["settling"].values():
        assert state["settled"]
        assert 5 * time_constant_s < state["delay_s"] <= 1.28
    assert procedure.analyse(record).results["conductivity"].value == pytest.approx(1e-3, rel=1e-3)


def test_what_does_not_settle_is_flagged():
    procedure, record, _, _ = executed(pellets=specimens(time_constant_s=5.0))
    assert not any(state["settled"] for state in record.facts["settling"].values())
    assert max(row["Source delay"] for row in rows_of_phase(record, PROBE, "a")) == pytest.approx(2.56)
    assert not rows_of_phase(record, SWEEP)
    found = procedure.analyse(record).results["conductivity"]
    assert found.value is None
    assert any(flag.startswith(flags.NOT_SETTLED) for flag in found.flags)


def test_a_settled_voltage_keeps_the_delay():
    _, record, _, _ = executed(source_delay="20 ms")
    assert {state["delay_s"] for state in record.facts["settling"].values()} == {0.02}


def test_blocks_of_readings():
    current = [1.0, -1.0, 1.0, -1.0, 1.0]
    noise = [1e-3, -1e-3, 2e-3, 0.0, -1e-3]
    clean = block([100 * i + 0.3 + 0.01 * n for n, i in enumerate(current)], current)
    assert clean.ohm == pytest.approx(100.0)
    assert clean.u_A == pytest.approx(0.0, abs=1e-12)
    noisy = block([100 * i + e for i, e in zip(current, noise, strict=True)], current)
    assert agree(noisy, clean)
    assert not agree(clean, block([100.1 * i for i in current], current))
    assert agree(clean, block([100.001 * i for i in current], current))


# ---- ways out


class Broken(Exception):
    pass


@pytest.mark.parametrize("after", [1, 13, 30, 60, 100])
def test_the_output_is_off_however_it_ends(after):
    procedure, meter, _ = bench_of(sample_of(TRUTH), specimens())
    procedure.startup()
    measure, count = meter.measure, [0]

    def failing():
        count[0] += 1
        if count[0] == after:
            raise Broken
        return measure()

    meter.measure = failing
    with pytest.raises(Broken):
        procedure.execute()
    assert (meter.on, meter.level) == (False, 0.0)
    procedure.shutdown()
    assert ("make_safe", True) in meter.log


def test_the_first_error_is_not_hidden_by_an_unreachable_meter():
    procedure, meter, _ = bench_of(sample_of(TRUTH), specimens())
    procedure.startup()

    def unreachable(*_):
        raise LinkLostError("the cable is out", instrument="meter")

    def failing():
        meter.set_level = meter.set_output = meter.output_is_on = unreachable
        raise Broken

    meter.measure = failing
    with pytest.raises(Broken):
        procedure.execute()


def test_a_refused_configuration_is_what_is_reported():
    procedure, meter, _ = bench_of(sample_of(TRUTH), specimens())
    procedure.startup()

    def refused(**_):
        raise LimitError("the station forbids it", instrument="meter")

    meter.source_voltage = refused
    with pytest.raises(LimitError, match="forbids"):
        procedure.execute()
    assert ("output", False) in meter.log


def test_shutdown_alone_makes_it_safe():
    procedure, meter, _ = bench_of(sample_of(TRUTH), specimens())
    meter.on, meter.level = True, 1.0
    PelletConductivity.shutdown(procedure)
    assert (meter.on, meter.level) == (False, 0.0)


# ---- before the run


def test_problems_are_found_before_anything_is_connected():
    sample = sample_of(TRUTH)
    assert PelletConductivity().problems(sample) == []
    assert "no sample" in PelletConductivity().problems(None)[0]
    assert "no pellets" in PelletConductivity().problems(sample_of(Truth(heights_m=())))[0]
    assert "no pellet z" in PelletConductivity(pellets="a, z").problems(sample)[0]
    assert "above zero" in PelletConductivity().problems(sample_of(Truth(heights_m=(0.0,))))[0]
    assert "three reversal groups" in PelletConductivity(levels=2, repeats=1).problems(sample)[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"nplc": 0},
        {"nplc": 0.5},
        {"levels": 1},
        {"current_max": "1 V"},
        {"voltage_max": "0 V"},
        {"source_delay": 0},
    ],
    ids=str,
)
def test_parameters_outside_their_bounds_are_refused(wrong):
    with pytest.raises((ValueError, TypeError)):
        PelletConductivity(**wrong)
