"""The rig: what meters see through relays, leads and leaks; against closed forms and against itself."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from simulators.physics.carriers import Carriers
from simulators.physics.conductivity import Exponential
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.physics.film import Contact, CopperDisc, Film
from simulators.physics.hall_layout import Layout
from simulators.physics.hall_rig import Ammeter, HallRig, Voltmeter
from simulators.physics.pellet import Emf
from simulators.physics.sheet import Sheet, half_plane
from simulators.physics.surroundings import Surroundings

T_K = 296.0
RHO = 20.0
R_H = -2e-3
THICKNESS_m = 1e-5
R_S = RHO / THICKNESS_m
CARRIERS = Carriers(Exponential(1 / RHO, 0.01, T_K), T_K, -1, 1e-4)
SOURCE, AMMETER, HIGH, LOW = 5, 6, 7, 8
BURDEN_ohm = 10.0

IDEAL = Layout(
    contacts=(1, 2, 3, 4),
    source=SOURCE,
    sense=None,
    wires=(),
    crosspoints={
        (1, row, column): (row, terminal)
        for row in (1, 2, 3, 4)
        for column, terminal in enumerate((SOURCE, AMMETER, HIGH, LOW), 1)
    },
    meters=((HIGH, LOW, 1e18), (AMMETER, 0, BURDEN_ohm)),
    leakage_ohm=1e19,
    capacitance_F=(0.0, *(1e-10,) * 4, *(1e-11,) * 4),
)
REAL = replace(IDEAL, meters=((HIGH, LOW, 1e10), (AMMETER, 0, BURDEN_ohm)), leakage_ohm=1e12, lead_ohm=1.0)


class Field:
    """A field that the test sets."""

    def __init__(self, field_T=0.0, rate_T_per_s=0.0):
        self.level_T, self.rate = field_T, rate_T_per_s

    def field_T(self, time):
        return self.level_T

    def rate_T_per_s(self, time):
        return self.rate


def film(angles=(0, 88, 181, 271), edge=None, **changes):
    sheet = Sheet(half_plane([math.radians(angle) for angle in angles]))
    values = {
        "carriers": CARRIERS,
        "thickness_m": THICKNESS_m,
        "sheet": sheet,
        "edge": edge or (Contact(1e5),) * 4,
    }
    return Film(**(values | changes))


class Rack:
    """A rig with its meters, and a hand that closes relays, sources, waits and reads."""

    def __init__(self, sample, layout=IDEAL, field_T=0.0):
        self.field = Field(field_T)
        self.rig = HallRig(layout, self.field, Surroundings(T_K))
        self.rig.place(sample, "x", 0.0)
        self.voltmeter = Voltmeter(self.rig, (HIGH, LOW))
        self.ammeter = Ammeter(self.rig, (AMMETER, 0), BURDEN_ohm)
        self.time = 0.0

    def select(self, i, j, k, l):  # noqa: E741 - the field's letters
        self.rig.close(frozenset({(1, i, 1), (1, j, 2), (1, k, 3), (1, l, 4)}), self.time)

    def read(self, level_A, i, j, k, l, wait_s=1e4, limit_V=100.0):  # noqa: E741
        self.select(i, j, k, l)
        self.rig.drive(CurrentDrive(level_A, limit_V), self.time)
        self.time += wait_s
        return self.voltmeter.voltage_V(self.time), self.ammeter.current_A(self.time)

    def reversed_ohm(self, i, j, k, l, level_A=1e-7):  # noqa: E741
        up_V, up_A = self.read(level_A, i, j, k, l)
        down_V, down_A = self.read(-level_A, i, j, k, l)
        return (up_V - down_V) / (up_A - down_A)


def sheet_resistance(first_ohm, second_ohm):
    largest = math.pi * (first_ohm + second_ohm) / (2 * math.log(2))
    return brentq(
        lambda r: math.exp(-math.pi * first_ohm / r) + math.exp(-math.pi * second_ohm / r) - 1,
        largest * 1e-3, largest * (1 + 1e-9), xtol=1e-12 * largest,
    )  # fmt: skip


def astm_f76(rack, field_T):
    """Sheet resistance and Hall coefficient by the standard's sixteen readings."""
    rack.field.level_T = 0.0
    first = (rack.reversed_ohm(2, 1, 3, 4) + rack.reversed_ohm(4, 3, 1, 2)) / 2
    second = (rack.reversed_ohm(3, 2, 4, 1) + rack.reversed_ohm(1, 4, 2, 3)) / 2
    hall = 0.0
    for sign in (1, -1):
        rack.field.level_T = sign * field_T
        hall += sign * (rack.reversed_ohm(3, 1, 4, 2) + rack.reversed_ohm(4, 2, 1, 3)) / 4
    return sheet_resistance(first, second), hall * THICKNESS_m / field_T


