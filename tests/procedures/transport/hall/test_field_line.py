"""The fit against the field: exact on exact data, right in its errors, and awake to what is no line."""

import numpy as np
import pytest
from scipy.stats import binom

from procedures.transport.hall.field_line import TooFewFieldsError, fit_field_line

SWEEP = np.concatenate([np.linspace(-0.7, 0.7, 11), np.linspace(0.7, -0.7, 11)])
TIME = np.arange(SWEEP.size) * 60.0
NONE = np.zeros(SWEEP.size)


def test_exact_data_come_back_with_offset_drift_and_magnetoresistance():
    ohm = 30.0 + 1e-3 * (TIME - TIME.mean()) - 200 * SWEEP + 5 * SWEEP**2
    found = fit_field_line(TIME, SWEEP, ohm, NONE, NONE)
    assert found.slope_ohm_per_T == pytest.approx(-200, rel=1e-12)
    assert found.offset_ohm == pytest.approx(30, rel=1e-9)
    assert found.drift_ohm_per_s == pytest.approx(1e-3, rel=1e-9)
    assert found.even_ohm_per_T2 == pytest.approx(5, rel=1e-9)
    for term in (found.cubic, found.step, found.hysteresis):
        assert not term.matters(1e-9)


def noisy(seed, extra=0.0, u=0.5, u_field=1e-3, truth=-200.0):
    rng = np.random.default_rng(seed)
    ohm = truth * SWEEP + extra + u * rng.standard_normal(SWEEP.size)
    seen = SWEEP + u_field * rng.standard_normal(SWEEP.size)
    return fit_field_line(TIME, seen, ohm, NONE + u, NONE + u_field)


def test_the_uncertainty_of_the_slope_is_its_scatter():
    off = [(found.slope_ohm_per_T + 200) / found.u_slope for found in map(noisy, range(400))]
    # chi2/dof above one only inflates, so u is a little large on average
    assert 0.8 < np.std(off) < 1.05
    assert abs(np.mean(off)) < 3.3 / 20


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("cubic", 30 * SWEEP**3),
        ("step", 10 * np.sign(SWEEP)),
        ("hysteresis", 10 * np.sign(np.gradient(SWEEP)) * (1 - np.abs(SWEEP) / 0.7)),
    ],
)
def test_each_departure_is_found_by_its_own_test(name, extra):
    assert getattr(noisy(1, extra), name).matters(0.01)


def test_good_lines_are_rarely_called_bad():
    found = [noisy(seed) for seed in range(300)]
    for name in ("cubic", "step", "hysteresis", "even"):
        bad = sum(getattr(one, name).matters(0.0) for one in found)
        assert bad <= binom.ppf(0.9999, 300, 0.01), name


def test_one_sign_of_the_field_is_not_enough():
    with pytest.raises(TooFewFieldsError):
        fit_field_line(TIME, np.abs(SWEEP) + 0.1, SWEEP, NONE, NONE)
    with pytest.raises(TooFewFieldsError):
        fit_field_line(TIME[:6], SWEEP[:6], SWEEP[:6], NONE[:6], NONE[:6])
