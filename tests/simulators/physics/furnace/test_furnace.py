"""The furnace's heat balance, what happens in the vessel, and everything on it that can fail."""

import math
import random

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from simulators.physics.furnace import Charge, Furnace, FurnaceBuild, GasLine, TICK_s
from simulators.physics.furnace.charge import MELTING_POINT_K, ChargeState
from simulators.physics.surroundings import Surroundings

ROOM_K = 293.15
NEVER = FurnaceBuild(cut_out_K=3000.0)


class Constant:
    """A relay closed for a constant part of the time."""

    def __init__(self, part):
        self.part = part

    def tick(self, time, seconds, mains):
        return self.part


def furnace(part=0.0, build=NEVER, charge=None, room=None):
    one = Furnace(build, room or Surroundings(ROOM_K), start=0.0)
    one.connect(Constant(part), 0.0)
    if charge is not None:
        one.load(charge, 0.0)
    return one


def lumps(part, build=NEVER):
    """The same balance for an adaptive solver."""
    b, sigma = build, 5.670374419e-8

    def slopes(_, T):
        element, tube, vessel = T
        to_tube = b.element_to_tube_W_per_K * (element - tube)
        inward = b.tube_to_vessel_W_per_K * (tube - vessel)
        inward += b.vessel_radiation_W_per_K4 * (tube**4 - vessel**4)
        lost = b.tube_loss_m2 * sigma * (tube**4 - ROOM_K**4)
        return [
            (part * b.power_W - to_tube - b.insulation_W_per_K * (element - ROOM_K)) / b.element_J_per_K,
            (to_tube - inward - lost) / b.tube_J_per_K,
            inward / b.vessel_J_per_K,
        ]

    return slopes


@pytest.mark.parametrize("part", [0.0, 0.1, 1.0])
def test_it_follows_the_differential_equations(part):
    one = furnace(part)
    times = np.array([60.0, 600.0, 3600.0, 20_000.0])
    exact = solve_ivp(lumps(part), (0, times[-1]), [ROOM_K] * 3, t_eval=times, rtol=1e-9, atol=1e-9)
    for time, true in zip(times, exact.y.T, strict=True):
        now = one.inspect(time)
        found = [now["element_K"], now["tube_K"], now["vessel_K"]]
        assert found == pytest.approx(true, abs=0.3), time


def test_it_is_the_furnace_of_the_reference():
    """31 K per percent and about an hour at 10 %; more than 40 K/min at full power."""
    assert furnace(0.1).inspect(40_000)["tube_K"] - 273.15 == pytest.approx(340, abs=10)
    one = furnace(1.0)
    before = one.inspect(600)["tube_K"]
    assert 40 < one.inspect(660)["tube_K"] - before < 60


def test_cooling_is_passive_and_slow():
    one = furnace(0.0)
    one._element_K = one._tube_K = one._vessel_K = 523.15
    minutes = next(m for m in range(1000) if one.inspect(60.0 * m)["tube_K"] < 323.15)
    assert 100 < minutes < 200


def test_looking_never_changes_it():
    def final(looks):
        one = furnace(0.07, charge=Charge(7.0), room=Surroundings(ROOM_K, 2.0, 1.0))
        for time in looks:
            one.inspect(time)
            one.control.temperature_K(time)
        return one.inspect(9000.0)

    often = sorted(random.Random(4).uniform(0, 9000) for _ in range(3000))
    assert final([]) == final(often) == final([8999.9, 17.0, 3.0])


# ---- the charge


def heated(charge, rate_K_per_s=0.05, until_K=560.0):
    """A wall that is heated steadily: what the charge does behind it."""
    state, wall_K, seen, time = ChargeState(charge, ROOM_K), ROOM_K, [], 0.0
    while wall_K < until_K:
        wall_K += rate_K_per_s * TICK_s
        taken_W = state.step(wall_K, TICK_s)
        time += TICK_s
        seen.append((time, wall_K, state.temperature_K, state.molten, state.conversion, taken_W))
    return state, np.array(seen)


def test_it_melts_at_a_plateau_and_takes_its_heat_of_fusion():
    charge = Charge(14.0, completeness=0.0)
    _, seen = heated(charge)
    melting = (seen[:, 3] > 0) & (seen[:, 3] < 1)
    assert melting.sum() * TICK_s > 60
    assert np.all(seen[melting, 2] == MELTING_POINT_K)
    wall_J = seen[:, 5].sum() * TICK_s
    warmed_J = charge.heat_capacity_J_per_K * (seen[-1, 2] - ROOM_K)
    assert wall_J - warmed_J == pytest.approx(charge.fusion_J, rel=1e-6)
    assert charge.fusion_J == pytest.approx(265 * 10, rel=1e-6), "14 g at ratio 1 hold 10 g of chloride"


def test_it_freezes_again():
    state, _ = heated(Charge(14.0, completeness=0.0))
    temperatures = []
    for _ in range(4000):
        state.step(440.0, TICK_s)
        temperatures.append(state.temperature_K)
    assert temperatures.count(MELTING_POINT_K) > 20
    assert state.molten == 0.0


