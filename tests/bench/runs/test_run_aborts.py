"""Abort in every phase, twice, ignored, and by signal; pause; teardown that does not end."""

import queue
import threading

import pytest
from run_fakes import Bench, Sweep, info

from bench.core.clock import RealClock
from bench.core.errors import ReadBackError, RunAbortedError
from bench.runs.engine.events import StatusChanged
from bench.runs.engine.operators import AbsentOperator, ConsoleOperator
from bench.runs.storage.folder import RunFolder


def test_abort_in_a_sleep_ends_the_run_and_the_queue(bench):
    bench.at(2.5, lambda: bench.control.interrupt("Ctrl+C"))
    first, second = bench.run(bench.planned("first"), bench.planned("second"))
    assert (first.status, first.safe, first.reason) == ("aborted", "verified", "Ctrl+C")
    assert len(RunFolder.open(first.folder).table()) == 2
    assert not bench.devices["meter"].on
    assert first.results == {}
    assert (second.status, second.safe, second.folder) == ("aborted", "verified", None)
    assert "not started" in second.reason
    assert info(first)["clock"]["end_s"] == pytest.approx(2.5)


def test_abort_of_one_run_lets_the_queue_go_on(bench):
    bench.at(2.5, lambda: bench.control.abort_run("not this one"))
    first, second = bench.run(bench.planned("first"), bench.planned("second"))
    assert (first.status, second.status) == ("aborted", "done")


def test_what_fails_because_it_was_made_safe_beneath_it_is_the_abort_that_was_asked_for(bench, hooks):
    def shutdown(run):
        bench.control.interrupt("Ctrl+C")
        bench.control.interrupt("Ctrl+C")
        raise ReadBackError("level was set to 1 mA but reads back as 0", instrument="meter")

    hooks["shutdown"] = shutdown
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert "reads back as 0" in outcome.reason


def test_a_shutdown_that_fails_after_one_abort_has_failed(bench, hooks):
    def shutdown(run):
        raise ReadBackError("level was set to 0 but reads back as 1 mA", instrument="meter")

    hooks["shutdown"] = shutdown
    bench.at(2.5, lambda: bench.control.interrupt("Ctrl+C"))
    (outcome,) = bench.run()
    assert outcome.status == "failed"


def test_abort_in_measure_keeps_the_row(bench, hooks):
    def abort_then_measure(run):
        bench.control.abort_run("enough")
        run.context.measure({"Level": 7.0, "Phase": "last"})

    hooks["execute"] = abort_then_measure
    (outcome,) = bench.run()
    assert outcome.status == "aborted"
    (row,) = RunFolder.open(outcome.folder).table().rows()
    assert row["Level"] == 7.0


def test_abort_at_a_checkpoint_keeps_the_checkpoint(bench, hooks):
    def abort_then_checkpoint(run):
        bench.control.abort_run("enough")
        run.context.checkpoint("here")

    hooks["execute"] = abort_then_checkpoint
    (outcome,) = bench.run()
    assert outcome.status == "aborted"
    assert [point.label for point in RunFolder.open(outcome.folder).checkpoints()] == ["here"]


def test_abort_while_nobody_comes_to_the_bench(make_bench, hooks):
    bench = make_bench(simulated=False, operator=AbsentOperator("wait"))
    hooks["startup"] = lambda run: run.context.operator("mount", action="mount")
    bench.at(600, lambda: bench.control.interrupt("Ctrl+C"))
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert bench.clock.now() == 600


def test_nobody_at_the_bench_is_said_and_fails_the_run(make_bench, hooks):
    bench = make_bench(simulated=False)
    hooks["startup"] = lambda run: run.context.operator("mount", action="mount")
    (outcome,) = bench.run()
    assert (outcome.status, outcome.simulated) == ("failed", False)
    assert "nobody is at the bench" in outcome.reason
    assert bench.facts(outcome, "operator declined")


def test_what_the_simulated_operator_cannot_do_fails_the_run(bench, hooks):
    hooks["startup"] = lambda run: run.context.operator("fly", action="impossible")
    (outcome,) = bench.run()
    assert outcome.status == "failed"
    assert "unknown action" in outcome.reason


def test_abort_before_the_start_begins_nothing(bench, hooks):
    began = []
    hooks["startup"] = began.append
    hooks["shutdown"] = began.append

    def abort_when_connecting(event):
        if event == StatusChanged("r1", "connect"):
            bench.control.abort_run("too early")

    bench.runner._events.subscribe(abort_when_connecting)
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe, began) == ("aborted", "verified", [])


def test_abort_in_teardown_does_not_abort_it_and_the_result_stands(bench, hooks):
    ended = []

    def ramp_down(run):
        bench.control.abort_run("late")
        run.context.sleep(100)
        ended.append(run.context.clock.now())

    hooks["shutdown"] = ramp_down
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("done", "verified")
    assert ended == [pytest.approx(105.5)]
    assert outcome.results["level"].value == 3.0


