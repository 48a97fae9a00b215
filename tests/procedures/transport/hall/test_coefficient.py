"""R_H, n, mobility and type: published arithmetic, the exact sheet, and what may not be said."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.common.propagation import Source, limit, measured
from procedures.transport.hall import flags
from procedures.transport.hall.coefficient import evaluate, hall_ohm, misalignment_ohm
from procedures.transport.hall.two_carriers import TwoCarriers
from procedures.transport.van_der_pauw.permutations import HALL
from simulators.physics.carriers import Resistivity
from simulators.physics.sheet import Sheet, half_plane

THICKNESS = measured(1e-5, "m", Source("thickness", 5e-7, "m"))
VOLT, AMPERE, TESLA = limit("voltage gain", 1e-3), limit("current gain", 2e-3), limit("field", 5e-3)


def slope(ohm_per_T=-200.0, u=1.0):
    noise = Source("repeatability", u, "ohm/T", "A", 11)
    return measured(ohm_per_T, "ohm/T", noise).with_relative(VOLT, AMPERE, TESLA)


def sheet(ohm=2e6):
    return measured(ohm, "ohm", Source("eight", 100.0, "ohm", "A", 7)).with_relative(VOLT, AMPERE)


def test_numbers_by_hand():
    found = evaluate(slope(), THICKNESS, sheet(), numbering="counter-clockwise")
    assert found.coefficient.value == pytest.approx(-2e-3)
    assert found.carrier == "n"
    assert found.coefficient.flags == (flags.TYPE["n"],)
    assert found.sheet_density.value == pytest.approx(1 / (1.602176634e-19 * 200))
    assert found.density.value == pytest.approx(1 / (1.602176634e-19 * 2e-3))
    assert found.mobility.value == pytest.approx(1e-4)
    assert flags.ONE_CARRIER in found.density.flags


def test_thickness_and_gains_that_cancel_do_not_count():
    found = evaluate(slope(), THICKNESS, sheet(), numbering="counter-clockwise")
    names = {part.name for part in found.mobility.budget}
    assert names == {"repeatability", "eight", "field"}
    assert "thickness" in {part.name for part in found.coefficient.budget}
    expected = math.sqrt((1 / 200) ** 2 + (100 / 2e6) ** 2 + 5e-3**2 / 3)
    assert found.mobility.u == pytest.approx(1e-4 * expected)


def test_the_other_numbering_turns_the_type_round():
    one = evaluate(slope(), THICKNESS, sheet(), numbering="counter-clockwise")
    other = evaluate(slope(), THICKNESS, sheet(), numbering="clockwise")
    assert (one.carrier, other.carrier) == ("n", "p")
    assert other.coefficient.value == -one.coefficient.value
    assert other.mobility.value == one.mobility.value
    assert flags.NUMBERING_ASSUMED in evaluate(slope(), THICKNESS, sheet(), numbering=None).coefficient.flags


def test_a_sign_that_is_not_resolved_is_not_stated():
    found = evaluate(slope(-1.5, u=1.0), THICKNESS, sheet(), numbering="counter-clockwise")
    assert found.carrier == ""
    assert found.coefficient.value == pytest.approx(-1.5e-5)
    assert found.coefficient.flags[0] == flags.SIGN_NOT_RESOLVED
    for none in (found.sheet_density, found.density, found.mobility):
        assert none.value is None
        assert none.flags[0] == flags.SIGN_NOT_RESOLVED
    zero = evaluate(slope(0.0), THICKNESS, sheet(), numbering="counter-clockwise")
    assert zero.carrier == ""
    assert zero.coefficient.value == 0.0


def test_what_is_not_known_is_not_guessed():
    found = evaluate(slope(), None, None, numbering="counter-clockwise")
    assert found.coefficient.value is found.density.value is found.mobility.value is None
    assert found.coefficient.flags[0] == flags.NO_THICKNESS
    assert found.mobility.flags[0] == flags.NO_SHEET
    assert found.sheet_density.value is not None


def test_a_skewed_density_comes_with_its_interval():
    found = evaluate(slope(-200.0, u=50.0), THICKNESS, sheet(), numbering="counter-clockwise")
    interval = found.intervals["sheet_density"]
    assert interval.high - found.sheet_density.value > 1.5 * (found.sheet_density.value - interval.low)
    assert pytest.approx(interval.high - found.sheet_density.value) == found.sheet_density.U
    assert found.sheet_density.flags[0].startswith(flags.SKEWED)


def test_the_interval_covers_as_often_as_it_says():
    rng = np.random.default_rng(5)
    truth, u = 200.0, 40.0
    true_density = 1 / (1.602176634e-19 * truth)
    inside = 0
    for _ in range(300):
        drawn = measured(truth + u * rng.standard_normal(), "ohm/T", Source("noise", u, "ohm/T"))
        interval = evaluate(drawn, None, None, numbering="counter-clockwise").intervals["sheet_density"]
        inside += interval.low <= true_density <= interval.high
    assert 275 <= inside <= 297  # binomial 300, 95.45 %: 1 in 1000 on either side


def transverse(sheet_, where, rho_xy):
    impedance = sheet_.impedance_ohm(Resistivity(20.0, rho_xy), 1e-5)
    i, j, k, l = where.into - 1, where.out_of - 1, where.plus - 1, where.minus - 1  # noqa: E741
    return float(impedance[k, i] - impedance[l, i] - impedance[k, j] + impedance[l, j])


@given(st.lists(st.floats(15.0, 150.0), min_size=4, max_size=4), st.floats(-5.0, 5.0))
def test_one_field_is_enough_by_reciprocity_for_any_shape(steps, rho_xy):
    angles = [math.radians(360.0 * sum(steps[:k]) / sum(steps)) for k in range(4)]
    film = Sheet(half_plane(angles))
    first, second = transverse(film, HALL[0], rho_xy), transverse(film, HALL[2], rho_xy)
    assert hall_ohm(first, second) == pytest.approx(rho_xy / 1e-5, abs=1e-6 * 2e6)
    assert misalignment_ohm(first, second) == pytest.approx(transverse(film, HALL[0], 0.0), abs=1e-6 * 2e6)


def test_two_kinds_of_carrier_are_no_average_of_either():
    both = TwoCarriers(1e22, 0.01, 1e22, 0.03)
    assert both.hall_coefficient_m3_per_C() < 0
    assert both.apparent_density_per_m3 == pytest.approx(2e22)
    assert both.apparent_mobility == pytest.approx(0.02)
    assert both.resistivity_ohm_m(1.0) > both.resistivity_ohm_m()
    only = TwoCarriers(1e22, 0.01, 0.0, 0.03)
    assert only.apparent_density_per_m3 == pytest.approx(1e22)
    assert only.hall_coefficient_m3_per_C(5.0) == pytest.approx(only.hall_coefficient_m3_per_C())
    hidden = TwoCarriers(9e22, 0.01, 1e22, 0.03)
    assert hidden.hall_coefficient_m3_per_C() == pytest.approx(0.0, abs=1e-12)


@given(st.floats(1e20, 1e24), st.floats(1e20, 1e24), st.floats(1e-4, 1.0), st.floats(1e-4, 1.0),
       st.floats(-5.0, 5.0))  # fmt: skip
def test_the_closed_form_is_the_inverse_of_the_tensor_sum(p, n, h, e, field):
    sigma = np.zeros((2, 2))
    for sign, density, mobility in ((1, p, h), (-1, n, e)):
        turn = sign * mobility * field
        size = 1.602176634e-19 * density * mobility / (1 + turn**2)
        sigma += size * np.array([[1, turn], [-turn, 1]])
    rho = np.linalg.inv(sigma)
    both = TwoCarriers(p, h, n, e)
    assert both.resistivity_ohm_m(field) == pytest.approx(rho[0, 0], rel=1e-9)
    assert both.hall_coefficient_m3_per_C(field) * field == pytest.approx(
        rho[1, 0], rel=1e-7, abs=1e-9 * rho[0, 0]
    )