def test_nothing_reacts_before_the_melt_and_all_heat_is_accounted_for():
    charge = Charge(7.0, completeness=1.0)
    state, seen = heated(charge, until_K=620.0)
    assert np.all(seen[seen[:, 3] == 0, 4] == 0)
    assert state.conversion > 0.99
    wall_J = seen[:, 5].sum() * TICK_s
    stored_J = charge.heat_capacity_J_per_K * (state.temperature_K - ROOM_K) + charge.fusion_J
    assert stored_J - wall_J == pytest.approx(charge.reaction_J * state.conversion, rel=1e-6)


@pytest.mark.parametrize(
    ("ratio", "low", "high"), [(0.5, 7.6, 8.8), (1.0, 12.0, 14.0), (2.0, 20.0, 25.0)], ids=["0.5", "1", "2"]
)
def test_heat_of_reaction_for_a_gram_of_silica(ratio, low, high):
    charge = Charge(10.0, sulphate_ratio=ratio, completeness=1.0)
    assert low < charge.reaction_J / charge.silica_g / 1000 < high


def test_aluminium_runs_short_at_ratio_three():
    per_silica = [
        Charge(10.0, sulphate_ratio=one, completeness=1.0).reaction_J
        / Charge(10.0, sulphate_ratio=one).silica_g
        for one in (2.3, 3.0)
    ]
    assert per_silica[1] < per_silica[0] * (3.4 + 9.5 * 3.0) / (3.4 + 9.5 * 2.3)


@pytest.mark.parametrize("wrong", [{"mass_g": 0.0}, {"mass_g": -1.0}, {"mass_g": 1.0, "completeness": 1.1}])
def test_a_charge_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"charge|completeness"):
        Charge(**wrong)


# ---- thermocouples


def test_a_thermocouple_is_late():
    one = furnace()
    one._tube_K = 400.0
    read = one.control.temperature_K(8.0)
    tube_K = one.inspect(8.0)["tube_K"]
    assert ROOM_K < read < tube_K
    assert (tube_K - read) / (tube_K - ROOM_K) == pytest.approx(math.exp(-1), abs=0.05)


def test_broken_thermocouples():
    one = furnace(0.1)
    one.advance(3600.0)
    hot_K = one.control.temperature_K(3600.0)
    one.control.become("open", 3600.0)
    assert one.control.temperature_K(3700.0) is None
    one.control.become("shorted", 3700.0)
    assert one.control.temperature_K(3800.0) == ROOM_K
    one.control.become("slipped", 3800.0)
    assert one.control.temperature_K(4000.0) - ROOM_K == pytest.approx(0.2 * (hot_K - ROOM_K), rel=0.3)
    one.control.become("good", 4000.0)
    assert one.control.temperature_K(4200.0) > hot_K - 1


# ---- what fails


def test_a_welded_relay_is_stopped_by_the_cut_out_alone():
    build = FurnaceBuild(cut_out_K=573.15)
    one = furnace(0.0, build)
    one.weld_relay(True, 10.0)
    now = one.inspect(3600.0)
    assert not now["contactor_closed"]
    assert now["heating"] == 0.0
    hottest = max(one.inspect(time)["tube_K"] for time in range(3600, 4000, 10))
    assert hottest < build.cut_out_K + 60
    one.weld_relay(False, 4000.0)
    assert not one.inspect(20_000.0)["contactor_closed"], "it latches"
    assert one.reset_cut_out(20_000.0)
    assert one.inspect(20_001.0)["contactor_closed"]


def test_the_cut_out_cannot_be_reset_while_it_is_hot():
    one = furnace(1.0, FurnaceBuild(cut_out_K=473.15))
    time = next(t for t in range(0, 3600, 5) if not one.inspect(t)["contactor_closed"])
    assert not one.reset_cut_out(time)


def test_a_broken_limiter_opens_the_contactor():
    one = furnace(0.5)
    one.break_limiter(True, 100.0)
    assert not one.inspect(101.0)["contactor_closed"]


@pytest.mark.parametrize("fault", ["break_element", "mains"])
def test_no_heat_without_element_or_mains(fault):
    one = furnace(0.5)
    one.advance(600.0)
    if fault == "mains":
        one.set_mains(False, 600.0)
    else:
        one.break_element(True, 600.0)
    spent_J = one.energy_J
    assert one.inspect(700.0)["energy_J"] == spent_J


def test_the_heater_puts_in_what_it_says():
    one = furnace(0.25)
    assert one.inspect(1000.0)["energy_J"] == pytest.approx(0.25 * 1200.0 * 1000.0)


def test_a_build_that_cannot_be():
    with pytest.raises(ValueError, match="power_W"):
        FurnaceBuild(power_W=0.0)


# ---- gas


def test_argon_follows_its_valve_and_fails():
    line = GasLine(lag_s=2.0)
    assert line.flow_sccm(0.0) == 0.0
    line.set_valve(200.0, 10.0)
    assert line.flow_sccm(12.0) == pytest.approx(200 * (1 - math.exp(-1)))
    assert line.flow_sccm(100.0) == pytest.approx(200.0)
    line.set_supply(False, 100.0)
    assert line.flow_sccm(102.0) == pytest.approx(200 * math.exp(-1))
    assert not line.supplied(102.0)
    line.set_supply(True, 200.0)
    assert line.flow_sccm(300.0) == pytest.approx(200.0)
    with pytest.raises(ValueError, match="cannot be set"):
        line.set_valve(-1.0, 300.0)
