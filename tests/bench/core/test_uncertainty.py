"""Combining components after the GUM."""

import json
import math

import pytest

from bench.core.uncertainty import Component, combine, coverage_factor, effective_dof, unresolved


def component(contribution, dof=math.inf):
    return Component("x", contribution, "V", contribution, "A" if math.isfinite(dof) else "B", dof)


@pytest.mark.parametrize(("dof", "k"), [(1, 13.97), (5, 2.65), (10, 2.28), (50, 2.05), (math.inf, 2.00)])
def test_coverage_factors_are_those_of_gum_table_g2(dof, k):
    assert coverage_factor(dof) == pytest.approx(k, abs=0.005)


def test_combination_is_root_sum_square_with_welch_satterthwaite():
    result = combine(5.0, "V", [component(3.0, dof=4), component(4.0)])
    assert result.u == pytest.approx(5.0)
    assert result.dof == pytest.approx(5.0**4 / (3.0**4 / 4))
    assert pytest.approx(result.k * 5.0) == result.U
    assert result.k == pytest.approx(coverage_factor(30))


def test_gum_h1_end_gauge_degrees_of_freedom():
    # GUM H.1.6: u_c = 32 nm from 25 nm (18), 9.7 nm (25.6), 2.9 nm (50) and 16.6 nm (2): nu_eff = 16
    parts = [component(25, 18), component(9.7, 25.6), component(2.9, 50), component(16.6, 2)]
    u = combine(0.0, "nm", parts).u
    assert round(u) == 32
    assert int(effective_dof(u, parts)) == 16


def test_json_has_no_infinities_and_absent_values_are_null():
    document = combine(1.0, "V", [component(0.1)]).as_json()
    assert json.loads(json.dumps(document, allow_nan=False))["dof"] is None
    absent = unresolved("S/m", "not ohmic").as_json()
    assert absent == {
        "value": None, "unit": "S/m", "u": None, "k": None, "U": None, "dof": None, "flags": ["not ohmic"],
    }  # fmt: skip