angles = st.tuples(st.floats(-20, 20), st.floats(70, 110), st.floats(160, 200), st.floats(250, 290))
emfs = st.lists(st.floats(-1e-3, 1e-3), min_size=4, max_size=4)


@settings(max_examples=25)
@given(angles, emfs)
def test_f76_gives_back_sheet_resistance_and_hall_coefficient(places, offsets_V):
    edge = tuple(Contact(1e5 * (1 + k), Emf(offset_V)) for k, offset_V in enumerate(offsets_V))
    found_ohm, found = astm_f76(Rack(film(places, edge)), 0.5)
    assert found_ohm == pytest.approx(R_S, rel=1e-7)
    assert found == pytest.approx(R_H, rel=1e-6)


def test_contact_resistance_and_leads_do_not_matter_in_four_wire():
    bare, bad = (Rack(film(edge=(Contact(ohm),) * 4)) for ohm in (0.0, 1e7))
    assert bare.reversed_ohm(2, 1, 3, 4) == pytest.approx(bad.reversed_ohm(2, 1, 3, 4), rel=1e-6)
    assert bad.rig.operating_point(bad.time).force_V == pytest.approx(
        bare.rig.operating_point(bare.time).force_V - 1e-7 * 2e7, rel=1e-6
    )


def test_misalignment_can_be_ten_thousand_times_the_hall_voltage():
    rack = Rack(film((0, 85, 181, 271)), field_T=0.01)
    raw_ohm = rack.reversed_ohm(3, 1, 4, 2)
    assert abs(raw_ohm) > 1e4 * abs(R_H) * 0.01 / THICKNESS_m
    rack.field.level_T = -0.01
    odd_ohm = (raw_ohm - rack.reversed_ohm(3, 1, 4, 2)) / 2
    assert odd_ohm == pytest.approx(R_H * 0.01 / THICKNESS_m, rel=1e-6)


def test_what_reverses_with_what():
    """Thermal with neither, Nernst with the field, misalignment with the current, Ettingshausen with both."""
    edge = tuple(
        Contact(1e5, Emf(offset), nernst) for offset, nernst in ((0, 0), (2e-6, 0), (0, 0), (5e-6, 4e-6))
    )

    def four(sample):
        rack = Rack(sample)
        seen = {}
        for field_T in (0.5, -0.5):
            rack.field.level_T = field_T
            for level_A in (1e-7, -1e-7):
                seen[level_A > 0, field_T > 0] = rack.read(level_A, 3, 1, 4, 2)[0]

        def part(current, field):
            return (
                sum(
                    (1 if up or not current else -1) * (1 if north or not field else -1) * value
                    for (up, north), value in seen.items()
                )
                / 4
            )

        return part

    part = four(film(edge=edge))
    hall_V = R_H * 0.5 * 1e-7 / THICKNESS_m
    assert part(False, False) == pytest.approx(5e-6 - 2e-6, rel=1e-6)  # thermal
    assert part(False, True) == pytest.approx(4e-6 * 0.5, rel=1e-6)  # Nernst
    assert part(True, True) == pytest.approx(hall_V, rel=1e-6)
    assert abs(part(True, False)) > 100 * abs(hall_V)  # misalignment
    with_ettingshausen = four(film(edge=edge, ettingshausen=0.01))
    assert with_ettingshausen(True, True) == pytest.approx(1.01 * hall_V, rel=1e-4)
    assert with_ettingshausen(True, False) == pytest.approx(part(True, False), rel=1e-4)


def test_ettingshausen_takes_its_time_so_that_fast_reversal_escapes_it():
    def hall_ohm(wait_s):
        rack = Rack(film(edge=(Contact(0.0),) * 4, ettingshausen=0.1, lag_s=10.0))
        odd = 0.0
        for sign in (1, -1):
            rack.field.level_T = sign * 0.5
            for level_A in (1e-7, -1e-7) * 3:
                value = rack.read(level_A, 3, 1, 4, 2, wait_s)[0]
                odd += sign * math.copysign(1, level_A) * value / 12
        return odd / 1e-7

    true_ohm = R_H * 0.5 / THICKNESS_m
    assert hall_ohm(1000.0) == pytest.approx(1.1 * true_ohm, rel=1e-3)
    assert hall_ohm(0.05) == pytest.approx(true_ohm, rel=5e-3)


