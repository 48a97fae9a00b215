"""Current reversal: exact under EMF and drift, honest about scatter, and a judge of Ohm's law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.common.reversal import TooFewGroupsError, resistance, reversal_groups

SIGNS = np.array([1.0, -1.0, -1.0, 1.0])


def readings(levels=(0.25, 0.5, 0.75, 1.0), passes=2, step_s=0.1, jitter_s=0.0, seed=0):
    rng = np.random.default_rng(seed)
    group, current = [], []
    for number in range(passes * len(levels)):
        turn = -1.0 if number >= len(levels) else 1.0
        group += [number] * 4
        current += list(turn * levels[number % len(levels)] * SIGNS)
    time = step_s * np.arange(len(current)) + jitter_s * rng.uniform(0, 1, len(current))
    return np.array(group), time, np.array(current)


def fit(voltage, group, time, current):
    return resistance(reversal_groups(group, time, voltage, current), float(np.abs(current).max()))


@given(
    ohm=st.floats(1e-3, 1e9),
    emf=st.floats(-1.0, 1.0),
    drift=st.floats(-1.0, 1.0),
    max_A=st.floats(1e-9, 1.0),
    jitter=st.floats(0.0, 0.05),
)
def test_emf_and_linear_drift_cancel_exactly(ohm, emf, drift, max_A, jitter):
    group, time, level = readings(jitter_s=jitter)
    current = level * max_A
    found = fit(ohm * current + emf + drift * time, group, time, current)
    rounding = 1e-11 * (ohm * max_A + abs(emf) + abs(drift)) / max_A
    assert found.ohm == pytest.approx(ohm, abs=rounding)
    assert found.u_A <= rounding
    assert found.drift_V_per_s == pytest.approx(drift, abs=1e-9 * (1 + ohm * max_A))
    middle = time.reshape(-1, 4).mean(axis=1).mean()
    assert found.emf_V == pytest.approx(emf + drift * middle, abs=1e-9 * (1 + ohm * max_A))


@given(ohm=st.floats(-1e6, -1e-3))
def test_the_sign_is_kept(ohm):
    group, time, current = readings()
    assert fit(ohm * current, group, time, current).ohm == pytest.approx(ohm)


def test_a_drift_that_changes_from_group_to_group_cancels_too():
    group, time, current = readings()
    wander = np.repeat(np.random.default_rng(2).normal(0, 5, 8), 4)
    found = fit(100 * current + wander * (time + 3), group, time, current)
    assert found.ohm == pytest.approx(100, rel=1e-12)


def test_type_a_covers_the_scatter():
    rng = np.random.default_rng(3)
    group, time, current = readings()
    off = []
    for _ in range(2000):
        found = fit(100 * current + 0.01 * rng.standard_normal(32), group, time, current)
        off.append((found.ohm - 100) / found.u_A)
    off = np.array(off)
    assert found.dof == 7
    assert np.mean(off) == pytest.approx(0, abs=0.1)
    # Student's t with 7 degrees of freedom: variance 7/5
    assert np.var(off) == pytest.approx(1.4, abs=0.2)


def test_groups_that_lost_a_reading_are_left_out_whole():
    group, time, current = readings()
    keep = np.ones(32, dtype=bool)
    keep[[0, 9]] = False
    found = reversal_groups(group[keep], time[keep], current[keep], current[keep])
    assert found.count == 6


def test_groups_of_one_polarity_are_no_reversal():
    group, time, current = readings()
    assert reversal_groups(group, time, current, np.abs(current)).count == 0


def test_two_groups_have_no_scatter():
    group, time, current = readings(levels=(1.0,), passes=2)
    with pytest.raises(TooFewGroupsError, match="2 complete reversal groups"):
        fit(current, group, time, current)


def test_a_cubic_term_is_found_with_its_size():
    group, time, current = readings()
    voltage = 100 * current * (1 + 0.05 * current**2) + 1e-6 * np.random.default_rng(4).standard_normal(32)
    found = fit(voltage, group, time, current)
    assert found.conductance_ratio == pytest.approx(1 / 1.05, rel=1e-6)
    assert found.ohm_at_zero == pytest.approx(100, rel=1e-6)
    assert found.conductance_p < 1e-6
    assert not found.ohmic(0.01)
    assert found.ohmic(0.1)


def test_rectification_is_found_with_its_size():
    group, time, current = readings()
    voltage = 100 * current + 3 * current**2 + 1e-6 * np.random.default_rng(4).standard_normal(32)
    found = fit(voltage, group, time, current)
    assert found.ohm == pytest.approx(100, rel=1e-6)
    assert found.asymmetry == pytest.approx(0.03, rel=1e-4)
    assert found.asymmetry_p < 1e-6
    assert not found.ohmic(0.01)


def test_noise_alone_is_not_called_a_departure_more_often_than_it_says():
    rng = np.random.default_rng(6)
    group, time, current = readings()
    found = [fit(100 * current + 10 * rng.standard_normal(32), group, time, current) for _ in range(1000)]
    assert 2 <= sum(one.conductance_p < 0.01 for one in found) <= 22
    assert 2 <= sum(one.asymmetry_p < 0.01 for one in found) <= 22


def test_large_noise_is_no_departure_and_small_departures_are_tolerated():
    group, time, current = readings()
    noisy = fit(100 * current + 20 * np.random.default_rng(8).standard_normal(32), group, time, current)
    assert noisy.deviation > 0.01
    assert noisy.ohmic(0.01)
    bent = fit(100 * current * (1 + 0.001 * current**2), group, time, current)
    assert bent.conductance_p < 1e-6
    assert bent.ohmic(0.01)


def test_one_level_says_nothing_about_linearity():
    group, time, current = readings(levels=(1.0,), passes=4)
    found = fit(100 * current + 0.01 * np.random.default_rng(9).standard_normal(16), group, time, current)
    assert (found.conductance_ratio, found.conductance_p) == (1.0, 1.0)
    assert (found.asymmetry, found.asymmetry_p) == (0.0, 1.0)


@pytest.mark.parametrize("ideality", [1.0, 2.0])
def test_a_diode_is_not_ohmic(ideality):
    group, time, current = readings()
    # odd part of two barriers back to back, and one alone
    both = 0.0257 * ideality * np.arcsinh(current / 0.05)
    one = 0.0257 * ideality * np.log1p(current / 1.5) + 0.01 * current
    assert not fit(both, group, time, current).ohmic(0.01)
    assert not fit(one, group, time, current).ohmic(0.01)
