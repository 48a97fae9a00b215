"""A healthy furnace is not ended however it overshoots, and one that heats by itself is: both controllers."""

import pytest
from bare_furnace import CONTROLLERS, looks
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.programme import Dwell, Ramp
from procedures.thermal.exotherm import ExothermRules
from simulators.physics.furnace import Charge, FurnaceBuild

RATES = (2.0, 5.0, 10.0)
TARGETS = (40.0, 60.0, 80.0, 150.0, 250.0, 400.0)
DWELL = Dwell(2400.0)


def ended(controller, segments, limit_degC=None, **more):
    """What a rule says, the highest excess over the set-point until then, and the last look."""
    rules, above_K = ExothermRules(limit_degC), 0.0
    for look in looks(controller, segments, **more):
        above_K = max(above_K, look.control_degC - look.setpoint_degC)
        said = rules.look(look)
        if said is not None:
            return said, above_K, look
    return None, above_K, look


@pytest.mark.parametrize("controller", CONTROLLERS)
@pytest.mark.parametrize("rate", RATES)
def test_a_fast_ramp_overshoots_and_goes_on(controller, rate):
    found = {}
    for seed, target in enumerate(TARGETS):
        said, found[target], _ = ended(controller, (Ramp(target, rate), DWELL), seed=seed)
        assert said is None, f"to {target:g} degC: {said}"
    if rate == 10.0:
        assert min(found.values()) > 9.0
        assert max(found.values()) > 20.0, "they do overshoot"


@settings(max_examples=12, deadline=None)
@given(
    controller=st.sampled_from(sorted(CONTROLLERS)),
    rate=st.floats(0.5, 10.0),
    target=st.floats(40.0, 400.0),
    seed=st.integers(0, 1000),
    every_s=st.sampled_from([1.0, 5.0, 10.0]),
    element=st.floats(0.7, 1.3),
    losses=st.floats(0.5, 2.0),
)
def test_a_healthy_furnace_of_another_make(controller, rate, target, seed, every_s, element, losses):
    build = FurnaceBuild(element_J_per_K=900.0 * element, insulation_W_per_K=0.35 * losses)
    segments = (Ramp(target, rate), Dwell(1500.0))
    said, _, _ = ended(controller, segments, seed=seed, every_s=every_s, build=build)
    assert said is None


class Leaking:
    """A relay through which at least a part of the power flows."""

    def __init__(self, switch, part):
        self._switch, self._part = switch, part

    def tick(self, time, seconds, mains):
        return max(self._switch.tick(time, seconds, mains), self._part)


def leak(part):
    return lambda furnace, time: furnace.connect(Leaking(furnace._switch, part), time)


@pytest.mark.parametrize("controller", CONTROLLERS)
@pytest.mark.parametrize(("part", "within_s", "within_K"), [(1.0, 240.0, 45.0), (0.3, 900.0, 55.0)])
def test_a_relay_that_does_not_open_is_ended_in_time(controller, part, within_s, within_K):
    """Welded, or leaking three tenths, in the ramp, at its end, in its overshoot and in the dwell."""
    for rate in RATES:
        for target in (60.0, 250.0):
            ramp_s = 60.0 * (target - 20.0) / rate
            for at_s in (0.5 * ramp_s, 0.97 * ramp_s, ramp_s + 200.0, ramp_s + 1800.0):
                said, above_K, last = ended(
                    controller, (Ramp(target, rate), DWELL), at=[(at_s, leak(part))], every_s=5.0
                )
                where = f"{rate:g} K/min to {target:g} degC, at {at_s:.0f} s: {said}"
                assert said is not None, where
                assert last.time - at_s < within_s, where
                assert above_K < within_K, where


@settings(max_examples=12, deadline=None)
@given(
    controller=st.sampled_from(sorted(CONTROLLERS)),
    rate=st.floats(1.0, 10.0),
    target=st.floats(50.0, 300.0),
    part=st.floats(0.3, 1.0),
    when=st.floats(0.1, 1.0),
    seed=st.integers(0, 1000),
)
def test_power_that_nobody_asked_for_is_ended(controller, rate, target, part, when, seed):
    ramp_s = 60.0 * (target - 20.0) / rate
    at_s = when * (ramp_s + 1200.0)
    said, above_K, _ = ended(
        controller, (Ramp(target, rate), DWELL), at=[(at_s, leak(part))], every_s=5.0, seed=seed
    )
    assert said is not None
    assert above_K < 15.0 + 4.0 * rate + 5.0, said


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(
    ("charge_g", "faster", "wall_degC"), [(7.0, 1.0, None), (14.0, 1.0, 261.0), (28.0, 6.0, 220.0)]
)
def test_a_charge_that_heats_itself_is_ended_at_its_vessel(rate, charge_g, faster, wall_degC):
    segments = (Ramp(180.0, rate), Ramp(250.0, 2.0), Dwell(5400.0))
    said, _, last = ended("eurotherm", segments, 260.0, charge=Charge(charge_g, rate_factor=faster))
    assert (said is None) == (wall_degC is None), said
    if wall_degC is not None:
        assert "the vessel" in said
        assert last.vessel_degC < wall_degC