def test_a_floating_sample_shows_its_thermal_emf_to_a_nanovolt():
    """Nothing but leaks of 1 Tohm ties it to ground: the common mode is anywhere, the difference is right."""
    edge = (Contact(1.0), Contact(1.0), Contact(1.0, Emf(7e-6)), Contact(1.0))
    metal = replace(CARRIERS, law=Exponential(1e6, 0.0, T_K))
    rack = Rack(film(edge=edge, carriers=metal), REAL)
    rack.rig.close(frozenset({(1, 3, 3), (1, 4, 4)}), 0.0)
    assert rack.voltmeter.voltage_V(1e4) == pytest.approx(7e-6, abs=1e-9)


def test_superposition_and_reversal():
    rack = Rack(film(edge=(Contact(1e5, Emf(3e-6)), *(Contact(1e5),) * 3)), REAL, field_T=0.3)
    off, one, two, back = (rack.read(level_A, 1, 2, 3, 4)[0] for level_A in (0.0, 1e-7, 2e-7, -1e-7))
    assert two - off == pytest.approx(2 * (one - off), rel=1e-9)
    assert back - off == pytest.approx(-(one - off), rel=1e-9)


def test_the_thermal_emf_drifts_and_wanders_from_mounting():
    emf = Emf(1e-6, 1e-9, 0.5e-6, 600.0, 1.0)
    rack = Rack(film(edge=(Contact(1e5), Contact(1e5), Contact(1e5, emf), Contact(1e5))))
    for wait_s in (100.0, 333.0):
        value, _ = rack.read(0.0, 1, 2, 3, 4, wait_s)
        assert value == pytest.approx(emf.voltage_V(rack.time), rel=1e-6)


def test_resistance_follows_the_temperature():
    warm = HallRig(IDEAL, Field(), Surroundings(T_K + 1.0))
    warm.place(film(), "x", 0.0)
    warm.close(frozenset({(1, 2, 1), (1, 1, 2), (1, 3, 3), (1, 4, 4)}), 0.0)
    warm.drive(CurrentDrive(1e-7, 100.0), 0.0)
    cold_V, _ = Rack(film()).read(1e-7, 2, 1, 3, 4)
    assert Voltmeter(warm, (HIGH, LOW)).voltage_V(1e4) / cold_V == pytest.approx(math.exp(-0.01), rel=1e-6)


def test_an_input_resistance_loads_the_sample():
    ideal = Rack(film()).reversed_ohm(2, 1, 3, 4)
    loaded = Rack(film(), replace(IDEAL, meters=((HIGH, LOW, 1e8), (AMMETER, 0, BURDEN_ohm)))).reversed_ohm(
        2, 1, 3, 4
    )
    impedance = film().sheet.impedance_ohm(CARRIERS.resistivity(0.0, T_K), THICKNESS_m)
    between = np.array([0, 0, 1, -1])
    source_ohm = between @ impedance @ between + 2e5
    assert loaded / ideal == pytest.approx(1e8 / (1e8 + source_ohm), rel=1e-6)


def test_a_leak_to_ground_is_missing_in_the_ammeter():
    leaking = Rack(film(), replace(IDEAL, leakage_ohm=1e10))
    _, measured_A = leaking.read(1e-6, 2, 1, 3, 4)
    assert leaking.rig.operating_point(leaking.time).current_A == 1e-6
    potentials = leaking.rig.present(leaking.time).terminal_V
    lost_A = potentials[1:9].sum() / 1e10
    assert 1e-6 - measured_A == pytest.approx(lost_A - potentials[AMMETER] / 1e10, rel=1e-3)
    assert lost_A > 1e-10


def test_an_open_contact_stops_the_current_and_ends_in_compliance():
    rack = Rack(film(), REAL)
    rack.rig.lift(2, 0.0)
    _, measured_A = rack.read(1e-7, 2, 1, 3, 4, limit_V=20.0)
    point = rack.rig.operating_point(rack.time)
    assert point.limited
    assert point.force_V == pytest.approx(20.0)
    assert abs(measured_A) < 1e-12
    assert point.current_A == pytest.approx(2 * 20.0 / 1e12, rel=0.01)  # what source and lead leak


