"""What a tripped interlock does to runs on fakes: warn, pause, abort, make safe; once, and written down."""

import pytest
from interlock_bench import entries, heat, level, notices, on_furnace, room, rows, span, states

from bench.runs.engine.events import StatusChanged


def test_abort_ends_the_run_in_order_after_the_row_that_was_too_high(make_bench, hooks):
    bench = make_bench(interlocks=[level("abort")])
    hooks["shutdown"] = lambda run: run.context.note("put away")
    (outcome,) = bench.run(bench.planned(points=10))
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert outcome.reason.startswith("interlock high: Level of meter is above 3.5 V (4 V) since 2026-01-01")
    assert rows(outcome) == 4
    assert [entry.facts["text"] for entry in entries(outcome, "note")] == ["put away"]
    assert not bench.devices["meter"].on


def test_it_is_in_the_journal_with_everything_one_asks_later(make_bench):
    bench = make_bench(interlocks=[level("abort", for_s=2.0)])
    (outcome,) = bench.run(bench.planned(points=10))
    (entry,) = entries(outcome)
    facts = dict(entry.facts)
    assert facts.pop("text") == outcome.reason
    assert facts == {
        "rule": "high",
        "then": "abort",
        "in_shutdown": False,
        "quantity": "Level of meter",
        "value": 4.0,
        "unit": "V",
        "comparison": "above",
        "limit": "3.5 V",
        "for_s": 2.0,
        "stale": False,
        "stale_s": 1800.0,
        "since": "2026-01-01T00:00:04.400000+00:00",
    }
    assert entry.time_s == pytest.approx(6.4), "when the time was over, between two rows"
    assert rows(outcome) == 5


def test_warn_changes_nothing_and_is_said_once(make_bench):
    bench = make_bench(interlocks=[level("warn")])
    (outcome,) = bench.run(bench.planned(points=20))
    assert outcome.status == "done"
    assert rows(outcome) == 20
    assert len(entries(outcome)) == 1
    (notice,) = notices(bench)
    assert (notice.run_id, notice.level) == ("r1", "warning")
    assert "Level of meter is above 3.5 V" in notice.text


def test_pause_holds_the_run_until_a_person_resumes_it(make_bench):
    bench = make_bench(interlocks=[level("pause")])
    bench.at(500.0, bench.control.resume)
    (outcome,) = bench.run(bench.planned(points=10))
    assert outcome.status == "done"
    assert rows(outcome) == 10
    assert span(outcome)[1] > 500.0
    phases = [event.phase for event in bench.seen if isinstance(event, StatusChanged)]
    assert phases.count("paused") == phases.count("resumed") == 1
    assert [state for state, _ in states(bench, 1)] == ["running", "paused", "running", "done"]
    assert states(bench, 1)[1][1].startswith("interlock high: Level of meter is above 3.5 V")
    assert len(notices(bench)) == 1
    assert bench.devices["meter"].made_safe == [0.0, span(outcome)[1]], "its outputs stayed as they were"


def test_make_safe_does_not_wait_for_the_shutdown_of_the_run(make_bench, hooks):
    bench = make_bench(interlocks=[level("make_safe")])
    hooks["shutdown"] = lambda run: run.context.sleep(60.0)
    (outcome,) = bench.run(bench.planned(points=10))
    assert outcome.status == "aborted"
    assert outcome.reason.startswith("interlock high")
    at_start, at_once, *_ = bench.devices["meter"].made_safe
    assert (at_start, at_once) == (0.0, pytest.approx(4.4))
    assert entries(outcome, "interlock")[0].facts["then"] == "make_safe"
    assert [event.level for event in notices(bench)] == ["error"]


@pytest.mark.parametrize(
    ("then", "safe_at"), [("pause", [0.0, 70.5]), ("abort", [0.0, 70.5]), ("make_safe", None)]
)
def test_in_the_shutdown_of_a_run_only_make_safe_acts(make_bench, hooks, then, safe_at):
    bench = make_bench(interlocks=[level(then, above="9 V")])

    def shutdown(run):
        run.context.sleep(5.0)
        run.context.measure({"Level": 10.0, "Phase": "cooling"})
        run.context.sleep(60.0)

    hooks["shutdown"] = shutdown
    (outcome,) = bench.run(bench.planned(points=5))
    (notice,) = notices(bench)
    assert entries(outcome)[0].facts["in_shutdown"]
    if then == "make_safe":
        assert bench.devices["meter"].made_safe[1] == pytest.approx(10.5)
        assert notice.text.endswith("run r1 is stopped and its instruments are made safe at once")
    else:
        assert outcome.status == "done"
        assert bench.devices["meter"].made_safe == pytest.approx(safe_at)
        assert notice.text.endswith("run r1 is in its shutdown already, which goes on")


