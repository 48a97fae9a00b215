"""Rectifying contacts: their characteristic, and the rig around them brought to rest whatever they are."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.physics import operating
from simulators.physics.carriers import Carriers
from simulators.physics.conductivity import BOLTZMANN_eV_per_K, Exponential
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.physics.film import Contact, ContactNoise, Film
from simulators.physics.hall_layout import Layout
from simulators.physics.hall_rig import HallRig, Voltmeter
from simulators.physics.junction import Barrier, Junctions
from simulators.physics.sheet import Sheet, half_plane
from simulators.physics.surroundings import Surroundings

T_K = 296.0
THERMAL_V = BOLTZMANN_eV_per_K * T_K
SOURCE, RETURN, HIGH, LOW = 5, 6, 7, 8
LAYOUT = Layout(
    contacts=(1, 2, 3, 4),
    source=SOURCE,
    sense=None,
    wires=((RETURN, 0),),
    crosspoints={
        (1, row, column): (row, terminal)
        for row in (1, 2, 3, 4)
        for column, terminal in enumerate((SOURCE, RETURN, HIGH, LOW), 1)
    },
    meters=((HIGH, LOW, 1e13),),
    leakage_ohm=1e14,
    capacitance_F=(0.0, *(1e-10,) * 4, *(1e-11,) * 4),
    lead_ohm=1.0,
)
barriers = st.builds(
    Barrier,
    saturation_A=st.floats(-13, -3).map(lambda p: 10**p),
    leak_ohm=st.floats(4, 12).map(lambda p: 10**p),
    ideality=st.floats(1, 3),
    forward=st.sampled_from((-1, 1)),
    pickup_A=st.sampled_from((0.0, 1e-9, 1e-6)),
)


class Field:
    def field_T(self, time):
        return 0.7

    def rate_T_per_s(self, time):
        return 0.0


def film(contacts, mobility=1e-2):
    sheet = Sheet(half_plane([math.radians(angle) for angle in (0, 88, 181, 271)]))
    law = Exponential(1 / 20.0, 0.0, T_K)
    return Film(Carriers(law, T_K, -1, mobility), 1e-5, sheet, contacts)


def rig_of(contacts, order=(2, 1, 3, 4), **changes):
    rig = HallRig(replace(LAYOUT, **changes), Field(), Surroundings(T_K))
    rig.place(film(contacts), "x", 0.0)
    rig.close(frozenset((1, row, column) for column, row in enumerate(order, 1)), 0.0)
    return rig


@settings(max_examples=50)
@given(barriers, st.floats(-12, -2), st.sampled_from((-1, 1)))
def test_the_voltage_of_a_barrier_is_the_one_that_carries_the_current(barrier, exponent, sign):
    barrier = replace(barrier, pickup_A=0.0)
    ampere = sign * 10**exponent
    volts, slopes = Junctions([None, barrier], T_K).voltage_and_slope(np.array([1.0, ampere]))
    volt = barrier.forward * volts[1]
    thermal_V = barrier.ideality * THERMAL_V
    leaking_A = volt / barrier.leak_ohm
    carried_A = barrier.saturation_A * math.expm1(volt / thermal_V) + leaking_A
    steep_S = barrier.saturation_A / thermal_V * math.exp(volt / thermal_V) + 1 / barrier.leak_ohm
    assert volts[0] == slopes[0] == 0.0
    # what rounding of the voltage makes of the current
    rounding_A = 4e-16 * steep_S * (abs(volt) + 100 * thermal_V)
    assert carried_A == pytest.approx(barrier.forward * ampere, rel=1e-9, abs=rounding_A)
    assert slopes[1] == pytest.approx(1 / steep_S, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(barriers, min_size=4, max_size=4),
    st.sampled_from(((2, 1, 3, 4), (3, 1, 4, 2), (1, 2, 1, 3))),
    st.floats(-11, -3).map(lambda p: 10**p),
    st.sampled_from((-1, 1)),
    st.sampled_from(("current", "voltage")),
)
def test_the_rig_comes_to_rest_whatever_the_barriers_are(four, order, level, sign, held):
    """Kirchhoff's and the barriers' equations hold, and the source keeps what it has to keep."""
    rig = rig_of([Contact(1e5, barrier=one) for one in four], order)
    drive = CurrentDrive(sign * level, 20.0) if held == "current" else VoltageDrive(sign * 5.0, level)
    rig.drive(drive, 0.0)
    present = rig.present(1e9)
    volt = present.terminal_V[SOURCE]
    if held == "current":
        assert abs(volt) <= 20.0 * (1 + 1e-9)
        assert present.limited == (abs(abs(volt) - 20.0) < 1e-6)
        assert present.limited or present.current_A == sign * level
    else:
        assert abs(present.current_A) <= level * (1 + 1e-9)
        assert present.limited or volt == pytest.approx(sign * 5.0, rel=1e-9)
    sample = rig._sample(1e9)
    inside_V = (
        present.terminal_V[1:5] - (sample.impedance_ohm + np.diag(sample.contact_ohm)) @ present.contact_A
    )
    over_V, slope_ohm = sample.bent.voltage_and_slope(present.contact_A)
    # the voltage that may be left where the rig counts as at rest, over the smallest resistance
    across_V = np.abs(over_V).max() + slope_ohm.max() * np.abs(present.contact_A).max()
    assert abs(present.contact_A.sum()) <= (operating._LEFT_V + operating._ROUNDING * across_V) / 1e5
    common_V = inside_V - over_V
    rounded_V = 1e-15 * (slope_ohm * np.abs(present.contact_A).max()).max()
    assert np.ptp(common_V) <= rounded_V + 1e-12 * max(
        1.0, np.abs(present.terminal_V).max(), np.abs(over_V).max()
    )


@pytest.mark.parametrize("level_A", [1e-9, 1e-7, 1e-6])
def test_the_transfer_resistance_is_that_of_ohmic_contacts(level_A):
    """Only the source feels the barriers, and it feels them by polarity."""
    uneven = [Barrier(saturation, 1e8, 1.2) for saturation in (1e-9, 3e-9, 1e-9, 1e-8)]
    seen = {}
    for name, contacts in (
        ("ohmic", [Contact(1e5)] * 4),
        ("rectifying", [Contact(1e5, barrier=one) for one in uneven]),
    ):
        rig = rig_of(contacts, leakage_ohm=1e19, meters=((HIGH, LOW, 1e18),))
        across_V, force_V = [], []
        for sign in (1, -1):
            rig.drive(CurrentDrive(sign * level_A, 1e3), 0.0)
            across_V.append(Voltmeter(rig, (HIGH, LOW)).voltage_V(1e9))
            force_V.append(rig.operating_point(1e9).force_V)
        seen[name] = (across_V[0] - across_V[1]) / 2 / level_A, force_V[0] / level_A, sum(force_V) / level_A
    assert seen["rectifying"][0] == pytest.approx(seen["ohmic"][0], rel=1e-6)
    assert seen["rectifying"][1] > seen["ohmic"][1] + 1e5
    assert seen["ohmic"][2] == pytest.approx(0.0, abs=1.0)
    assert abs(seen["rectifying"][2]) > 1e4


def test_mains_at_a_voltage_contact_becomes_an_offset_that_reversal_cancels():
    """For a small pickup a the mean of u(a cos) is u''(0) a^2/4 = -(V/I_s^2) a^2/4, leak aside."""
    pickup_A, saturation_A = 1e-9, 1e-8
    contacts = [Contact(1e5)] * 2 + [Contact(1e5, barrier=Barrier(saturation_A, 1e12, pickup_A=pickup_A))]
    rig = rig_of([*contacts, Contact(1e5)], leakage_ohm=1e19, meters=((HIGH, LOW, 1e18),))
    meter = Voltmeter(rig, (HIGH, LOW))
    rig.drive(CurrentDrive(0.0, 20.0), 0.0)
    assert meter.voltage_V(1e9) == pytest.approx(-THERMAL_V * (pickup_A / saturation_A) ** 2 / 4, rel=0.01)
    both = []
    for sign in (1, -1):
        rig.drive(CurrentDrive(sign * 1e-7, 20.0), 0.0)
        both.append(meter.voltage_V(1e9))
    assert sum(both) / 2 == pytest.approx(-THERMAL_V * (pickup_A / saturation_A) ** 2 / 4, rel=0.01)


def test_a_rectifying_contact_is_noisy_and_looking_twice_shows_the_same():
    contacts = [Contact(1e5, noise=ContactNoise(1e-6, 1, str(k))) for k in range(4)]
    rig = rig_of(contacts)
    meter = Voltmeter(rig, (HIGH, LOW))
    seen = np.array([meter.voltage_V(100.0 + k) for k in range(400)])
    assert seen.std() == pytest.approx(math.sqrt(2) * 1e-6, rel=0.15)
    assert meter.voltage_V(100.0) == seen[0]