def test_an_open_voltage_contact_lets_the_voltmeter_float_to_the_other_one():
    rack = Rack(film(), REAL)
    rack.rig.lift(3, 0.0)
    value, measured_A = rack.read(1e-7, 2, 1, 3, 4)
    assert measured_A == pytest.approx(1e-7, rel=1e-3)
    # its wire hangs on the input resistance alone: both leads at the potential of contact 4, but for the leak
    at_four_V = rack.rig.present(rack.time).terminal_V[LOW]
    assert value == pytest.approx(-at_four_V * 2 * 1e10 / (1e12 + 2 * 1e10), rel=0.01)


def test_a_lifted_contact_touches_again_with_the_next_sample():
    rack = Rack(film())
    rack.rig.lift(2, 0.0)
    rack.rig.place(film(), "again", 0.0)
    assert rack.read(1e-7, 2, 1, 3, 4)[1] == pytest.approx(1e-7, rel=1e-6)


def test_no_crosspoint_no_current():
    rack = Rack(film(), REAL)
    rack.rig.drive(CurrentDrive(1e-7, 20.0), 0.0)
    assert rack.rig.operating_point(1e4).limited
    assert rack.ammeter.current_A(1e4) == pytest.approx(0.0, abs=1e-12)


def test_a_wrong_crosspoint_shorts_the_source():
    rack = Rack(film())
    rack.rig.close(frozenset({(1, 2, 1), (1, 2, 2), (1, 3, 3), (1, 4, 4)}), 0.0)
    rack.rig.drive(CurrentDrive(1e-7, 20.0), 0.0)
    assert rack.voltmeter.voltage_V(1e4) == pytest.approx(0.0, abs=1e-12)
    assert rack.ammeter.current_A(1e4) == pytest.approx(1e-7, rel=1e-6)
    assert rack.rig.operating_point(1e4).force_V == pytest.approx(1e-7 * BURDEN_ohm, rel=1e-3)


def test_a_voltmeter_on_the_current_contacts_sees_the_contact_resistance():
    _, good_A = (rack := Rack(film())).read(1e-7, 2, 1, 3, 4)
    value, _ = rack.read(1e-7, 2, 1, 2, 1)
    assert value == pytest.approx(rack.rig.operating_point(rack.time).force_V - good_A * BURDEN_ohm, rel=1e-9)


def test_crosspoints_without_wires_do_nothing():
    rack = Rack(film())
    first = rack.read(1e-7, 2, 1, 3, 4)[0]
    rack.rig.close(frozenset({(1, 2, 1), (1, 1, 2), (1, 3, 3), (1, 4, 4), (1, 4, 5), (2, 1, 1)}), rack.time)
    assert rack.voltmeter.voltage_V(rack.time + 1e4) == pytest.approx(first, rel=1e-9)


def test_a_changing_field_induces_a_voltage_in_the_leads():
    rack = Rack(film(), replace(IDEAL, loop_m2=1e-4))
    rack.field.rate = 0.1
    assert rack.read(0.0, 2, 1, 3, 4)[0] == pytest.approx(1e-5, rel=1e-6)


def test_the_voltage_settles_with_sample_and_cables():
    """Two contacts, one cable on ground: the source side charges as one RC."""
    two = film(edge=(Contact(1e7),) * 4)
    rack = Rack(two, replace(IDEAL, capacitance_F=(0.0, 1e-9, 1e-18, 1e-18, 1e-18, *(1e-18,) * 4)))
    rack.rig.close(frozenset({(1, 1, 1), (1, 2, 2)}), 0.0)
    rack.rig.drive(CurrentDrive(1e-7, 100.0), 0.0)
    final_V = rack.rig.operating_point(1e3).force_V
    tau_s = final_V / 1e-7 * 1e-9
    for part in (0.0, 0.5, 1.0, 3.0):
        expected_V = final_V * (1 - math.exp(-part))
        assert rack.rig.operating_point(part * tau_s).force_V == pytest.approx(
            expected_V, rel=1e-4, abs=1e-5 * final_V
        )


def test_a_voltage_source_charges_the_leads_at_once():
    rack = Rack(film(), REAL)
    rack.select(2, 1, 3, 4)
    rack.rig.drive(VoltageDrive(0.05, 1e-3), 0.0)
    assert rack.rig.operating_point(0.0).force_V == pytest.approx(0.05, rel=1e-9)
    assert rack.voltmeter.voltage_V(0.0) == pytest.approx(rack.voltmeter.voltage_V(1.0), rel=1e-6)