def test_two_rules_at_once_are_one_abort_and_not_safe_now(make_bench, hooks):
    bench = make_bench(interlocks=[level("abort"), level("abort", above="3 V", for_s=1.1, name="too")])
    hooks["shutdown"] = lambda run: run.context.sleep(60.0)
    (outcome,) = bench.run(bench.planned(points=10))
    assert {entry.facts["rule"] for entry in entries(outcome)} == {"high", "too"}
    assert bench.devices["meter"].made_safe == [0.0, pytest.approx(64.4)]


def test_a_rule_acts_only_on_the_run_that_publishes_or_on_the_instruments_it_names(make_bench):
    for named, expected in ((), ["aborted", "done"]), (("furnace",), ["done", "aborted"]):
        bench = make_bench(interlocks=[level("abort", instruments=named, name=f"high{len(named)}")])
        bench.devices["furnace"].level = -100.0
        outcomes = bench.run(bench.planned("a", points=10), on_furnace(bench, "b", points=30))
        assert [outcome.status for outcome in outcomes] == expected
        assert [len(entries(outcome)) for outcome in outcomes] == [status == "aborted" for status in expected]


def test_the_room_concerns_every_run_in_one_notice(make_bench):
    bench = make_bench(interlocks=[room("abort")])
    heat(bench, 700.0, 305.15)
    outcomes = bench.run(bench.planned("a", points=9000), on_furnace(bench, "b", points=9000))
    assert [outcome.status for outcome in outcomes] == ["aborted", "aborted"]
    assert (
        "ambient is above 30 degC (305.15 K, 32.00 degC) since 2026-01-01 00:20:00 UTC" in outcomes[0].reason
    )
    assert [span(outcome)[1] for outcome in outcomes] == [pytest.approx(1200.0, abs=2.0)] * 2
    (notice,) = notices(bench)
    assert notice.text.endswith("; run a is aborted in order; run b is aborted in order")
    assert all(len(entries(outcome)) == 1 for outcome in outcomes)


def test_for_how_long_counts_from_the_first_value_beyond(make_bench):
    bench = make_bench(interlocks=[room("abort", for_s=120.0)])
    heat(bench, 700.0, 305.15)
    (outcome,) = bench.run(bench.planned("a", points=9000))
    assert entries(outcome)[0].time_s == pytest.approx(1320.0)


def test_a_second_violation_after_the_first_was_over_acts_again(make_bench):
    bench = make_bench(interlocks=[room("pause")])
    for seconds, kelvin in ((500, 305.0), (1100, 296.0), (2300, 305.0)):
        heat(bench, seconds, kelvin)
    bench.at(900.0, bench.control.resume)
    bench.at(2900.0, bench.control.resume)
    (outcome,) = bench.run(bench.planned(points=3000))
    assert outcome.status == "done"
    assert [entry.time_s for entry in entries(outcome)] == [pytest.approx(600.0), pytest.approx(2400.0)]


def test_it_acts_on_a_run_that_begins_while_a_warning_holds(make_bench):
    bench = make_bench(interlocks=[room("warn")])
    bench.devices["ambient"].kelvin = 305.0
    outcomes = bench.run(bench.planned("a"), bench.planned("b"))
    assert [outcome.status for outcome in outcomes] == ["done", "done"]
    assert [len(entries(outcome)) for outcome in outcomes] == [1, 1]
    assert [notice.run_id for notice in notices(bench)] == ["a", "b"]


def test_rules_that_hold_change_no_row_and_no_second(make_bench):
    rules = [level("abort", above="1 MV"), room("abort", for_s=7.0, stale_s=1700.0)]
    found = []
    for interlocks in ([], rules):
        bench = make_bench(interlocks=interlocks)
        outcomes = bench.run(bench.planned("a", points=2000), on_furnace(bench, "b", points=100))
        assert [entries(one) for one in outcomes] == [[], []]
        found.append([(span(one), (one.folder / "data.csv").read_bytes()) for one in outcomes])
        assert bench.clock.now() == span(outcomes[0])[1], "the queue ends with its last run"
    assert found[0] == found[1]
