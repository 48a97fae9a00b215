"""The scheduler on fakes: side by side what shares nothing, in turn what does, never stuck on a failure."""

from dataclasses import replace
from datetime import timedelta
from typing import ClassVar

import pytest
from run_fakes import Sweep

from bench.runs.engine.events import RunFinished, RunStarted
from bench.runs.engine.leases import Resource
from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder


class OnFurnace(Sweep):
    """The same on the other source, without the press."""

    name = "on-furnace"
    fixtures: ClassVar[dict[str, str]] = {}


def on_furnace(bench, run_id, **more):
    run = bench.planned(run_id, procedure=OnFurnace, instruments=("furnace",), **more)
    return replace(run, resources=frozenset([Resource("instrument", "furnace")]))


def spans(outcomes):
    """When each run went on, in clock seconds."""
    clocks = [RunFolder.open(outcome.folder).info["clock"] for outcome in outcomes]
    return [(clock["start_s"], clock["end_s"]) for clock in clocks]


def states(bench, key):
    queue = RunQueue(bench.data)
    try:
        return [change.facts["state"] for change in queue.history(key) if change.kind == "state"]
    finally:
        queue.close()


def items(bench):
    queue = RunQueue(bench.data)
    try:
        return sorted(queue.list(), key=lambda item: item.key)
    finally:
        queue.close()


def test_runs_that_share_nothing_go_on_side_by_side(bench):
    outcomes = bench.run(bench.planned("a", points=10), on_furnace(bench, "b", points=10))
    assert [outcome.status for outcome in outcomes] == ["done", "done"]
    (a_start, a_end), (b_start, b_end) = spans(outcomes)
    assert a_start == b_start
    assert a_end == b_end == bench.clock.now()


def test_runs_that_share_something_go_on_in_turn(bench):
    outcomes = bench.run(bench.planned("a"), bench.planned("b"), bench.planned("c"))
    (_, a_end), (b_start, b_end), (c_start, _) = spans(outcomes)
    assert a_end <= b_start
    assert b_end <= c_start


def test_a_failure_beside_it_does_not_touch_a_run(bench, hooks):
    def fail(procedure):
        if procedure.points == 3:
            raise ZeroDivisionError

    hooks["execute"] = fail
    outcomes = bench.run(bench.planned("a", points=3), on_furnace(bench, "b", points=10))
    assert [outcome.status for outcome in outcomes] == ["failed", "done"]
    assert [outcome.safe for outcome in outcomes] == ["verified", "verified"]
    assert not bench.devices["meter"].on
    assert not bench.devices["furnace"].on


def test_an_abort_reaches_all_that_go_on_and_starts_no_other(bench):
    bench.at(2.5, lambda: bench.control.interrupt("Ctrl+C"))
    outcomes = bench.run(bench.planned("a"), on_furnace(bench, "b"), bench.planned("c"))
    assert [outcome.status for outcome in outcomes] == ["aborted"] * 3
    assert outcomes[2].folder is None
    assert not bench.devices["meter"].on
    assert not bench.devices["furnace"].on


def test_the_computers_stop_leaves_the_queue_as_it_is_to_be_gone_on_with(bench, make_bench):
    bench.at(2.5, lambda: bench.control.terminate("signal SIGTERM"))
    outcomes = bench.run(bench.planned("a"), bench.planned("b"))
    assert [outcome.status for outcome in outcomes] == ["interrupted", "waiting"]
    assert not bench.devices["meter"].on
    assert [item.state for item in items(bench)] == ["queued", "waiting"]
    assert states(bench, 1) == ["running", "interrupted", "queued"]


def test_each_change_is_in_the_journal_of_the_queue_with_who_and_why(bench):
    bench.run(bench.planned("a"), bench.planned("b"))
    assert states(bench, 1) == ["running", "done"]
    assert states(bench, 2) == ["waiting", "running", "done"]
    queue = RunQueue(bench.data)
    waiting = queue.history(2)[1]
    assert waiting.facts["waiting_for"] == "fixture press, held by run #1 a"
    assert all(change.facts["who"] for change in queue.history(2))
    assert queue.verify() == []
    queue.close()


def test_priority_and_order_decide_who_is_next(bench):
    first = bench.planned("a")
    low = replace(bench.planned("low"), priority=-1)
    high = replace(bench.planned("high"), priority=7)
    bench.run(first, low, high, bench.planned("b"))
    begun = [event.run_id for event in bench.seen if isinstance(event, RunStarted)]
    assert begun == ["high", "a", "b", "low"]


def test_a_run_waits_for_the_runs_it_comes_after(bench):
    second = replace(on_furnace(bench, "second"), after=("first",))
    outcomes = bench.run(second, bench.planned("first"))
    (second_start, _), (_, first_end) = spans(outcomes)
    assert second_start >= first_end
    assert [outcome.status for outcome in outcomes] == ["done", "done"]


