"""Numbers in words, states, freshness and expected ends; no Qt."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.service.models.trace import TraceInfo
from gui.logic.eta import expected
from gui.logic.origin import origin_text
from gui.logic.snapshot import STALE_AFTER_S, freshness
from gui.logic.states import instrument_sign, run_sign
from gui.logic.wording import (
    age_text,
    duration_text,
    prefixed,
    quantity_text,
    result_text,
    typed_duration,
)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (7500, "2 h 5 min"),
        (356_400, "4 d 3 h"),
        (math.inf, "—"),
    ],
)
def test_durations(seconds, text):
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0010012, "A", "1.0012 mA"),
        (-0.105, "A", "-105 mA"),
        (1e3, "V", "1 kV"),
        (999.96e-6, "A", "999.96 µA"),
        (711.2, "ohm", "711.2 Ω"),
        (296.1534, "K", "296.15 K"),
        (250.04, "degC", "250.04 °C"),
        (0.0, "V", "0 V"),
        (5, "", "5"),
        (True, "", "yes"),
        (None, "V", "—"),
        (math.nan, "V", "—"),
        ("sweep", "", "sweep"),
    ],
)
def test_quantities(value, unit, text):
    assert quantity_text(value, unit) == text


@given(st.floats(1e-15, 1e14), st.sampled_from(["V", "A", "ohm"]))
def test_a_prefix_never_changes_the_value(value, unit):
    scaled, named = prefixed(value, unit)
    powers = {"f": -15, "p": -12, "n": -9, "µ": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12}
    assert scaled * 10.0 ** powers.get(named[0] if len(named) > 1 else "", 0) == pytest.approx(
        value, rel=1e-12
    )
    assert 0.999 <= scaled < 1000.001


@pytest.mark.parametrize(
    ("value", "U", "unit", "text"),
    [
        (0.0498, 0.0010, "S/m", "0.0498 ± 0.0010 S/m"),
        (710.52, 1.7, "ohm", "710.5 ± 1.7 Ω"),
        (1.0234e-5, 2.1e-7, "S/m", "(10.23 ± 0.21)e-6 S/m"),
        (12.0, None, "s", "12 s"),
        (None, 0.1, "S/m", "cannot be told"),
    ],
)
def test_results_are_rounded_to_their_uncertainty(value, U, unit, text):
    assert result_text(value, U, unit) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(86_400, "1 d"), (600, "10 min"), (0.01, "10 ms"), (90, "90 s")]
)
def test_a_default_duration_as_one_would_type_it(seconds, text):
    assert typed_duration(seconds) == text


def test_fresh_until_it_is_old_or_lost():
    snapshot = SimpleNamespace(taken=100.0)
    assert freshness(None, "", 1.0).standing == "looking"
    assert freshness(snapshot, "", 101.0).standing == "fresh"
    assert freshness(snapshot, "gone", 101.0).standing == "stale"
    late = freshness(snapshot, "", 100.0 + STALE_AFTER_S + 1)
    assert (late.standing, late.age_s) == ("stale", STALE_AFTER_S + 1)
    assert age_text(late.age_s) == "5 s ago"


def run(key, state="queued", duration=100.0, resources=("instrument meter",), **facts):
    given = {"held": "", "after": [], "steps": [], "safe": None} | facts
    return SimpleNamespace(key=key, state=state, duration_s=duration, resources=list(resources), **given)


def test_what_shares_an_instrument_goes_one_after_another():
    queue = [
        run(1, "running"),
        run(2),
        run(3, resources=["fixture cell"]),
        run(4, duration=10.0),
        run(5, held="tomorrow"),
        run(6, after=[5], resources=["fixture furnace"]),
        run(7, "done"),
    ]
    found = expected(queue, {1: 0.25}, speed=5.0)
    assert found[1].ends_s == pytest.approx(15.0)
    assert (found[2].begins_s, found[2].ends_s) == (pytest.approx(15.0), pytest.approx(35.0))
    assert found[3].begins_s == 0.0
    assert found[4].ends_s == pytest.approx(37.0)
    assert math.isinf(found[5].ends_s)
    assert math.isinf(found[6].ends_s), "what comes after a held run cannot be told either"
    assert 7 not in found


def test_nobody_can_tell_when_a_paused_run_ends():
    found = expected([run(1, "paused"), run(2)], {})
    assert math.isinf(found[1].ends_s)
    assert math.isinf(found[2].ends_s)


def test_every_state_has_a_glyph_a_word_and_no_two_look_alike():
    signs = [run_sign(run(1, state)) for state in ("queued", "waiting", "running", "paused", "interrupted")]
    signs += [run_sign(run(1, state)) for state in ("done", "failed", "aborted", "refused")]
    signs += [run_sign(run(1, held="x")), run_sign(run(1, "interrupted", safe="failed"))]
    assert len({sign.glyph for sign in signs}) == len(signs)
    assert len({sign.word for sign in signs}) == len(signs)


def test_not_safe_is_said_before_anything_else():
    lease = SimpleNamespace(run=3, holder="run #3 x")
    assert instrument_sign(SimpleNamespace(state="NOT SAFE", lease=lease)).tone == "bad"
    assert instrument_sign(SimpleNamespace(state="open", lease=lease)).word == "in use by run #3"
    assert run_sign(run(1, "done", safe="failed")).word == "NOT SAFE"


def test_where_a_run_comes_from():
    run = {"id": "f", "sample": None, "reason": "", "safe": None, "started": "", "ended": None, "results": {}}
    treatments = [
        {**run, "run_id": procedure, "procedure": procedure, "status": status, "accepted": accepted}
        | {"simulated": accepted == "pass", "criteria": [], "made": False, "unread": ""}
        for procedure, status, accepted in (
            ("synthesis", "done", "pass"),
            ("anneal", "done", "marginal"),
            ("drying", "failed", None),
        )
    ]
    lineage = {"batch": "B1", "masses_g": {}, "steps": [], "treatments": treatments, "samples": []}
    trace = {"name": "s", "kind": "sample", "lineages": [{**lineage, "remarks": ["look"]}]}
    assert origin_text(TraceInfo.model_validate(trace)) == (
        "Batch B1: synthesis accepted (simulated), anneal not accepted, drying failed\n△ look"
    )
