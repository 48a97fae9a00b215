"""The exact sheet: van der Pauw's equation, Hall, Onsager, positivity; over contact positions and tensors."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from simulators.physics.carriers import Resistivity
from simulators.physics.sheet import Sheet, half_plane

THICKNESS_m = 1e-5


def voltage(sheet, rho, i, j, k, l, thickness_m=THICKNESS_m):  # noqa: E741 - the field's letters
    """V_ij,kl per ampere: current into i, out of j, V_k - V_l; contacts from 1."""
    impedance = sheet.impedance_ohm(rho, thickness_m)
    return (
        impedance[k - 1, i - 1] - impedance[l - 1, i - 1] - impedance[k - 1, j - 1] + impedance[l - 1, j - 1]
    )


def formula(x, rho, i, j, k, l, d=THICKNESS_m):  # noqa: E741
    """The same from the closed form for four points on the edge of a half-plane."""

    def log(a, b):
        return math.log(abs(x[a - 1] - x[b - 1]))

    def h(a, b):
        return 1.0 if x[a - 1] < x[b - 1] else 0.0

    straight = log(l, i) - log(k, i) - log(l, j) + log(k, j)
    across = h(k, i) - h(l, i) - h(k, j) + h(l, j)
    return rho.xx / (math.pi * d) * straight - rho.xy / d * across


def van_der_pauw(first_ohm, second_ohm):
    """Sheet resistance from exp(-pi R_A/R_s) + exp(-pi R_B/R_s) = 1."""
    largest = math.pi * (first_ohm + second_ohm) / (2 * math.log(2))
    return brentq(
        lambda r: math.exp(-math.pi * first_ohm / r) + math.exp(-math.pi * second_ohm / r) - 1,
        largest * 1e-3,
        largest * (1 + 1e-9),
        xtol=1e-12 * largest,
        rtol=1e-14,
    )


gaps = st.lists(st.floats(0.05, 20.0), min_size=3, max_size=7)
tensors = st.builds(Resistivity, st.floats(1e-3, 1e3), st.floats(-1e2, 1e2))


def positions(steps):
    return np.concatenate(([0.0], np.cumsum(steps)))


@given(gaps, tensors, st.permutations([1, 2, 3, 4]))
def test_every_permutation_is_the_closed_form(steps, rho, order):
    x = positions(steps[:3])
    expected = formula(x, rho, *order)
    scale = (rho.xx + abs(rho.xy)) / THICKNESS_m
    assert voltage(Sheet(x), rho, *order) == pytest.approx(expected, rel=1e-9, abs=1e-11 * scale)


@given(gaps, st.floats(1e-3, 1e3))
def test_van_der_pauw_s_equation_gives_back_the_sheet_resistance(steps, rho_xx):
    x = positions(steps[:3])
    rho = Resistivity(rho_xx, 0.0)
    sheet = Sheet(x)
    first, second = voltage(sheet, rho, 1, 2, 4, 3), voltage(sheet, rho, 2, 3, 1, 4)
    assume(0.02 < first / second < 50)  # beyond, one of the exponentials leaves no digits
    assert van_der_pauw(first, second) == pytest.approx(rho_xx / THICKNESS_m, rel=1e-9)


def test_a_square_has_all_resistances_alike():
    square = Sheet(half_plane([math.radians(angle) for angle in (10, 100, 190, 280)]))
    rho = Resistivity(20.0, 0.0)
    expected = math.log(2) / math.pi * 20.0 / THICKNESS_m
    for order in ((1, 2, 4, 3), (2, 3, 1, 4), (3, 4, 2, 1), (4, 1, 3, 2)):
        assert voltage(square, rho, *order) == pytest.approx(expected, rel=1e-12)
    assert voltage(square, rho, 1, 3, 2, 4) == pytest.approx(0.0, abs=1e-6)


@given(gaps, st.floats(-1e2, 1e2))
def test_crossed_pairs_see_the_hall_voltage_of_any_four_contacts(steps, rho_xy):
    sheet = Sheet(positions(steps[:3]))
    up, down = (voltage(sheet, Resistivity(20.0, sign * rho_xy), 3, 1, 4, 2) for sign in (1, -1))
    expected = rho_xy / THICKNESS_m  # R_H B / t
    assert (up - down) / 2 == pytest.approx(expected, rel=1e-9, abs=1e-9 * 20.0 / THICKNESS_m)


@given(gaps, tensors, st.permutations([1, 2, 3, 4]))
def test_reciprocity_of_onsager(steps, rho, order):
    i, j, k, l = order  # noqa: E741
    sheet = Sheet(positions(steps[:3]))
    reversed_field = rho._replace(xy=-rho.xy)
    scale = (rho.xx + abs(rho.xy)) / THICKNESS_m
    assert voltage(sheet, rho, i, j, k, l) == pytest.approx(
        voltage(sheet, reversed_field, k, l, i, j), rel=1e-9, abs=1e-11 * scale
    )


@given(gaps, tensors)
def test_the_reciprocal_sum_of_van_der_pauw(steps, rho):
    """R_12,34 + R_23,41 + R_13,24-like sums vanish without field: superposition of the same currents."""
    sheet = Sheet(positions(steps[:3]))
    rho = rho._replace(xy=0.0)
    total = (
        voltage(sheet, rho, 1, 2, 3, 4) + voltage(sheet, rho, 2, 3, 1, 4) + voltage(sheet, rho, 3, 1, 2, 4)
    )
    assert total == pytest.approx(0.0, abs=1e-11 * rho.xx / THICKNESS_m * 10)


@given(gaps, st.floats(0.01, 0.5), st.data())
def test_every_current_costs_power(steps, size, data):
    """The contacts do not overlap, so no distribution of currents gains energy."""
    x = positions(steps)
    currents = np.array([data.draw(st.floats(-1, 1)) for _ in x])
    currents -= currents.mean()
    assume(np.abs(currents).max() > 1e-3)
    for xy in (0.0, 30.0):
        impedance = Sheet(x, size).impedance_ohm(Resistivity(20.0, xy), THICKNESS_m)
        assert currents @ impedance @ currents > 0


@given(st.lists(st.floats(0, 360), min_size=4, max_size=6, unique=True), st.floats(0, 360))
def test_a_disc_may_be_turned(angles, turn):
    ordered = sorted(angles)
    assume(min(np.diff([*ordered, ordered[0] + 360])) > 1)
    rho = Resistivity(20.0, -1.0)
    fixed, turned = (Sheet(half_plane([math.radians(angle + by) for angle in angles])) for by in (0.0, turn))
    for order in ((1, 2, 4, 3), (3, 1, 4, 2), (1, 4, 2, 3)):
        assert voltage(fixed, rho, *order) == pytest.approx(
            voltage(turned, rho, *order), rel=1e-7, abs=1e-7 * 20.0 / THICKNESS_m
        )


def test_chords_are_what_counts_on_a_disc():
    angles = [math.radians(angle) for angle in (3, 88, 181, 271)]
    rho = Resistivity(20.0, 0.0)

    def log(a, b):
        return math.log(abs(math.sin((angles[a - 1] - angles[b - 1]) / 2)))

    expected = 20.0 / (math.pi * THICKNESS_m) * (log(2, 3) - log(4, 3) - log(2, 1) + log(4, 1))
    assert voltage(Sheet(half_plane(angles)), rho, 3, 1, 4, 2) == pytest.approx(expected, rel=1e-9)


def test_coinciding_or_overlapping_contacts_are_refused():
    with pytest.raises(ValueError, match="same place"):
        Sheet([0.0, 1.0, 1.0, 2.0])
    with pytest.raises(ValueError, match="same place"):
        half_plane([0.0, 1.0, 1.0 + math.tau, 2.0])
    with pytest.raises(ValueError, match="half the distance"):
        Sheet([0.0, 1.0, 2.0, 3.0], 0.6)