@pytest.mark.parametrize(
    ("on_failure", "expected", "state"),
    [("refuse", "refused", "refused"), ("run", "done", "done"), ("hold", "waiting", "waiting")],
)
def test_what_comes_after_a_failure_is_as_that_run_says(bench, hooks, on_failure, expected, state):
    def fail(procedure):
        if procedure.points == 3:
            raise ZeroDivisionError

    hooks["execute"] = fail
    first = replace(bench.planned("first", points=3), on_failure=on_failure)
    second = replace(on_furnace(bench, "second"), after=("first",))
    outcomes = bench.run(first, second)
    assert [outcome.status for outcome in outcomes] == ["failed", expected]
    found = items(bench)[1]
    assert found.state == state
    if on_failure == "refuse":
        assert "run #1 first, which it comes after, ended failed" in found.reason
    if on_failure == "hold":
        assert "run #1 first ended failed" in found.held


def test_a_run_does_not_begin_before_its_time(bench):
    late = bench.clock.utc() + timedelta(hours=3)
    run = replace(bench.planned("late"), not_before=late.isoformat())
    outcomes = bench.run(run, bench.planned("early"))
    assert [outcome.status for outcome in outcomes] == ["done", "done"]
    assert spans(outcomes)[0][0] == pytest.approx(3 * 3600)
    assert spans(outcomes)[1][0] == 0.0


def test_a_held_run_stays_in_the_queue_and_says_so(bench):
    outcomes = bench.run(replace(bench.planned("held"), held="look at the pellet first"), bench.planned("b"))
    assert [outcome.status for outcome in outcomes] == ["waiting", "done"]
    assert items(bench)[0].waiting_for == "its release by a person: look at the pellet first"


def test_what_is_queued_by_others_is_run_by_work_and_not_by_run(bench, monkeypatch):
    plan = Plan(bench.station.path, bench.station, None, (bench.planned("mine"),))
    queue = RunQueue(bench.data)
    other = Plan(bench.station.path, bench.station, None, (bench.planned("other"),))
    queue.add(new_items(other, target="simulated", batch="x", seed=None), who="AB")
    queue.close()
    assert [run.id for run in bench.runner.run(plan).runs] == ["mine"]
    assert [item.state for item in items(bench)] == ["queued", "done"]


def test_requests_from_another_terminal_reach_the_run(bench):
    def request(word):
        def post():
            queue = RunQueue(bench.data)
            queue.request(1, word, who="AB", why="it smells")
            queue.close()
            bench.runner._wake.set()

        return post

    bench.at(1.5, request("pause"))
    bench.at(50.0, request("resume"))
    bench.at(52.5, request("abort"))
    (outcome,) = bench.run(bench.planned("a", points=1000))
    assert (outcome.status, outcome.reason) == ("aborted", "AB: it smells")
    assert states(bench, 1) == ["running", "paused", "running", "aborted"]
    assert bench.clock.now() < 60.0


def test_every_run_ends_with_one_event(bench):
    bench.run(bench.planned("a"), on_furnace(bench, "b"), replace(bench.planned("c"), held="x"))
    ended = [event.run_id for event in bench.seen if isinstance(event, RunFinished)]
    assert sorted(ended) == ["a", "b"]


def test_what_is_submitted_while_it_waits_is_run(bench):
    run = bench.planned("late")
    bench.runner._plan = lambda item: run

    def submit():
        queue = RunQueue(bench.data)
        plan = Plan(bench.station.path, bench.station, None, (run,))
        queue.add(new_items(plan, target="simulated", batch="x", seed=None), who="AB")
        queue.close()
        bench.runner._wake.set()

    told = []
    bench.at(1.0, submit)
    bench.at(100.0, lambda: bench.control.terminate("the end"))
    outcome = bench.runner.work(
        stay=True, owned=lambda: told.append("owned"), recovered=lambda: told.append("recovered")
    )
    assert [run.status for run in outcome.runs] == ["done"]
    assert told == ["owned", "recovered"]
    (started,) = [event for event in bench.seen if isinstance(event, RunStarted)]
    assert (started.key, started.folder) == (1, items(bench)[0].run_id)
    assert started.instruments == ("meter",)
    assert set(started.units) == {column.name for column in run.procedure.columns}


def test_what_is_submitted_while_the_scheduler_writes_itself_is_not_overlooked(bench, monkeypatch):
    """The mail is read together with the scheduler's own lines, and nothing else would wake it."""
    runs = {"first": bench.planned("first", points=20), "beside": on_furnace(bench, "beside")}
    bench.runner._plan = lambda item: runs[item.id]

    def submit(name):
        queue = RunQueue(bench.data)
        plan = Plan(bench.station.path, bench.station, None, (runs[name],))
        queue.add(new_items(plan, target="simulated", batch="x", seed=None), who="AB")
        queue.close()

    submit("first")
    written = RunQueue.note_state

    def note_state(self, key, state, **more):
        monkeypatch.setattr(RunQueue, "note_state", written)
        submit("beside")
        return written(self, key, state, **more)

    monkeypatch.setattr(RunQueue, "note_state", note_state)
    outcomes = bench.runner.work().runs
    assert [outcome.status for outcome in outcomes] == ["done", "done"]
    (first_start, first_end), (beside_start, _) = spans(outcomes)
    assert beside_start == first_start < first_end
