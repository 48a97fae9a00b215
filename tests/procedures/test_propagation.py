"""Shared causes cancel where they must, and Monte Carlo agrees with the derivatives where it must."""

import math

import numpy as np
import pytest

from procedures.common.monte_carlo import propagate
from procedures.common.propagation import Source, limit, linear, measured, product

GAIN = limit("gain", 0.01)


def test_a_common_gain_cancels_in_a_ratio_and_doubles_in_a_square():
    x = measured(2.0, "V", Source("noise of x", 0.01, "V", "A", 9)).with_relative(GAIN)
    y = measured(4.0, "V").with_relative(GAIN)
    ratio = product("1", [(x, 1), (y, -1)])
    assert ratio.value == 0.5
    assert ratio.u == pytest.approx(0.01 / 4, rel=1e-12)
    assert [part.name for part in ratio.component_list()] == ["noise of x"]
    assert ratio.result().dof == pytest.approx(9)
    assert product("V^2", [(y, 2)]).u == pytest.approx(2 * 16 * 0.01 / math.sqrt(3))
    assert product("V^2", [(y, 1), (y, 1)]).u == pytest.approx(2 * 16 * 0.01 / math.sqrt(3))


def test_differences_of_the_same_are_exact():
    y = measured(4.0, "V", Source("u", 0.3, "V"))
    assert linear("V", [(y, 1), (y, -1)]).u == 0.0
    assert linear("V", [(y, 1), (y, 1)]).u == pytest.approx(0.6)


def test_a_power_of_zero_is_refused():
    with pytest.raises(ValueError, match="zero"):
        product("1", [(measured(0.0, "V", GAIN), -1)])


def test_monte_carlo_agrees_with_the_linear_law_for_a_linear_function():
    x = measured(10.0, "V", Source("a", 0.1, "V"), Source("b", 0.2, "V"))
    found = propagate(lambda v: 2 * v, [x])
    assert found.middle == pytest.approx(20.0, abs=0.005)
    assert found.half_width_about(20.0) == pytest.approx(2 * 2 * math.hypot(0.1, 0.2), rel=0.01)


def test_monte_carlo_keeps_correlation_and_shapes():
    rectangular = measured(1.0, "V", limit("limits", 0.5, "V"))
    found = propagate(lambda v: v, [rectangular])
    assert (found.low, found.high) == pytest.approx((1 - 0.9545 * 0.5, 1 + 0.9545 * 0.5), abs=0.003)
    same = propagate(lambda a, b: a - b, [rectangular, rectangular])
    assert (same.low, same.high) == (0.0, 0.0)


def test_a_reciprocal_is_skewed():
    x = measured(1.0, "V", Source("u", 0.25, "V"))
    found = propagate(lambda v: 1 / np.maximum(v, 1e-3), [x])
    z = 2.0
    assert found.low == pytest.approx(1 / (1 + z * 0.25), rel=0.01)
    assert found.high == pytest.approx(1 / (1 - z * 0.25), rel=0.02)
    with pytest.raises(ValueError, match="finite"), np.errstate(invalid="ignore"):
        propagate(lambda v: np.sqrt(v - 1.0), [x])