def test_a_second_abort_makes_safe_at_once_and_cuts_teardown_short(bench, hooks):
    """The magnet ramps down for an hour; the second Ctrl+C does not wait for it."""
    hooks["shutdown"] = lambda run: run.context.sleep(3600)
    bench.at(2.5, lambda: bench.control.interrupt("Ctrl+C"))
    bench.at(10, lambda: bench.control.interrupt("Ctrl+C"))
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert outcome.reason == "Ctrl+C; shutdown: safe now: Ctrl+C"
    assert 10.0 in bench.devices["meter"].made_safe
    assert bench.clock.now() == 10
    assert "safe now (Ctrl+C)" in bench.kinds(outcome)


def test_a_second_abort_reaches_a_procedure_that_does_not_listen(bench, hooks):
    """It waits on the clock itself, where the orderly abort cannot reach it; it is made safe anyway."""
    hooks["execute"] = lambda run: run.context.clock.sleep(50)
    bench.at(2, lambda: bench.control.interrupt("Ctrl+C"))
    bench.at(3, lambda: bench.control.interrupt("Ctrl+C"))
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert bench.devices["meter"].made_safe[1:3] == [3.0, 50.0]


def test_an_abort_that_is_swallowed_ends_the_run_all_the_same(bench, hooks):
    def stubborn(run):
        while True:
            try:
                run.context.sleep(1)
            except Exception:
                pass

    hooks["execute"] = stubborn
    bench.at(5, lambda: bench.control.abort_run("enough"))
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert bench.clock.now() == 5


def test_a_procedure_may_abort_itself(bench, hooks):
    def give_up(run):
        raise RunAbortedError("the pellet is cracked")

    hooks["execute"] = give_up
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe) == ("aborted", "verified")
    assert outcome.reason == "execute: the pellet is cracked"


def test_shutdown_has_a_limit(bench, hooks, monkeypatch):
    monkeypatch.setattr(Sweep, "shutdown_limit_s", 60.0)

    def never_ends(run):
        while True:
            run.context.sleep(1)

    hooks["shutdown"] = never_ends
    first, second = bench.run(bench.planned("first"), bench.planned("second"))
    for outcome in (first, second):
        assert (outcome.status, outcome.safe) == ("failed", "verified")
        assert "longer than its limit of 60 s" in outcome.reason


def test_shutdown_that_neither_ends_nor_listens_is_given_up(make_bench, hooks, monkeypatch):
    monkeypatch.setattr(Sweep, "shutdown_limit_s", 60.0)
    bench = make_bench(grace_s=30.0)
    hooks["shutdown"] = lambda run: run.context.clock.sleep(1000 if run.meter.name == "meter" else 0)
    first, second = bench.run(bench.planned("first"), bench.planned("second", instruments=("furnace",)))
    assert (first.status, first.safe) == ("failed", "verified")
    assert "given up: shutdown did not end" in first.reason
    assert RunFolder.open(first.folder).status == "failed"
    assert second.status == "done"
    assert RunFolder.open(second.folder).info["clock"]["start_s"] > 1000, "the press was still in use"


def test_pause_and_resume(bench):
    bench.at(1.5, bench.control.pause)
    bench.at(100, bench.control.resume)
    (outcome,) = bench.run()
    assert outcome.status == "done"
    times = [row["Time"] for row in RunFolder.open(outcome.folder).table().rows()]
    assert times[0] < 2
    assert times[1] == pytest.approx(100.1)
    phases = [event.phase for event in bench.seen if isinstance(event, StatusChanged)]
    assert phases.index("paused") < phases.index("resumed")


def test_on_the_real_clock_a_thread_that_hangs_in_foreign_code_is_given_up(tmp_path, hooks, monkeypatch):
    monkeypatch.setattr(Sweep, "shutdown_limit_s", 0.05)
    stuck = threading.Event()
    hooks["shutdown"] = lambda run: stuck.wait()
    bench = Bench(tmp_path, RealClock(), grace_s=0.2)
    try:
        (outcome,) = bench.run(bench.planned(points=1, dwell=0.01))
    finally:
        stuck.set()
    assert (outcome.status, outcome.safe) == ("failed", "verified")
    assert "given up" in outcome.reason
    assert RunFolder.open(outcome.folder).end()["status"] == "failed"


def test_on_the_real_clock_abort_wakes_a_long_sleep(tmp_path, hooks):
    bench = Bench(tmp_path, RealClock())
    hooks["execute"] = lambda run: bench.clock.spawn(
        lambda: bench.control.interrupt("Ctrl+C"), name="operator"
    )
    (outcome,) = bench.run(bench.planned(dwell=3600))
    assert (outcome.status, outcome.safe) == ("aborted", "verified")


def test_a_person_at_the_terminal_goes_into_the_journal(tmp_path, hooks):
    lines = queue.Queue()
    bench = Bench(
        tmp_path,
        RealClock(),
        simulated=False,
        operator=ConsoleOperator(lines.get, lambda text: lines.put("AB slightly cracked\n")),
    )
    hooks["startup"] = lambda run: run.context.operator("mount", action="mount", details={"fixture": "press"})
    (outcome,) = bench.run(bench.planned(points=1, dwell=0.001))
    lines.put("")
    assert outcome.status == "done"
    (done,) = bench.facts(outcome, "operator done")
    assert (done["by"], done["answers"]) == ("AB", {"note": "slightly cracked"})
