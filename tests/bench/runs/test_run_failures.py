"""Whatever goes wrong in a run: a clear state, safe instruments, a readable folder, a queue that goes on."""

import errno
import os
from pathlib import Path

import pytest
from run_fakes import FakeFurnace, Source, Sweep

from bench.core.clock import ActorEnded
from bench.core.errors import MeasurementError
from bench.runs.engine.events import Notice
from bench.runs.engine.leases import Resource
from bench.runs.storage import appended
from bench.runs.storage import files as storage
from bench.runs.storage.folder import RunFolder


def raising(error):
    def act(run):
        raise error

    return act


def only_first(act):
    """Let only the first run of the queue do it."""
    done = []

    def once(run):
        if not done:
            done.append(1)
            act(run)

    return once


def check(bench, first, second, *, status, reason, safe="verified", rows=None):
    """The first run ended so, its folder tells the same, its instrument is safe, and the second is done."""
    assert (first.status, first.safe) == (status, safe)
    assert reason in first.reason
    folder = RunFolder.open(first.folder)
    assert folder.end() == {"status": status, "reason": first.reason, "safe": safe}
    assert folder.verify() == []
    if rows is not None:
        assert len(folder.table()) == rows
    if safe == "verified":
        assert not bench.devices["meter"].on
    assert (second.status, second.safe, second.reason) == ("done", "verified", "")
    assert bench.runner._services.leases.held() == {}


def two(bench):
    return bench.run(bench.planned("first"), bench.planned("second"))


@pytest.mark.parametrize(("phase", "rows"), [("startup", 0), ("execute", 0), ("shutdown", 5), ("analyse", 5)])
def test_a_procedure_that_raises(bench, hooks, phase, rows):
    hooks[phase] = only_first(raising(ZeroDivisionError("a bug")))
    first, second = two(bench)
    check(bench, first, second, status="failed", reason=f"{phase}: ZeroDivisionError: a bug", rows=rows)
    (error,) = bench.facts(first, "error")
    assert "Traceback" in error["traceback"]
    assert first.results == {}


def test_a_procedure_that_tries_to_end_the_program(bench, hooks):
    ran = []
    hooks["execute"] = only_first(raising(SystemExit(3)))
    hooks["shutdown"] = ran.append
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="execute: SystemExit: 3", rows=0)
    assert len(ran) == 2


def test_shutdown_runs_also_after_startup_failed(bench, hooks):
    ran = []
    hooks["startup"] = only_first(raising(MeasurementError("no contact", step="mount")))
    hooks["shutdown"] = ran.append
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="startup: no contact")
    assert len(ran) == 2


def test_two_failures_are_both_told(bench, hooks):
    hooks["execute"] = only_first(raising(ValueError("one")))
    hooks["shutdown"] = only_first(raising(ValueError("two")))
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="execute: ValueError: one; shutdown: ValueError: two")


def test_a_figure_that_cannot_be_drawn_costs_only_the_figure(bench, hooks):
    hooks["draw"] = raising(ValueError("no font"))
    (outcome,) = bench.run()
    assert outcome.status == "done"
    assert outcome.results["level"].value == 3.0
    assert "no font" in bench.facts(outcome, "warning")[0]["text"]


def test_figures_can_be_left_out(make_bench, hooks):
    hooks["draw"] = raising(ValueError("was asked all the same"))
    bench = make_bench(figures=False)
    (outcome,) = bench.run()
    assert (outcome.status, bench.facts(outcome, "warning")) == ("done", [])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "one", True])
def test_a_value_that_is_not_a_number(bench, hooks, value):
    hooks["execute"] = only_first(lambda run: run.context.measure({"Level": value, "Phase": "up"}))
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="execute: row 1, column 'Level'", rows=0)


@pytest.mark.parametrize("row", [{"Level": 1.0}, {"Level": 1.0, "Phase": "up", "Colour": "red"}])
def test_a_row_with_a_missing_or_unknown_column(bench, hooks, row):
    hooks["execute"] = only_first(lambda run: run.context.measure(row))
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="column", rows=0)


