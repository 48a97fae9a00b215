"""The coverage factor: Student's and normal where they hold, smaller where a rectangle dominates."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.uncertainty import COVERAGE, Component, combine, coverage_factor
from procedures.common.coverage import combine_covering, covering_factor


def normal(u, dof=math.inf):
    return Component("normal", u, "1", u, "A" if math.isfinite(dof) else "B", dof)


def rectangular(u):
    return Component("rectangular", u, "1", u, "B", distribution="rectangular")


@pytest.mark.parametrize("dof", [1, 2, 5, 30, math.inf])
def test_without_a_rectangle_it_is_students_t(dof):
    assert covering_factor([normal(1.0, dof)]) == pytest.approx(coverage_factor(dof), rel=1e-6)
    assert covering_factor([normal(1.0, dof), rectangular(1e-4)]) == pytest.approx(
        coverage_factor(dof), rel=1e-3
    )


def test_a_rectangle_alone_covers_its_part_of_the_width():
    assert covering_factor([rectangular(0.2)]) == pytest.approx(COVERAGE * math.sqrt(3))


def test_a_budget_of_nothing_has_no_factor_and_no_interval():
    with pytest.raises(ValueError, match="no coverage factor"):
        covering_factor([])
    assert combine_covering(1.0, "V", []).U == 0.0


@pytest.mark.parametrize("ratio", [0.05, 0.5, 1.0, 2.0, 5.0, 50.0])
@pytest.mark.parametrize("dof", [1, 4, math.inf])
def test_the_interval_holds_what_it_claims(ratio, dof):
    rng = np.random.default_rng(11)
    draws = 200_000
    rest = rng.standard_normal(draws) if math.isinf(dof) else rng.standard_t(dof, draws)
    total = rest + ratio * math.sqrt(3) * rng.uniform(-1, 1, draws)
    k = covering_factor([normal(1.0, dof), rectangular(ratio)])
    held = np.mean(np.abs(total) <= k * math.hypot(1.0, ratio))
    assert held == pytest.approx(COVERAGE, abs=0.0022)  # 4.7 standard deviations of the count


@given(a=st.floats(1e-3, 1e3), b=st.floats(1e-3, 1e3), dof=st.sampled_from([1.0, 3.0, 9.0, math.inf]))
def test_it_is_between_the_rectangle_and_student(a, b, dof):
    k = covering_factor([normal(a, dof), rectangular(b)])
    assert COVERAGE * math.sqrt(3) * 0.999 <= k <= coverage_factor(dof) * 1.001


def test_the_rest_of_a_result_is_that_of_the_core():
    parts = [normal(0.3, 4), normal(0.1), rectangular(0.02)]
    ours, core = combine_covering(5.0, "V", parts, ["flag"]), combine(5.0, "V", parts, ["flag"])
    assert (ours.value, ours.u, ours.dof, ours.flags, ours.budget) == (
        core.value,
        core.u,
        core.dof,
        core.flags,
        core.budget,
    )
    assert ours.k * ours.u == pytest.approx(ours.U)
