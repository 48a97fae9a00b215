"""Bars mapped onto the half-plane: the uniform current of a long bar, the symmetries of a rectangle."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.carriers import Resistivity
from simulators.physics.outline import Bar, Disc, contacts_on
from simulators.physics.sheet import Sheet

RHO, THICKNESS_m = 20.0, 1e-5
R_S = RHO / THICKNESS_m


def resistance(outline, i, j, k, l, xy=0.0):  # noqa: E741 - the field's letters
    sheet = Sheet(contacts_on(outline, [0.0] * len(outline.places)))
    impedance = sheet.impedance_ohm(Resistivity(RHO, xy), THICKNESS_m)
    return (
        impedance[k - 1, i - 1] - impedance[l - 1, i - 1] - impedance[k - 1, j - 1] + impedance[l - 1, j - 1]
    )


def hall_bar(length, width, at, shift=0.0):
    """Contacts: 1 left end, 2 and 3 on the bottom, 4 right end, 5 and 6 on the top (5 over 3, 6 over 2)."""
    bottom = (length / 2 - at, length / 2 + at)
    top = (length + width + length / 2 - at + shift, length + width + length / 2 + at)
    return Bar(length, width, (2 * length + 1.5 * width, *bottom, length + 0.5 * width, *top))


@pytest.mark.parametrize("ratio", [4.0, 6.0, 10.0])
def test_far_from_the_ends_the_current_is_uniform(ratio):
    bar = hall_bar(ratio, 1.0, 0.5)
    # the uneven current of a point contact decays as exp(-2 pi x/width) for even modes along the middle
    left_over = 10 * math.exp(-2 * math.pi * (ratio / 2 - 0.5))
    for k, l in ((2, 3), (6, 5)):  # noqa: E741
        assert resistance(bar, 1, 4, k, l) == pytest.approx(R_S * 1.0 / 1.0, rel=left_over + 1e-6)


def test_the_hall_voltage_is_across_and_misalignment_adds_along():
    aligned, misaligned = hall_bar(6.0, 1.0, 0.5), hall_bar(6.0, 1.0, 0.5, shift=0.01)
    xy = -1e-3
    for bar, along in ((aligned, 0.0), (misaligned, 0.01)):
        up, down = resistance(bar, 1, 4, 5, 3, xy), resistance(bar, 1, 4, 5, 3, -xy)
        # current to the right, field towards the viewer: holes are pushed to the bottom
        assert (up - down) / 2 == pytest.approx(-xy / THICKNESS_m, rel=1e-6)
        assert (up + down) / 2 == pytest.approx(R_S * along, rel=1e-4, abs=1e-4)


@given(st.floats(0.3, 8.0))
def test_a_rectangle_is_symmetric(ratio):
    length, width = ratio, 1.0
    corners = Bar(length, width, (0.0, length, length + width, 2 * length + width))
    assert resistance(corners, 1, 2, 4, 3) == pytest.approx(resistance(corners, 4, 3, 1, 2), rel=1e-6)
    assert resistance(corners, 2, 3, 1, 4) == pytest.approx(resistance(corners, 1, 4, 2, 3), rel=1e-6)
    total = math.exp(-math.pi * resistance(corners, 1, 2, 4, 3) / R_S) + math.exp(
        -math.pi * resistance(corners, 2, 3, 1, 4) / R_S
    )
    assert total == pytest.approx(1.0, rel=1e-9)


@given(st.floats(0.3, 3.0), st.lists(st.floats(0.02, 0.98), min_size=4, max_size=4, unique=True))
def test_a_bar_on_its_side_is_the_same_bar(ratio, parts):
    """Turned by a quarter: the edge starts one side later."""
    parts = sorted(parts)
    gaps = [b - a for a, b in zip(parts, [*parts[1:], parts[0] + 1], strict=True)]
    if min(gaps) < 0.02:
        return
    lying = Bar(ratio, 1.0, [part * 2 * (ratio + 1) for part in parts])
    standing = Bar(1.0, ratio, [(place - ratio) % lying.edge_m for place in lying.places])
    for order in ((1, 2, 4, 3), (2, 3, 1, 4), (1, 3, 2, 4)):
        assert resistance(lying, *order) == pytest.approx(
            resistance(standing, *order), rel=1e-6, abs=1e-6 * R_S
        )


def test_a_square_with_contacts_at_its_corners_is_a_disc_with_four():
    square = Bar(1.0, 1.0, (0.0, 1.0, 2.0, 3.0))
    disc = Disc([math.radians(angle) for angle in (45, 135, 225, 315)])
    for order in ((1, 2, 4, 3), (2, 3, 1, 4), (3, 1, 4, 2)):
        assert resistance(square, *order, 0.5) == pytest.approx(
            resistance(disc, *order, 0.5), rel=1e-9, abs=1e-6
        )