def test_an_open_lead_charges_up_to_the_compliance_and_stays_there():
    rack = Rack(film(), REAL)
    rack.rig.drive(CurrentDrive(1e-9, 20.0), 0.0)  # 10 pF: 100 V/s
    assert rack.rig.operating_point(0.1).force_V == pytest.approx(10.0, rel=0.01)
    assert not rack.rig.operating_point(0.1).limited
    point = rack.rig.operating_point(0.3)
    assert point.limited
    assert point.force_V == pytest.approx(20.0, rel=1e-12)
    assert point.current_A == pytest.approx(20.0 / 1e12, rel=1e-6)


def test_relays_share_the_charge_of_what_they_join():
    rack = Rack(None, replace(IDEAL, capacitance_F=(0.0, 1e-10, *(1e-10,) * 3, 1e-10, *(1e-11,) * 3)))
    rack.rig.drive(CurrentDrive(1e-9, 10.0), 0.0)
    rack.rig.drive(None, 0.5)
    assert rack.rig.operating_point(0.5).force_V == pytest.approx(5.0, rel=1e-6)  # I t / C
    rack.rig.close(frozenset({(1, 1, 1)}), 0.5)
    assert rack.rig.operating_point(0.5).force_V == pytest.approx(2.5, rel=1e-6)


@pytest.mark.parametrize("four_wire", [False, True])
def test_a_source_meter_may_source_voltage_and_sense_at_other_contacts(four_wire):
    rack = Rack(film(), replace(REAL, sense=(HIGH, LOW)))
    rack.select(2, 1, 3, 4)
    rack.rig.drive(VoltageDrive(0.05, 1e-3, four_wire), 0.0)
    point = rack.rig.operating_point(1.0)
    assert (point.sense_V if four_wire else point.force_V) == pytest.approx(0.05, rel=1e-9)
    assert point.sense_V / point.current_A == pytest.approx(rack.reversed_ohm(2, 1, 3, 4), rel=1e-3)
    rack.rig.drive(VoltageDrive(50.0, 1e-8, four_wire), rack.time)
    point = rack.rig.operating_point(rack.time + 1e4)
    assert (point.current_A, point.limited) == (1e-8, True)


def test_copper_shows_what_is_not_the_sample():
    rack = Rack(CopperDisc(4), REAL)
    value, measured_A = rack.read(1e-3, 2, 1, 3, 4)
    assert abs(value) < 1e-8
    assert measured_A == pytest.approx(1e-3, rel=1e-6)


patterns = st.sampled_from([(2, 1, 3, 4), (3, 1, 4, 2), (1, 4, 2, 3)]).map(
    lambda p: frozenset({(1, p[0], 1), (1, p[1], 2), (1, p[2], 3), (1, p[3], 4)})
)
actions = st.one_of(
    st.builds(lambda level: ("drive", CurrentDrive(level, 20.0)), st.floats(-1e-6, 1e-6)),
    st.builds(lambda level: ("drive", VoltageDrive(level, 1e-7)), st.floats(-5, 5)),
    st.just(("drive", None)),
    st.builds(lambda p: ("close", p), patterns),
    st.just(("close", frozenset())),
    st.builds(lambda k: ("lift", k), st.integers(1, 4)),
    st.just(("place", None)),
    st.just(("place", film(ettingshausen=0.1))),
)
plans = st.lists(st.tuples(actions, st.floats(0, 5), st.lists(st.floats(0, 1), max_size=3)), max_size=8)


def trajectory(plan, look):
    rack = Rack(film(ettingshausen=0.1), REAL, field_T=0.4)
    seen = []
    for (action, argument), pause_s, looks in plan:
        call = getattr(rack.rig, action)
        call(argument, "x", rack.time) if action == "place" else call(argument, rack.time)
        if look:
            for part in looks:
                rack.rig.operating_point(rack.time + part * pause_s)
                rack.voltmeter.voltage_V(rack.time + part * pause_s)
                rack.ammeter.current_A(rack.time + part * pause_s)
        rack.time += pause_s
        seen.append((rack.rig.operating_point(rack.time), rack.voltmeter.voltage_V(rack.time)))
    return seen


@settings(max_examples=40)
@given(plans)
def test_looking_changes_nothing_and_all_is_finite(plan):
    seen = trajectory(plan, look=True)
    assert seen == trajectory(plan, look=False)
    assert all(math.isfinite(value) for point, voltage in seen for value in (*point, voltage))
