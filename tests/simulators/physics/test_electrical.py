"""The sense node: sources, limits and leads against Ohm's law."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.electrical import CurrentDrive, Load, VoltageDrive, node, settled, transient

ohms = st.floats(1e-3, 1e9)
amperes = st.floats(-1.0, 1.0)


def the_node(resistance_ohm=1e4, emf_V=0.0, lead_ohm=0.0, capacitance_F=0.0):
    return node(Load(resistance_ohm, emf_V, capacitance_F), leakage_ohm=1e12, lead_ohm=lead_ohm)


def test_a_current_through_a_resistor_with_an_emf():
    point = settled(CurrentDrive(1e-4, limit_V=21), the_node(emf_V=5e-5))
    assert point.sense_V == pytest.approx(1e-4 * 1e4 + 5e-5, rel=2e-8)  # 1e12 ohm in parallel: 1e-8
    assert not point.limited


def test_two_wire_differs_from_four_wire_by_the_leads():
    point = settled(CurrentDrive(1e-2, limit_V=21), the_node(200.0, lead_ohm=0.3))
    assert point.force_V - point.sense_V == pytest.approx(1e-2 * 0.3, rel=1e-12)


@pytest.mark.parametrize("four_wire", [True, False])
@given(resistance_ohm=ohms, level_A=amperes, limit_V=st.floats(0.01, 200), lead_ohm=st.floats(0, 10))
def test_the_voltage_limit_holds_where_the_meter_senses(
    four_wire, resistance_ohm, level_A, limit_V, lead_ohm
):
    at = the_node(resistance_ohm, lead_ohm=lead_ohm)
    point = settled(CurrentDrive(level_A, limit_V, four_wire), at)
    held_V = point.sense_V if four_wire else point.force_V
    assert abs(held_V) <= limit_V * (1 + 1e-12)
    if point.limited:
        assert abs(held_V) == pytest.approx(limit_V, rel=1e-12)
        assert abs(point.current_A) <= abs(level_A) * (1 + 1e-9)
    else:
        assert point.current_A == level_A
    # whatever limits, the specimen obeys Ohm's law
    assert point.sense_V * at.conductance_S == pytest.approx(point.current_A, rel=1e-9, abs=1e-300)


@given(resistance_ohm=ohms, level_V=st.floats(-200, 200), limit_A=st.floats(1e-9, 1.0))
def test_the_current_limit_of_a_voltage_source(resistance_ohm, level_V, limit_A):
    point = settled(VoltageDrive(level_V, limit_A), the_node(resistance_ohm))
    assert abs(point.current_A) <= limit_A
    if not point.limited:
        assert point.force_V == pytest.approx(level_V, rel=1e-12)


def test_an_open_relay_carries_nothing_and_shows_the_emf():
    point = settled(None, the_node(emf_V=2e-4))
    assert point.current_A == 0
    assert point.sense_V == pytest.approx(2e-4, rel=1e-7)


def test_a_deviation_moves_a_current_source_but_not_a_voltage_source():
    at = the_node(capacitance_F=1e-7)
    assert at.time_constant_s == pytest.approx(1e-3, rel=1e-7)
    assert transient(CurrentDrive(1e-4, 21), at, -0.5).sense_V == pytest.approx(0.5, rel=1e-7)
    assert transient(VoltageDrive(1.0, 1e-3), at, -0.5).sense_V == pytest.approx(1.0, rel=1e-12)
    assert math.isclose(transient(VoltageDrive(1.0, 5e-5), at, -0.25).sense_V, 0.25, rel_tol=1e-6)
