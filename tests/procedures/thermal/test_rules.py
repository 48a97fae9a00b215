"""The rules by themselves: soak, exotherm, permit, criteria, heat balance, notation."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.clock import VirtualClock
from bench.core.errors import CommunicationError, LinkLostError
from bench.core.programme import Dwell, ProgrammeError, Ramp, TemperatureProgramme
from bench.core.soak import soak_of
from procedures.thermal.cooling import COLD_FOR_S, PermitClock
from procedures.thermal.course import fastest_lately, highest_yet
from procedures.thermal.criteria import Criterion, worst
from procedures.thermal.exotherm import ExothermRules, Look
from procedures.thermal.gas import LOST_AFTER_S
from procedures.thermal.heat_balance import Mixture, adiabatic_rise_K, least_vessel_g
from procedures.thermal.in_limits import share_of
from procedures.thermal.looking import SILENT_FOR_S, Eyes
from procedures.thermal.notation import approach, parse_segments
from procedures.thermal.patience import Persisting

RULES = {"begin_s": 0.0, "band_K": 5.0, "settle_s": 60.0, "gap_s": 30.0}


def soak(off, step=10.0, **more):
    time = np.arange(len(off)) * step
    return soak_of(time, np.asarray(off, float), **{**RULES, "end_s": float(time[-1]), **more})


def test_only_time_in_band_counts_and_an_excursion_sets_nothing_back():
    found = soak([0.0] * 31 + [6.0] * 3 + [0.0] * 30)
    assert found.in_band_s == 300.0 + 290.0
    assert found.longest_excursion_s == 40.0  # both edges of it
    assert found.above_s == 40.0
    assert found.unseen_s == 0.0


def test_it_starts_when_it_has_settled():
    found = soak([9.0] * 5 + [0.0] * 3 + [9.0] * 5 + [0.0] * 20)
    assert found.settled_after_s == 130.0
    assert found.in_band_s == 190.0
    assert found.longest_excursion_s == 0.0
    assert soak([0.0] * 3 + [9.0] * 3).in_band_s == 0.0


def test_a_gap_is_neither_in_band_nor_out_of_it():
    time = np.array([0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 400.0, 410.0, 420.0])
    found = soak_of(time, np.zeros(11), **RULES, end_s=420.0)
    assert (found.in_band_s, found.unseen_s, found.longest_gap_s) == (90.0, 330.0, 330.0)
    assert found.longest_excursion_s == 0.0


def test_a_temperature_that_is_not_known_is_not_in_band():
    found = soak([0.0] * 10 + [np.nan] * 3 + [0.0] * 10)
    assert (found.in_band_s, found.unseen_s) == (180.0, 40.0)


@given(st.lists(st.one_of(st.floats(-20, 20), st.just(float("nan"))), min_size=2, max_size=60))
def test_every_second_of_a_dwell_is_counted_once_at_most(off):
    found = soak(off)
    whole = 10.0 * (len(off) - 1)
    assert 0 <= found.in_band_s <= whole
    assert found.in_band_s + found.unseen_s + found.longest_excursion_s <= whole + 1e-9
    assert found.longest_gap_s <= found.unseen_s


def looks(seconds, **by_time):
    """A look each ten seconds; each value a number, or a function of time."""
    usual = {"setpoint_degC": 250.0, "rate_K_per_min": 0.0, "control_degC": 250.0, "vessel_degC": 250.0}
    usual |= {"output_percent": 7.0, "lately_K_per_min": 0.0, "highest_degC": 250.0, **by_time}
    for time in np.arange(0.0, seconds, 10.0):
        yield Look(float(time), **{k: v(time) if callable(v) else v for k, v in usual.items()})


def first(rules, some):
    return next(((look.time, said) for look in some if (said := rules.look(look))), None)


def test_a_quiet_furnace_trips_nothing():
    assert first(ExothermRules(260.0), looks(7200.0, vessel_degC=255.0, control_degC=251.0)) is None


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        ({"vessel_degC": 260.5}, 0.0, "above its limit of 260 degC"),
        ({"vessel_degC": 259.0, "control_degC": 248.0}, 0.0, "exotherm: the vessel is 11.0 K hotter"),
        ({"control_degC": 266.0}, 150.0, "16.0 K above its set-point and does not fall"),
        ({"control_degC": lambda t: 265.5 + t / 60.0}, 30.0, "16.0 K above its set-point and heats at 1.0"),
        ({"control_degC": lambda t: 254.0 + t / 60.0, "output_percent": 0.0}, 270.0, "gets hotter"),
        (
            {
                "rate_K_per_min": 2.0,
                "lately_K_per_min": 2.0,
                "highest_degC": lambda t: 206.0 + t / 30.0,
                "setpoint_degC": lambda t: 206.0 + t / 30.0,
                "control_degC": lambda t: 206.0 + t / 30.0,
                "vessel_degC": lambda t: 206.0 + t / 12.0,
            },
            60.0,
            "exotherm: the vessel heats at 5.0 K/min where 2 K/min are set",
        ),
    ],
)
def test_each_rule(change, at, said):
    time, text = first(ExothermRules(260.0), looks(600.0, **change))
    assert said in text
    assert time == at


def test_an_overshoot_that_falls_is_no_exotherm():
    falling = {"control_degC": lambda t: 253.0 + 9.0 * np.sin(min(t, 500.0) / 160.0), "output_percent": 0.0}
    assert first(ExothermRules(300.0), looks(500.0, **falling)) is None


def test_what_a_programme_has_asked_for():
    programme = TemperatureProgramme(
        (Ramp(180.0, 5.0), Ramp(250.0, 2.0), Dwell(600.0), Ramp(60.0, 5.0), Dwell(60.0))
    )
    fastest = [fastest_lately(programme, *where) for where in [(1, 300.0), (2, 1800.0), (2, 0.0), (3, 30.0)]]
    assert fastest == [5.0, 5.0, 2.0, 2.0]  # the slow ramp takes 2100 s
    assert fastest_lately(programme, 5, 0.0) == 5.0
    assert fastest_lately(programme, 0, 0.0) == 0.0
    assert [highest_yet(programme, *where) for where in [(1, 99.0), (3, 250.0), (4, 100.0)]] == [
        99.0,
        250.0,
        250.0,
    ]


def test_the_catching_up_of_a_melt_is_no_exotherm():
    fast = {"rate_K_per_min": 2.0, "vessel_degC": lambda t: 150.0 + t / 6.0}
    fast |= {"setpoint_degC": 230.0, "control_degC": 230.0}
    assert first(ExothermRules(260.0), looks(300.0, **fast)) is None


def test_a_furnace_that_cannot_follow_down_is_no_exotherm():
    down = {"setpoint_degC": lambda t: 230.0 - t / 12.0, "rate_K_per_min": 5.0, "output_percent": 0.0}
    assert first(ExothermRules(260.0), looks(1200.0, **down)) is None, "also if nobody saw it come down"


def test_the_permit_needs_ten_minutes_of_everything():
    clock = PermitClock(40.0, vessel=True)
    cold = {"control_degC": 39.0, "vessel_degC": 39.0, "output": 0.0, "reset": True}
    assert not clock.look(0.0, **cold)
    assert not clock.look(COLD_FOR_S - 1, **cold)
    for bad in ({"vessel_degC": None}, {"control_degC": 41.0}, {"output": 1.0}, {"reset": False}):
        assert not clock.look(COLD_FOR_S, **{**cold, **bad})
    assert not clock.look(COLD_FOR_S + 1, **cold)
    assert clock.look(2 * COLD_FOR_S + 1, **cold)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(8.9, "pass"), (9.1, "marginal"), (10.9, "marginal"), (11.1, "fail"), (None, "fail")],
)
def test_a_verdict_is_never_by_a_hair(value, verdict):
    assert Criterion("overshoot", value, "K", "at most", 10.0, 1.0).verdict == verdict
    mirrored = None if value is None else -value
    assert Criterion("soak", mirrored, "s", "at least", -10.0, 1.0).verdict == verdict
    assert worst(["pass", "fail", "marginal"]) == "fail"


@pytest.mark.parametrize(("vessel_g", "low", "high"), [(100, 187, 228), (200, 104, 127), (400, 55, 68)])
def test_the_heat_balance_is_that_of_the_handbook(vessel_g, low, high):
    """Adiabatic rise of a batch of 1 g SiO2 at ratio 1 (14 g), reference tables; the upper end is ours."""
    mixture = Mixture.of(1.0, sulphate=1.0, aluminium=2.0, chloride=10.0)
    rise = adiabatic_rise_K(mixture, vessel_g)
    assert low < rise <= high
    assert adiabatic_rise_K(mixture, least_vessel_g(mixture, rise)) == pytest.approx(rise)


def test_the_notation():
    assert parse_segments("5 K/min to 180 degC; hold 10 h;") == (Ramp(180.0, 5.0), Dwell(36_000.0))
    with pytest.raises(ProgrammeError, match="it is empty"):
        parse_segments(" ; ")
    assert approach(250.0, rate=5.0, slow_rate=2.0, slow_from_degC=180.0) == (
        Ramp(180.0, 5.0),
        Ramp(250.0, 2.0),
    )
    assert approach(150.0, rate=5.0, slow_rate=2.0, slow_from_degC=180.0) == (Ramp(150.0, 5.0),)


def test_silence_costs_rows_and_after_two_minutes_leaves_the_furnace_to_its_controller():
    def silent():
        raise CommunicationError("no reply")

    told = []
    with VirtualClock() as clock:
        furnace = SimpleNamespace(name="furnace", programmer_status=silent)
        eyes = Eyes(clock, furnace, None, told.append)
        assert eyes.status() is None
        clock.sleep(SILENT_FOR_S)
        assert eyes.status() is None
        clock.sleep(1.0)
        with pytest.raises(LinkLostError, match="has not answered for 120 s"):
            eyes.status()
    assert told == ["no answer from the controller: no reply"] * 2


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=2, max_size=40))
def test_every_second_that_counts_is_within_out_or_not_seen(rows):
    known, inside, counts = (np.array(column) for column in zip(*rows, strict=True))
    time = np.cumsum(np.arange(len(rows), dtype=float) % 3 + 1)  # steps of 1, 2 and 3 s
    gap_s = np.full(len(rows), 2.5)
    share = share_of(time, known=known, inside=inside & known, counts=counts, gap_s=gap_s)
    assert share.total_s == np.diff(time)[counts[:-1]].sum()
    assert share.unseen_s >= np.diff(time)[counts[:-1] & (np.diff(time) > 2.5)].sum()
    assert share.longest_out_s <= share.out_s
    all_known = share_of(time, known=known | True, inside=inside & known, counts=counts, gap_s=gap_s + 1)
    assert all_known.unseen_s == 0.0
    assert all_known.within_s >= share.within_s


def test_a_condition_counts_once_it_has_held_and_what_nobody_sees_changes_nothing():
    found = Persisting(LOST_AFTER_S)
    looks = [(0.0, True), (60.0, True), (61.0, None), (62.0, True), (63.0, True), (64.0, None), (65.0, False)]
    assert [found.look(*look) for look in looks] == [None, None, None, "begun", None, None, "ended"]
    assert [found.look(*look) for look in [(70.0, True), (90.0, False), (140.0, True)]] == [None] * 3


def test_what_was_not_measured_is_neither_a_pass_nor_a_fail():
    asked = Criterion("argon_in_limits", None, "1", "at least", 0.99, measured=False)
    assert asked.verdict == "not measured"
    assert worst(["pass", "not measured"]) == "not measured"
    assert worst(["not measured", "fail"]) == "fail"
