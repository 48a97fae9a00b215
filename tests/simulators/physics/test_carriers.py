"""Carriers in a field against the closed forms of the textbook, and the Onsager symmetry."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.carriers import ELEMENTARY_CHARGE_C as E
from simulators.physics.carriers import Carriers
from simulators.physics.conductivity import Exponential

LAW = Exponential(5e-2, 0.01, 296.0)


def carriers(**changes):
    return Carriers(**({"law": LAW, "reference_K": 296.0, "sign": -1, "mobility_m2_per_Vs": 1e-4} | changes))


def test_one_kind_has_a_hall_voltage_and_no_magnetoresistance():
    it = carriers()
    rho = it.resistivity(0.5, 296.0)
    assert rho.xx == pytest.approx(20.0, rel=1e-14)
    assert rho.xy == pytest.approx(-2e-3 * 0.5, rel=1e-14)
    assert it.hall_coefficient_m3_per_C == pytest.approx(-1 / (it.density_per_m3 * E), rel=1e-14)


def test_holes_have_the_other_sign():
    assert carriers(sign=1).resistivity(0.5, 296.0).xy == -carriers().resistivity(0.5, 296.0).xy


@given(
    field_T=st.integers(-9_000_000, 9_000_000).map(lambda microtesla: microtesla * 1e-6),
    share=st.floats(0.01, 0.99),
    electron=st.floats(1e-4, 2.0),
    hole=st.floats(1e-4, 2.0),
)
def test_two_kinds_are_the_textbook_s(field_T, share, electron, hole):
    it = carriers(
        sign=-1, mobility_m2_per_Vs=electron, minority_share=share, minority_mobility_m2_per_Vs=hole
    )
    n = 5e-2 * (1 - share) / (E * electron)
    p = 5e-2 * share / (E * hole)
    B = field_T
    D = (p * hole + n * electron) ** 2 + (p - n) ** 2 * hole**2 * electron**2 * B**2
    xy = B / E * ((p * hole**2 - n * electron**2) + (p - n) * hole**2 * electron**2 * B**2) / D
    xx = 1 / E * ((p * hole + n * electron) + (p * electron + n * hole) * hole * electron * B**2) / D
    rho = it.resistivity(B, 296.0)
    assert rho.xx == pytest.approx(xx, rel=1e-10)
    scale = abs(B) * max(p * hole**2, n * electron**2) / E / (p * hole + n * electron) ** 2
    assert rho.xy == pytest.approx(xy, rel=1e-9, abs=1e-12 * scale)
    assert it.density_per_m3 == pytest.approx(n)


def test_the_hall_coefficient_is_the_slope_at_low_field():
    it = carriers(minority_share=0.3, minority_mobility_m2_per_Vs=5e-4)
    step_T = 1e-3
    slope = (it.resistivity(step_T, 296.0).xy - it.resistivity(-step_T, 296.0).xy) / (2 * step_T)
    assert it.hall_coefficient_m3_per_C == pytest.approx(slope, rel=1e-6)
    assert it.hall_coefficient_m3_per_C > 0  # fewer holes, but more mobile: the sign of the minority


@given(st.floats(0, 5), st.floats(250, 350))
def test_the_field_reversed_transposes_the_tensor(field_T, temperature_K):
    it = carriers(minority_share=0.2, minority_mobility_m2_per_Vs=0.1, magnetoresistance_per_T2=0.01)
    up, down = it.resistivity(field_T, temperature_K), it.resistivity(-field_T, temperature_K)
    assert up.xx == down.xx
    assert up.xy == -down.xy


def test_magnetoresistance_is_quadratic_and_leaves_the_hall_voltage():
    plain, more = carriers(), carriers(magnetoresistance_per_T2=0.02)
    assert more.resistivity(2.0, 296.0).xx / plain.resistivity(2.0, 296.0).xx == pytest.approx(1.08)
    assert more.resistivity(2.0, 296.0).xy == plain.resistivity(2.0, 296.0).xy


def test_temperature_acts_through_conductivity_and_mobility():
    it = carriers(mobility_exponent=-1.5)
    rho = it.resistivity(1.0, 320.0)
    assert rho.xx == pytest.approx(20.0 * math.exp(-0.24), rel=1e-12)
    assert rho.xy / rho.xx == pytest.approx(-1e-4 * (320 / 296) ** -1.5, rel=1e-12)
