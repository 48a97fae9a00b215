"""The errors-in-variables line: exact where it can be, York's published example, and honest weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.common.straight_line import fit_line

# Pearson's data with York's weights and the accepted solution: York et al., Am. J. Phys. 72 (2004) 367.
X = np.array([0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4])
Y = np.array([5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5])
WX = np.array([1e3, 1e3, 5e2, 8e2, 2e2, 8e1, 6e1, 2e1, 1.8, 1.0])
WY = np.array([1.0, 1.8, 4.0, 8.0, 2e1, 2e1, 7e1, 7e1, 1e2, 5e2])


def test_pearsons_data_with_yorks_weights():
    line = fit_line(X, Y, 1 / WX, np.diag(1 / WY))
    assert line.intercept == pytest.approx(5.47991022, abs=1e-8)
    assert line.slope == pytest.approx(-0.480533407, abs=1e-9)
    assert np.sqrt(line.covariance[0, 0]) == pytest.approx(0.29497, abs=2e-3)
    assert np.sqrt(line.covariance[1, 1]) == pytest.approx(0.057985, abs=4e-4)
    assert line.chi2 == pytest.approx(11.8663532, abs=1e-6)
    assert line.dof == 8


@given(
    intercept=st.floats(-1e3, 1e3),
    slope=st.floats(-1e6, 1e6).filter(lambda b: abs(b) > 1e-3),
    u_x=st.floats(0.0, 0.1),
    u_y=st.floats(0.0, 10.0),
)
def test_points_on_a_line_give_that_line_whatever_the_errors(intercept, slope, u_x, u_y):
    x = np.array([1.0, 1.5, 2.5, 4.0])
    y = intercept + slope * x
    line = fit_line(x, y, np.full(4, u_x**2), np.eye(4) * u_y**2)
    size = float(np.abs(y).max())
    assert line.slope == pytest.approx(slope, abs=1e-9 * size)
    assert line.intercept == pytest.approx(intercept, abs=1e-8 * size)
    assert np.abs(line.residuals).max() <= 1e-8 * size


@given(factor_x=st.floats(1e-6, 1e6), factor_y=st.floats(1e-6, 1e6), shift=st.floats(-100, 100))
def test_units_and_origin_change_nothing(factor_x, factor_y, shift):
    one = fit_line(X, Y, 1 / WX, np.diag(1 / WY))
    other = fit_line((X + shift) * factor_x, Y * factor_y, factor_x**2 / WX, factor_y**2 * np.diag(1 / WY))
    assert other.slope == pytest.approx(one.slope * factor_y / factor_x, rel=1e-7)
    assert other.chi2 == pytest.approx(one.chi2, rel=1e-6)
    assert other.covariance[1, 1] == pytest.approx(
        one.covariance[1, 1] * (factor_y / factor_x) ** 2, rel=1e-5
    )


def test_weights_carry_a_change_of_the_data_into_the_parameters():
    y = 5.5 - 0.5 * X  # on a line: there the weights are exact to first order
    line = fit_line(X, y, 1 / WX, np.diag(1 / WY))
    step = 1e-6
    for i in range(X.size):
        unit = step * np.eye(X.size)[i]
        up = fit_line(X, y + unit, 1 / WX, np.diag(1 / WY))
        right = fit_line(X + unit, y, 1 / WX, np.diag(1 / WY))
        for name in ("slope", "intercept"):
            weight = getattr(line, f"{name}_weights")[i]
            value = getattr(line, name)
            assert (getattr(up, name) - value) / step == pytest.approx(weight, abs=1e-5)
            assert (getattr(right, name) - value) / step == pytest.approx(-line.slope * weight, abs=1e-5)
    assert line.slope_weights.sum() == pytest.approx(0.0, abs=1e-12)
    assert line.slope_weights @ X == pytest.approx(1.0, abs=1e-12)
    assert line.intercept_weights.sum() == pytest.approx(1.0, abs=1e-12)


def test_an_error_common_to_all_points_and_proportional_to_the_line_does_not_pull_it():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    y = 2.0 + 3.0 * x + np.array([0.02, -0.01, -0.03, 0.02])
    random = np.eye(4) * 0.02**2
    alone = fit_line(x, y, np.zeros(4), random)
    fitted = alone.at(x)
    together = fit_line(x, y, np.zeros(4), random + np.outer(fitted, fitted) * 0.1**2)
    assert together.slope == pytest.approx(alone.slope, rel=1e-9)
    assert together.chi2 == pytest.approx(alone.chi2, rel=1e-6)


def test_without_errors_it_is_least_squares_and_claims_nothing():
    line = fit_line(X, Y, np.zeros(10), np.zeros((10, 10)))
    slope, intercept = np.polyfit(X, Y, 1)
    assert line.slope == pytest.approx(slope)
    assert line.intercept == pytest.approx(intercept)
    assert not line.covariance.any()
    assert np.isnan(line.chi2)


def test_errors_of_x_do_not_attenuate_the_slope():
    rng = np.random.default_rng(5)
    truth = np.linspace(0.0, 1.0, 6)
    slopes = []
    for _ in range(1000):
        x = truth + 0.1 * rng.standard_normal(6)
        slopes.append(fit_line(x, 3.0 * truth, np.full(6, 0.1**2), np.zeros((6, 6))).slope)
    attenuated = 3.0 * truth.var() / (truth.var() + 0.1**2)
    assert np.median(slopes) == pytest.approx(3.0, abs=0.04)
    assert attenuated < 2.8


def test_the_band_is_that_of_the_parameters():
    line = fit_line(X, Y, 1 / WX, np.diag(1 / WY))
    assert line.u_at(np.array([0.0]))[0] == pytest.approx(np.sqrt(line.covariance[0, 0]))
    assert line.at(np.array([0.0, 1.0])) == pytest.approx([line.intercept, line.intercept + line.slope])


@pytest.mark.parametrize(
    ("x", "y"), [([1.0, 2.0], [1.0, 2.0]), ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])], ids=["two points", "one x"]
)
def test_what_is_no_line_is_refused(x, y):
    with pytest.raises(ValueError, match=r"three points|same x"):
        fit_line(np.array(x), np.array(y), np.zeros(len(x)), np.eye(len(x)))
