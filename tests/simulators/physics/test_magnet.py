"""The magnet: ramp, inductance, saturation, remanence, lag; looking and splitting a ramp change nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.gap import Probe, Seat, Swapped
from simulators.physics.magnet import Magnet, Yoke

YOKE = Yoke(0.012, 2.0, remanence_T=3e-3, hysteresis_A=5.0, lag_s=1.0)


def magnet(yoke=YOKE):
    return Magnet(yoke, resistance_ohm=0.5, inductance_H=0.3)


def test_the_current_ramps_and_the_coil_resists():
    it = magnet()
    it.drive(10.0, 2.0, 1.0)
    assert [it.current_A(time) for time in (0.0, 1.0, 3.5, 6.0, 100.0)] == [0.0, 0.0, 5.0, 10.0, 10.0]
    assert it.voltage_V(3.5) == pytest.approx(5.0 * 0.5 + 0.3 * 2.0)
    assert it.voltage_V(6.0) == pytest.approx(5.0)
    it.drive(-10.0, 2.0, 8.5)
    assert it.voltage_V(8.5) == pytest.approx(5.0 - 0.6)


def test_a_ramp_is_stopped_by_rate_zero():
    it = magnet()
    it.drive(10.0, 2.0, 0.0)
    it.drive(10.0, 0.0, 2.0)
    assert it.current_A(50.0) == 4.0
    assert it.voltage_V(50.0) == pytest.approx(2.0)


def test_without_memory_and_lag_the_field_is_linear_and_saturates():
    it = magnet(Yoke(0.012, 2.0))
    it.drive(1.0, 10.0, 0.0)
    assert it.field_T(10.0) == pytest.approx(0.012, rel=1e-4)
    it.drive(1e6, 1e6, 10.0)
    assert it.field_T(20.0) == pytest.approx(2.0, rel=1e-6)


def test_a_large_excursion_leaves_the_remanence_behind():
    for sign in (1, -1):
        it = magnet()
        it.drive(sign * 60.0, 10.0, 0.0)
        it.drive(0.0, 10.0, 20.0)
        assert it.field_T(100.0) == pytest.approx(sign * 3e-3, rel=1e-4)


def test_the_same_current_from_above_and_below_gives_two_fields():
    it = magnet()
    it.drive(60.0, 10.0, 0.0)
    it.drive(20.0, 10.0, 20.0)
    from_above_T = it.field_T(60.0)
    it.drive(-60.0, 10.0, 60.0)
    it.drive(20.0, 10.0, 100.0)
    assert from_above_T - it.field_T(150.0) == pytest.approx(2 * 3e-3, rel=0.05)


def test_cycling_down_demagnetises():
    it = magnet()
    time = 0.0
    level_A = 60.0
    while level_A > 0.05:
        for sign in (1, -1):
            it.drive(sign * level_A, 20.0, time)
            time += 20.0
        level_A *= 0.9
    it.drive(0.0, 20.0, time)
    assert abs(it.field_T(time + 20.0)) < 3e-3 / 30


def test_the_field_lags_behind_the_current():
    it = magnet(Yoke(0.012, 1e6, lag_s=1.0))
    it.drive(10.0, 2.0, 0.0)
    for time in (0.5, 2.0, 5.0):
        assert it.field_T(time) == pytest.approx(0.012 * 2.0 * (time - 1 + math.exp(-time)), rel=1e-9)
    behind_A = 10 - 2.0 * (4 + math.exp(-5))
    assert it.field_T(8.0) == pytest.approx(0.012 * (10 - behind_A * math.exp(-3.0)), rel=1e-9)
    assert it.rate_T_per_s(2.0) == pytest.approx(0.012 * 2 * (1 - math.exp(-2.0)), rel=1e-3)


steps = st.lists(
    st.tuples(
        st.floats(-70, 70), st.floats(0.1, 50), st.floats(0, 30), st.lists(st.floats(0, 1), max_size=3)
    ),
    min_size=1,
    max_size=8,
)


def trajectory(plan, look):
    it = magnet()
    time, seen = 0.0, []
    for level_A, rate, pause_s, looks in plan:
        it.drive(level_A, rate, time)
        if look:
            for part in looks:
                it.field_T(time + part * pause_s)
                it.voltage_V(time + part * pause_s)
        time += pause_s
        seen.append((it.field_T(time), it.current_A(time)))
    return seen


@given(steps)
def test_looking_changes_nothing(plan):
    assert trajectory(plan, look=True) == trajectory(plan, look=False)


@given(steps, st.floats(0, 1))
def test_asking_for_the_same_ramp_again_changes_nothing(plan, part):
    """The memory of the yoke is that of the whole way, wherever it is cut."""
    whole, cut = magnet(), magnet()
    time = 0.0
    for level_A, rate, pause_s, _ in plan:
        for it in (whole, cut):
            it.drive(level_A, rate, time)
        cut.drive(level_A, rate, time + part * pause_s)
        time += pause_s
        assert cut.field_T(time) == pytest.approx(whole.field_T(time), rel=1e-9, abs=1e-12)


def test_probe_and_sample_see_the_same_field_each_in_its_way():
    it = magnet()
    it.drive(40.0, 100.0, 0.0)
    field_T = it.field_T(60.0)
    assert Probe(it, math.radians(10), 1e-3).field_T(60.0) == pytest.approx(
        field_T * math.cos(math.radians(10)) + 1e-3
    )
    assert Seat(it, 1.01, math.radians(60)).field_T(60.0) == pytest.approx(field_T * 1.01 * 0.5)


def test_swapped_leads_turn_the_field_round():
    it = magnet()
    coil = Swapped(it)
    coil.drive(40.0, 100.0, 0.0)
    assert it.field_T(60.0) < 0
    assert coil.current_A(60.0) == 40.0
    assert coil.voltage_V(60.0) == 20.0