def test_an_instrument_that_stops_answering_in_a_run_leaves_an_unknown_state(bench, hooks):
    def pull_the_cable(run):
        bench.devices["meter"].gone = True

    hooks["execute"] = only_first(pull_the_cable)
    first, second = two(bench)
    assert (first.status, first.safe) == ("failed", "failed")
    assert "execute: meter: no reply" in first.reason
    assert "NOT SAFE: meter" in first.reason
    assert any(isinstance(event, Notice) and "NOT SAFE" in event.text for event in bench.seen)
    assert (second.status, second.safe) == ("refused", "failed")
    assert "connect" in second.reason


def test_a_cable_that_is_back_is_found_again(bench, hooks):
    def pull_the_cable(run):
        bench.devices["meter"].gone = True

    hooks["execute"] = only_first(pull_the_cable)
    hooks["shutdown"] = lambda run: setattr(bench.devices["meter"], "gone", False)
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="no reply", rows=0)


@pytest.mark.parametrize(("what", "reason"), [("gone", "no reply"), ("other", "'OTHER' answers")])
def test_an_instrument_that_is_not_there_or_another_one(bench, what, reason):
    setattr(bench.devices["meter"], what, True)
    one, other = bench.run(bench.planned("first"), bench.planned("second", instruments=("furnace",)))
    assert (one.status, one.safe) == ("refused", "failed")
    assert reason in one.reason
    assert RunFolder.open(one.folder).status == "refused"
    assert (other.status, other.safe) == ("done", "verified")


def test_an_output_that_cannot_be_switched_off_fails_the_run_and_refuses_the_next_one_there(bench, hooks):
    hooks["shutdown"] = only_first(lambda run: setattr(bench.devices["meter"], "stuck", True))
    first, second, third = bench.run(
        bench.planned("first"), bench.planned("second"), bench.planned("third", instruments=("furnace",))
    )
    assert (first.status, first.safe) == ("failed", "failed")
    assert "make safe: NOT SAFE: meter" in first.reason
    assert first.results == {}
    assert (second.status, second.safe) == ("refused", "failed")
    assert "before the start" in second.reason
    assert (third.status, third.safe) == ("done", "verified")


def test_an_instrument_that_hangs_while_it_is_made_safe_does_not_hang_the_queue(bench, hooks):
    hooks["shutdown"] = only_first(lambda run: setattr(bench.devices["meter"], "hang_s", 1e9))
    first, second = bench.run(bench.planned("first"), bench.planned("second", instruments=("furnace",)))
    assert (first.status, first.safe) == ("failed", "failed")
    assert (second.status, second.safe) == ("done", "verified")
    assert bench.clock.now() < 1000


def test_what_somebody_else_holds_is_waited_for_before_anything_is_touched(bench):
    bench.runner._services.leases.take("elsewhere", [Resource("fixture", "press")])
    (outcome,) = bench.run()
    assert (outcome.status, outcome.safe, outcome.folder) == ("waiting", "verified", None)
    assert outcome.reason == "it stays in the queue and waits for fixture press, held by elsewhere"
    assert bench.devices["meter"].made_safe == []


# -- storage ----------------------------------------------------------------------------------------------


def test_a_data_folder_that_cannot_be_made(bench):
    bench.data.parent.mkdir(exist_ok=True)
    bench.data.write_text("a file where the folder should be")
    first, second = two(bench)
    for outcome in (first, second):
        assert (outcome.status, outcome.safe, outcome.folder) == ("failed", "verified", None)
        assert outcome.reason.startswith("storage: creating ")
    assert bench.devices["meter"].made_safe == []
    assert any(isinstance(event, Notice) and "creating" in event.text for event in bench.seen)


@pytest.fixture
def disk(monkeypatch):
    """Refuses writes that a test names."""
    refuse = []
    write_all = storage.write_all

    def maybe(descriptor, data):
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        for name, number in refuse:
            if path.endswith(name):
                raise OSError(number, os.strerror(number))
        write_all(descriptor, data)

    monkeypatch.setattr(appended, "write_all", maybe)
    monkeypatch.setattr(storage, "write_all", maybe)
    return refuse


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_rows(bench, hooks, disk, number):
    hooks["execute"] = only_first(lambda run: disk.append(("data.csv", number)))
    hooks["shutdown"] = lambda run: disk.clear()
    first, second = two(bench)
    check(bench, first, second, status="failed", reason=os.strerror(number), rows=0)
    assert any(isinstance(event, Notice) and os.strerror(number) in event.text for event in bench.seen)


