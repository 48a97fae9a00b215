"""Van der Pauw's equation against closed forms, published numbers and high precision."""

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from procedures.transport.van_der_pauw.sheet import SQUARE, factor, sheet_resistance

getcontext().prec = 60
resistances = st.floats(1e-6, 1e12)


def exact(first, second):
    """By bisection with sixty digits."""
    a, b = Decimal(first) * PI, Decimal(second) * PI
    low, high = max(a, b) * Decimal("1e-3"), (a + b) * 2
    for _ in range(170):
        middle = (low + high) / 2
        if (-a / middle).exp() + (-b / middle).exp() < 1:
            low = middle
        else:
            high = middle
    return middle


PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")


def test_a_square_has_the_constant_of_f76():
    found = sheet_resistance(100.0, 100.0)
    assert found.ohm == pytest.approx(453.2360141827194, rel=2e-16 * 4)
    assert found.factor == pytest.approx(1.0, abs=4e-16)
    assert pytest.approx(1.133090035456798, rel=1e-15) == SQUARE / 4
    assert found.by_first == found.by_second == pytest.approx(SQUARE / 2, rel=1e-15)


@pytest.mark.parametrize(
    ("ratio", "expected", "digits"),
    [(2.0, 0.96028, 5e-6), (10.0, 0.6993, 5e-5), (1.0, 1.0, 1e-15)],  # tables of f after ASTM F76
)
def test_the_factor_is_that_of_the_tables(ratio, expected, digits):
    assert factor(ratio) == pytest.approx(expected, abs=digits)
    assert factor(1 / ratio) == pytest.approx(factor(ratio), rel=1e-15)


@pytest.mark.parametrize("ratio", [1.0, 1.0 + 1e-12, 1.5, 7.0, 200.0, 1e3, 1e6, 1e12, 1e15])
def test_every_digit_is_right_at_any_ratio(ratio):
    assert sheet_resistance(ratio, 1.0).ohm == pytest.approx(float(exact(ratio, 1.0)), rel=2e-15)


@given(resistances, resistances)
def test_it_solves_the_equation_and_obeys_euler(first, second):
    found = sheet_resistance(first, second)
    a, b = math.exp(-math.pi * first / found.ohm), math.exp(-math.pi * second / found.ohm)
    assert a + b == pytest.approx(1.0, abs=1e-13)
    assert first * found.by_first + second * found.by_second == pytest.approx(found.ohm, rel=1e-13)
    swapped = sheet_resistance(second, first)
    assert (swapped.ohm, swapped.by_first) == (found.ohm, found.by_second)


@given(st.floats(0.05, 20.0))
def test_sensitivities_are_the_derivatives(ratio):
    step = 1e-6
    found = sheet_resistance(ratio, 1.0)
    for which, by in ((0, found.by_first), (1, found.by_second)):
        up, down = (
            sheet_resistance(ratio * (1 + s * (which == 0)), 1.0 + s * (which == 1)).ohm
            for s in (step, -step)
        )
        size = ratio if which == 0 else 1.0
        assert by == pytest.approx((up - down) / (2 * step * size), rel=1e-7)


@given(st.floats(1e-3, 1e3))
def test_the_definition_of_f_holds(ratio):
    f = factor(ratio)
    expected = abs(ratio - 1) / (ratio + 1)
    argument = max(math.exp(math.log(2) / f) / 2, 1.0)
    assert f / math.log(2) * math.acosh(argument) == pytest.approx(expected, rel=1e-6, abs=3e-8)


@pytest.mark.parametrize("bad", [(0.0, 1.0), (1.0, -2.0), (math.nan, 1.0), (math.inf, 1.0)])
def test_no_solution_is_an_error(bad):
    with pytest.raises(ValueError, match="above zero"):
        sheet_resistance(*bad)


@settings(max_examples=10, deadline=None)
@given(st.floats(1.0, 50.0), st.integers(0, 2**31))
def test_linear_propagation_is_what_monte_carlo_finds(ratio, seed):
    rng = np.random.default_rng(seed)
    found = sheet_resistance(ratio, 1.0)
    u = 1e-3
    drawn = [
        sheet_resistance(ratio * (1 + u * a), 1.0 + u * b).ohm for a, b in rng.standard_normal((2000, 2))
    ]
    expected = u * math.hypot(ratio * found.by_first, found.by_second)
    # the scatter of a standard deviation of 2000 is 1/sqrt(4000)
    assert np.std(drawn) == pytest.approx(expected, rel=norm.ppf(1 - 1e-6) / math.sqrt(4000))
