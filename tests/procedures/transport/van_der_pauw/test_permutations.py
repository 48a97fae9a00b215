"""The eight settings on the exact sheet: the checks of F76, and what they can find."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.transport.van_der_pauw.checks import sides
from procedures.transport.van_der_pauw.permutations import HALL, RESISTIVITY, setting
from simulators.physics.carriers import Resistivity
from simulators.physics.sheet import Sheet, half_plane

RHO, THICKNESS_m = 20.0, 1e-5


def resistance(sheet, where, rho_xy=0.0):
    impedance = sheet.impedance_ohm(Resistivity(RHO, rho_xy), THICKNESS_m)
    i, j, k, l = (where.into - 1, where.out_of - 1, where.plus - 1, where.minus - 1)  # noqa: E741
    return float(impedance[k, i] - impedance[l, i] - impedance[k, j] + impedance[l, j])


def eight(sheet):
    return {one.name: resistance(sheet, one) for one in RESISTIVITY}


def test_names_and_relays_are_those_of_the_hall_card():
    assert [one.name for one in RESISTIVITY] == [
        "21,34", "12,34", "32,41", "23,41", "43,12", "34,12", "14,23", "41,23",
    ]  # fmt: skip
    assert [one.name for one in HALL] == ["31,42", "13,42", "42,13", "24,13"]
    # V1 of Keithley's table for the 7065: row 1 on column 2, 2 on 1, 3 on 3, 4 on 4
    assert set(RESISTIVITY[0].crosspoints) == {(1, 2), (2, 1), (3, 3), (4, 4)}
    assert set(HALL[2].crosspoints) == {(1, 3), (2, 2), (3, 4), (4, 1)}
    assert setting("21,34") == RESISTIVITY[0]
    with pytest.raises(ValueError, match="no setting"):
        setting("2,34")


gaps = st.lists(st.floats(15.0, 150.0), min_size=4, max_size=4)


@given(gaps)
def test_any_shape_gives_the_sheet_resistance_and_passes_its_own_checks(steps):
    turn = [360.0 * step / sum(steps) for step in steps]
    angles = [math.radians(sum(turn[:k])) for k in range(4)]
    found = sides(eight(Sheet(half_plane(angles))))
    assert found.mean_ohm == pytest.approx(RHO / THICKNESS_m, rel=1e-9)
    assert found.inhomogeneity < 1e-9
    assert max(found.reversal) < 1e-9
    assert max(found.reciprocity) < 1e-8
    assert found.failed == ()
    assert sum(r * by for r, by in zip(found.ohm, found.by_side, strict=True)) == pytest.approx(
        found.mean_ohm, rel=1e-12
    )


def square():
    return eight(Sheet(half_plane([math.radians(angle) for angle in (0, 90, 180, 270)])))


def test_a_direction_that_conducts_less_fails_the_reversal():
    found = square()
    found["21,34"] *= 1.25
    assert sides(found).failed == ("reversal", "reciprocity")


def test_a_leak_at_one_contact_fails_the_reciprocity():
    found = square()
    for name in ("21,34", "12,34"):
        found[name] *= 1.3
    assert sides(found).failed == ("reciprocity", "homogeneity")


def test_contacts_out_of_order_are_found():
    found = square()
    crossed = {name: found[name] for name in found} | {"21,34": -found["21,34"], "12,34": -found["12,34"]}
    with pytest.raises(ValueError, match=r"not above zero \(21,34"):
        sides(crossed)
    with pytest.raises(KeyError, match="41,23"):
        sides({name: value for name, value in found.items() if name != "41,23"})
