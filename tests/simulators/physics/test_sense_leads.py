"""Leads to a voltmeter: the EMF of their joints is there whatever flows, and moves with the room."""

import pytest

from simulators.physics.electrical import CurrentDrive
from simulators.physics.press import Press, PressBuild, Shorted
from simulators.physics.sense_leads import SenseLeads, SensePoints
from simulators.physics.surroundings import Surroundings


@pytest.fixture
def press():
    one = Press(
        PressBuild(lead_ohm=5.0, piston_ohm=2.0, leakage_ohm=1e12, cable_F=1e-12), Surroundings(296.15)
    )
    one.place(Shorted(), "short", 0.0)
    one.drive(CurrentDrive(1e-3, 5.0), 1.0)
    return one


def test_the_voltage_is_that_between_the_sense_points_without_the_force_leads(press):
    assert SensePoints(press).voltage_V(2.0) == pytest.approx(2e-3)


def test_the_emf_does_not_reverse_with_the_current(press):
    leads = SenseLeads(SensePoints(press), emf_V=1e-6)
    forward = leads.voltage_V(2.0)
    press.drive(CurrentDrive(-1e-3, 5.0), 3.0)
    reverse = leads.voltage_V(4.0)
    assert (forward - reverse) / 2 == pytest.approx(2e-3, rel=1e-9)
    assert (forward + reverse) / 2 == pytest.approx(1e-6, rel=1e-6)


def test_it_moves_by_its_swing_within_its_period_and_looking_changes_nothing(press):
    leads = SenseLeads(SensePoints(press), 1e-6, 1e-7, period_s=600.0)
    values = [leads.thermal_emf_V(second) for second in range(600)]
    assert max(values) == pytest.approx(1.1e-6, rel=1e-4)
    assert min(values) == pytest.approx(0.9e-6, rel=1e-4)
    assert leads.thermal_emf_V(700.0) == pytest.approx(leads.thermal_emf_V(100.0))