def test_a_lost_row_fails_the_run_even_if_the_procedure_does_not_care(bench, hooks, disk):
    def careless(run):
        disk.append(("data.csv", errno.ENOSPC))
        try:
            run.context.measure({"Level": 1.0, "Phase": "up"})
        except Exception:
            disk.clear()

    hooks["execute"] = only_first(careless)
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="storage: appending", rows=5)


def test_a_disk_that_is_full_for_good_still_leaves_safe_instruments_and_an_outcome(bench, hooks, disk):
    everything = [(name, errno.ENOSPC) for name in ("data.csv", "journal.jsonl", "new", "run.json")]
    hooks["execute"] = only_first(lambda run: disk.extend(everything))
    first, second = two(bench)
    for outcome in (first, second):
        assert (outcome.status, outcome.safe) == ("failed", "verified")
        assert "No space left" in outcome.reason
    assert not bench.devices["meter"].on
    folder = RunFolder.open(first.folder)
    assert folder.status == "interrupted"
    assert len(folder.table()) == 0


def test_a_result_that_cannot_be_written(bench, hooks, disk):
    hooks["analyse"] = only_first(lambda run: disk.append((".new", errno.ENOSPC)))
    first, _ = two(bench)
    assert (first.status, first.safe, first.results) == ("failed", "verified", {})
    assert "analyse: writing" in first.reason


def test_a_fact_that_cannot_be_written_down_fails_where_it_is_stated(bench, hooks):
    hooks["execute"] = only_first(lambda run: run.context.fact("ratio", float("nan")))
    first, second = two(bench)
    check(bench, first, second, status="failed", reason="execute: ValueError: fact", rows=0)


# -- the clock gives up -----------------------------------------------------------------------------------


def test_a_procedure_that_waits_for_ever_is_interrupted(bench, hooks):
    hooks["execute"] = only_first(lambda run: run.context.clock.event("what never comes").wait())
    first, second = two(bench)
    check(bench, first, second, status="interrupted", reason="what never comes", rows=0)


def test_the_failure_of_another_actor_interrupts_the_run(bench, hooks):
    def colleague(run):
        def fail():
            run.context.clock.sleep(1.5)
            raise ZeroDivisionError("in another actor")

        run.context.clock.spawn(fail, name="colleague")

    hooks["execute"] = only_first(colleague)
    first, second = two(bench)
    check(bench, first, second, status="interrupted", reason="in another actor", rows=1)


def test_shutdown_that_waits_for_ever_is_interrupted_too(bench, hooks):
    hooks["shutdown"] = only_first(lambda run: run.context.clock.event("nothing").wait())
    first, second = two(bench)
    check(bench, first, second, status="interrupted", reason="shutdown", rows=5)


class Kept(Sweep):
    name = "kept"
    roles = {"furnace": Source}  # noqa: RUF012
    on_host_loss = "keep"
    columns = Sweep.columns

    def startup(self):
        self.meter = self.context.instrument("furnace")


@pytest.mark.parametrize(("guards", "safe", "on"), [(True, "kept", True), (False, "verified", False)])
def test_when_the_bench_is_lost_only_a_device_that_guards_itself_is_kept(bench, hooks, guards, safe, on):
    assert callable(FakeFurnace.guard_report)
    bench.devices["furnace"].guards = guards
    hooks["execute"] = raising(ActorEnded("the bench is going down"))
    (outcome,) = bench.run(bench.planned("dwell", Kept, ("furnace",)))
    assert (outcome.status, outcome.safe) == ("interrupted", safe)
    assert bench.devices["furnace"].on is on


def test_a_run_that_fails_by_itself_keeps_nothing(bench, hooks):
    bench.devices["furnace"].guards = True
    hooks["execute"] = raising(ValueError("a bug"))
    (outcome,) = bench.run(bench.planned("dwell", Kept, ("furnace",)))
    assert (outcome.status, outcome.safe) == ("failed", "verified")
    assert not bench.devices["furnace"].on
