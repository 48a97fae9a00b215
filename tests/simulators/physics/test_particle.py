"""A particle between tips: constriction, barriers, compliance, leakage, heat; against closed forms."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.physics.conductivity import BOLTZMANN_eV_per_K, Exponential
from simulators.physics.electrical import CurrentDrive, VoltageDrive
from simulators.physics.held import Held
from simulators.physics.particle import Barriers, Particle
from simulators.physics.pellet import Emf, HeatPath
from simulators.physics.surroundings import Surroundings
from simulators.physics.tips import BetweenTips, Tips, TipsBuild, touching

T_K = 296.15
THERMAL_V = BOLTZMANN_eV_per_K * T_K
BUILD = TipsBuild(lead_ohm=20.0, touching_ohm=5.0, leakage_ohm=1e12, cable_F=5e-11)
LAW = Exponential(0.1, 0.01, T_K)


def particle(**changes):
    values = {"law": LAW, "contact_radius_m": 0.25e-6, "barriers": Barriers(2e-9, 3e-9)}
    return Particle(**(values | changes))


def held(what=None, build=BUILD):
    it = Held(Tips(build), "open", Surroundings(T_K))
    if what is not None:
        it.place(BetweenTips(build, what), "x", 0.0)
    return it


def test_two_constrictions_of_maxwell():
    assert particle().spreading_ohm(T_K) == pytest.approx(2 * 10.0 / (4 * 0.25e-6))


@pytest.mark.parametrize("u", [-0.5, -0.1, -0.01, -1e-4, 1e-4, 0.01, 0.1, 0.5])
def test_back_to_back_barriers(u):
    first, second = 2e-9, 3e-9
    x = u / (2 * THERMAL_V)
    expected = 2 * first * second * math.sinh(x) / (first * math.exp(x) + second * math.exp(-x))
    barriers = Barriers(first, second)
    assert barriers.current_A(u, T_K) == pytest.approx(expected, rel=1e-10)
    step = 1e-6
    slope = (barriers.current_A(u + step, T_K) - barriers.current_A(u - step, T_K)) / (2 * step)
    assert barriers.conductance_S(u, T_K) == pytest.approx(slope, rel=1e-5)


def test_barriers_saturate_at_the_reverse_contact():
    barriers = Barriers(2e-9, 3e-9)
    assert barriers.current_A(50.0, T_K) == pytest.approx(3e-9)
    assert barriers.current_A(-50.0, T_K) == pytest.approx(-2e-9)
    assert 1 / barriers.conductance_S(0.0, T_K) == pytest.approx(barriers.zero_bias_ohm(T_K))
    assert barriers.zero_bias_ohm(T_K) == pytest.approx(THERMAL_V / 2e-9 + THERMAL_V / 3e-9)


def test_the_slope_at_zero_is_the_conductance_and_a_wide_window_underestimates_it():
    """The chord of a pair of barriers is G0 tanh(x)/x with x = V/2V_T: 10 mV lose 1 %, 100 mV half."""
    it = held(particle(contact_radius_m=1.0, barriers=Barriers(1e-9, 1e-9)))  # barriers alone
    slopes = {}
    for level_V in (1e-3, 1e-2, 0.1):
        currents = []
        for sign in (1, -1):
            it.drive(VoltageDrive(sign * level_V, 1e-3, four_wire=True), 1.0)
            currents.append(it.operating_point(2.0).current_A)
        slopes[level_V] = (currents[0] - currents[1]) / (2 * level_V) - 1e-12
    zero_S = 1e-9 / (2 * THERMAL_V)
    assert slopes[1e-3] == pytest.approx(zero_S, rel=1e-3)
    assert slopes[1e-2] == pytest.approx(
        zero_S * math.tanh(0.01 / 2 / THERMAL_V) * 2 * THERMAL_V / 0.01, rel=1e-6
    )
    assert slopes[0.1] < 0.6 * zero_S


drives = st.one_of(
    st.builds(CurrentDrive, st.floats(-1e-6, 1e-6), st.floats(0.01, 20), st.booleans()),
    st.builds(VoltageDrive, st.floats(-20, 20), st.floats(1e-10, 1e-3), st.booleans()),
)
particles = st.sampled_from(
    [
        particle(),
        particle(barriers=Barriers(1e-12, 1e-6)),
        particle(barriers=None, film_ohm=1e6),
        particle(emf=Emf(5e-3), barriers=Barriers(2e-9, 2e-9)),
    ]
)


@given(particles, drives)
def test_what_is_held_is_held_and_the_current_adds_up(what, drive):
    it = held(what)
    it.drive(drive, 0.0)
    point = it.operating_point(1e6)
    sense_V = point.sense_V
    inner_V = sense_V - what.emf.offset_V
    if what.barriers is None:
        through_A = inner_V / what.series_ohm(T_K)
    else:  # from the current, by inverting each diode
        through_A = point.current_A - sense_V / BUILD.leakage_ohm
        first, second = what.barriers.first_A, what.barriers.second_A
        if -0.999 * first < through_A < 0.999 * second:
            across_V = THERMAL_V * (math.log1p(through_A / first) - math.log1p(-through_A / second))
            expected_V = across_V + through_A * what.series_ohm(T_K)
            assert inner_V == pytest.approx(expected_V, rel=1e-6, abs=1e-9)
    assert point.current_A == pytest.approx(through_A + sense_V / BUILD.leakage_ohm, rel=1e-6, abs=1e-16)
    assert point.force_V == pytest.approx(sense_V + 20.0 * point.current_A, rel=1e-9, abs=1e-15)
    control_V = sense_V if drive.four_wire else point.force_V
    if isinstance(drive, VoltageDrive):
        assert abs(point.current_A) <= drive.limit_A * (1 + 1e-9)
        if not point.limited:
            assert control_V == pytest.approx(drive.level_V, rel=1e-9, abs=1e-12)
    else:
        assert abs(control_V) <= drive.limit_V * (1 + 1e-9)
        if not point.limited:
            assert point.current_A == pytest.approx(drive.level_A, rel=1e-6, abs=1e-16)


def test_a_current_beyond_saturation_ends_in_compliance():
    it = held(particle())
    it.drive(CurrentDrive(1e-6, 2.0), 0.0)
    point = it.operating_point(100.0)
    assert point.limited
    assert point.force_V == pytest.approx(2.0)
    assert point.current_A == pytest.approx(3e-9 + 2.0 / 1e12, rel=1e-3)


def test_open_and_touching_tips():
    it = held()
    it.drive(VoltageDrive(1.0, 1e-3, four_wire=True), 0.0)
    assert it.operating_point(1.0).current_A == pytest.approx(1e-12, rel=1e-3)
    it.place(touching(BUILD), "short", 2.0)
    it.drive(CurrentDrive(1e-3, 5.0), 2.0)
    assert it.operating_point(3.0).sense_V == pytest.approx(5e-3)
    assert it.operating_point(3.0).force_V == pytest.approx(25e-3)


def test_a_particle_heats_itself():
    ohmic = particle(barriers=None, heat=HeatPath(1e6, 1e-3))
    it = held(ohmic)
    it.drive(VoltageDrive(1.0, 1e-3, four_wire=True), 0.0)
    power_W = it.operating_point(0.0).current_A ** 2 * ohmic.series_ohm(T_K)
    assert it.temperature_K(1.0) - T_K == pytest.approx(power_W * 1e6, rel=1e-4)
    cold_A, hot_A = it.operating_point(0.0).current_A, it.operating_point(1.0).current_A
    assert hot_A / cold_A == pytest.approx(math.exp(0.01 * power_W * 1e6), rel=1e-3)


@given(
    particles,
    st.lists(st.tuples(drives, st.floats(0, 10), st.lists(st.floats(0, 1), max_size=3)), max_size=6),
)
def test_looking_changes_nothing(what, plan):
    def run(look):
        it = held(what)
        time, seen = 0.0, []
        for drive, pause_s, looks in plan:
            it.drive(drive, time)
            if look:
                for part in looks:
                    it.operating_point(time + part * pause_s)
            time += pause_s
            seen.append(it.operating_point(time))
        return seen

    assert run(True) == run(False)
