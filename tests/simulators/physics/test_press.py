"""The press: self-heating, charging and drift against closed forms; looking changes nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.conductivity import Arrhenius, BOLTZMANN_eV_per_K, Exponential
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.physics.pellet import Emf, HeatPath, Pellet
from simulators.physics.press import Empty, Press, PressBuild, Shorted
from simulators.physics.surroundings import DAY_s, Surroundings

BUILD = PressBuild(lead_ohm=0.3, piston_ohm=0.02, leakage_ohm=1e11, cable_F=1e-9, short_emf_V=5e-6)
LAW = Exponential(1e-3, 0.01, 296.15)


def pellet(**changes):
    values = {
        "area_m2": 1e-4,
        "height_m": 1e-3,
        "law": LAW,
        "contact_resistivity_ohm_m2": 0.035,
        "emf": Emf(40e-6, 3e-8, 10e-6, 600.0, 1.0),
        "capacitance_F": 1e-7,
        "heat": HeatPath(5.0, 30.0),
    }
    return Pellet(**(values | changes))


def press(content=None, surroundings=None):
    it = Press(BUILD, surroundings or Surroundings(296.15))
    if content is not None:
        it.place(content, "x", 0.0)
    return it


def test_the_paper_s_pellet_is_ten_kiloohm_plus_contacts():
    assert pellet().resistance_ohm(296.15) == pytest.approx(1e4 + 700.0, rel=1e-12)


def test_contacts_scale_with_area_like_the_bulk():
    assert pellet(area_m2=2e-4).contact_resistance_ohm == pytest.approx(350.0)


def test_self_heating_is_the_exponential_of_one_lump():
    it = press(pellet())
    it.drive(CurrentDrive(1e-3, 21), 10.0)
    power_W = 1e-6 * pellet().resistance_ohm(296.15)
    for after_s in (0.0, 1.0, 30.0, 100.0):
        expected_K = power_W * 5.0 * (1 - math.exp(-after_s / 30.0))
        assert it.temperature_K(10.0 + after_s) - 296.15 == pytest.approx(expected_K, rel=1e-9, abs=1e-12)
    hot_K = it.temperature_K(40.0) - 296.15
    it.drive(None, 40.0)
    assert it.temperature_K(70.0) - 296.15 == pytest.approx(hot_K * math.exp(-1.0), rel=1e-9)


def test_self_heating_changes_the_voltage_by_the_temperature_coefficient():
    heated = press(pellet(contact_resistivity_ohm_m2=0.0, emf=Emf()))
    heated.drive(CurrentDrive(1e-3, 21), 0.0)
    rise_K = heated.temperature_K(300.0) - 296.15
    assert rise_K == pytest.approx(0.05 * (1 - math.exp(-10)), rel=1e-9)
    parallel = 1 / (1 / (1e4 * math.exp(-0.01 * rise_K) + 0.02) + 1e-11)
    assert heated.operating_point(300.0).sense_V == pytest.approx(1e-3 * parallel, rel=1e-12)


def test_a_step_of_current_charges_cable_and_film():
    it = press(pellet(emf=Emf(), heat=HeatPath(0.0, 1.0)))
    it.drive(CurrentDrive(1e-4, 21), 1.0)
    resistance_ohm = 1 / (1 / 10700.02 + 1e-11)
    tau_s = resistance_ohm * 1.01e-7
    for after_s in (0.0, 5e-4, 1e-3, 5e-3):
        expected_V = 1e-4 * resistance_ohm * (1 - math.exp(-after_s / tau_s))
        assert it.operating_point(1.0 + after_s).sense_V == pytest.approx(expected_V, rel=1e-9, abs=1e-12)


def test_a_reversal_starts_from_where_the_voltage_was():
    it = press(pellet(emf=Emf()))
    it.drive(CurrentDrive(1e-4, 21), 0.0)
    before_V = it.operating_point(1.0).sense_V
    it.drive(CurrentDrive(-1e-4, 21), 1.0)
    assert it.operating_point(1.0).sense_V == pytest.approx(before_V, rel=1e-6)
    assert it.operating_point(2.0).sense_V == pytest.approx(-before_V, rel=1e-6)


def test_an_open_fixture_charges_up_to_the_limit_and_leaks():
    it = press()
    it.drive(CurrentDrive(1e-6, 21), 0.0)
    rising_V = it.operating_point(1e-3).sense_V
    assert rising_V == pytest.approx(1e-6 * 1e-3 / 1e-9, rel=1e-4)  # I t / C while the leak is negligible
    point = it.operating_point(1.0)
    assert point.limited
    assert point.force_V == 21
    assert point.current_A == pytest.approx(21 / 1e11, rel=1e-6)


def test_the_short_is_the_pistons_and_their_emf():
    it = press(Shorted())
    it.drive(CurrentDrive(0.1, 21), 0.0)
    point = it.operating_point(1.0)
    assert point.sense_V == pytest.approx(0.1 * 0.02 + 5e-6, rel=1e-9)
    assert point.force_V == pytest.approx(0.1 * 0.32 + 5e-6, rel=1e-9)


def test_the_emf_drifts_from_the_moment_of_mounting():
    emf = Emf(40e-6, 3e-8, 10e-6, 600.0, 1.0)
    it = Press(BUILD, Surroundings(296.15))
    it.place(pellet(emf=emf), "s/a", 100.0)
    for after_s in (1.0, 60.0, 450.0):
        expected_V = 40e-6 + 3e-8 * after_s + 10e-6 * math.sin(math.tau * after_s / 600 + 1.0)
        assert it.operating_point(100.0 + after_s).sense_V == pytest.approx(expected_V, rel=1e-6)


def test_a_new_pellet_is_cold():
    it = press(pellet())
    it.drive(CurrentDrive(1e-3, 21), 0.0)
    assert it.temperature_K(100.0) > 296.18
    it.place(pellet(), "next", 100.0)
    assert it.temperature_K(100.0) == 296.15
    it.place(Empty(), "open", 101.0)
    assert it.label == "open"
    assert it.operating_point(200.0).limited


def test_ambient_follows_a_day():
    room = Surroundings(296.15, 0.5, 0.0)
    assert room.temperature_K(0.0) == 296.15
    assert room.temperature_K(DAY_s / 4) == pytest.approx(296.65)
    assert press(pellet(), room).temperature_K(DAY_s * 0.75) == pytest.approx(295.65)


def test_arrhenius_and_its_coefficient():
    law = Arrhenius(5e-2, 0.1, 296.15)
    assert law.conductivity_S_per_m(296.15) == 5e-2
    step = 1e-3
    slope = math.log(law.conductivity_S_per_m(296.15 + step) / law.conductivity_S_per_m(296.15 - step)) / (
        2 * step
    )
    assert law.temperature_coefficient_per_K == pytest.approx(slope, rel=1e-6)
    assert law.temperature_coefficient_per_K == pytest.approx(0.1 / BOLTZMANN_eV_per_K / 296.15**2)


drives = st.one_of(
    st.none(),
    st.builds(CurrentDrive, st.floats(-1e-3, 1e-3), st.floats(0.1, 21), st.booleans()),
    st.builds(VoltageDrive, st.floats(-20, 20), st.floats(1e-6, 1e-1), st.booleans()),
)
contents = st.sampled_from([pellet(), pellet(height_m=2.5e-3), Shorted(), Empty()])
actions = st.lists(
    st.tuples(st.floats(0, 100), st.one_of(drives, contents), st.lists(st.floats(0, 1), max_size=4))
)


def trajectory(plan, look):
    it = Press(BUILD, Surroundings(296.15, 0.5))
    time, points = 0.0, []
    for pause_s, action, looks in plan:
        if look:
            for fraction in looks:
                it.operating_point(time + fraction * pause_s)
                it.temperature_K(time + fraction * pause_s)
        time += pause_s
        if isinstance(action, Pellet | Shorted | Empty):
            it.place(action, "x", time)
        else:
            it.drive(action, time)
        points.append((it.operating_point(time), it.temperature_K(time)))
    return [*points, it.operating_point(time + 1.0), it.temperature_K(time + 1.0)]


@given(actions)
def test_looking_changes_nothing(plan):
    assert trajectory(plan, look=True) == trajectory(plan, look=False)


@given(actions)
def test_every_trajectory_is_finite(plan):
    final = trajectory(plan, look=False)[-2]
    assert all(math.isfinite(value) for value in final)
