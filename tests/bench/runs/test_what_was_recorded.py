"""What was recorded of a run that is not done: analysed if its procedure says so, marked, in no one's way."""

import sys

import pytest
from run_fakes import FakeFurnace, Source, Sweep

from bench.core.errors import LinkLostError
from bench.runs.engine.events import Notice
from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder
from bench.runs.verification import reanalysis, verify_run


class Recorded(Sweep):
    name = "recorded"
    columns = Sweep.columns
    analyse_when = "recorded"

    def shutdown(self):
        super().shutdown()
        self.context.note("shut down")


def fail_late(error):
    def act(run):
        run.context.measure({"Level": 4.0, "Phase": "up"})
        run.context.measure({"Level": 6.0, "Phase": "up"})
        raise error

    return act


def test_a_failed_run_is_analysed_and_every_result_says_so(bench, hooks, monkeypatch):
    hooks["execute"] = fail_late(ValueError("a bug"))
    was_safe = []
    hooks["analyse"] = lambda run: was_safe.append(not bench.devices["meter"].on)
    (outcome,) = bench.run(bench.planned("a", Recorded))
    assert (outcome.status, outcome.safe) == ("failed", "verified")
    assert was_safe == [True], "the instruments come first"
    result = outcome.results["level"]
    assert (result.value, result.flags) == (5.0, ("the run failed",))
    folder = RunFolder.open(outcome.folder)
    assert folder.results()["level"].flags == result.flags
    assert "all" in folder.tables()
    assert folder.end()["status"] == "failed"
    monkeypatch.setattr(reanalysis, "stored_procedure", lambda folder, procedures: Recorded())
    assert [(check.name, check.outcome) for check in verify_run(folder)][-1] == (
        "result follows from the rows",
        "ok",
    )


@pytest.mark.parametrize("error", [ZeroDivisionError("of nothing"), SystemExit(3)])
def test_an_analysis_that_fails_changes_nothing(bench, hooks, error):
    hooks["execute"] = fail_late(ValueError("a bug"))

    def analyse(run):
        raise error

    hooks["analyse"] = analyse
    (outcome,) = bench.run(bench.planned("a", Recorded))
    assert (outcome.status, outcome.safe, outcome.results) == ("failed", "verified", {})
    assert outcome.reason == "execute: ValueError: a bug"
    assert RunFolder.open(outcome.folder).end()["reason"] == outcome.reason
    texts = [event.text for event in bench.seen if isinstance(event, Notice)]
    assert any(text.startswith("what was recorded of this run could not be analysed") for text in texts)


def test_an_aborted_run_is_analysed_and_one_without_rows_is_not(bench, hooks):
    bench.at(2.5, lambda: bench.control.interrupt("Ctrl+C"))
    (outcome,) = bench.run(bench.planned("a", Recorded))
    assert outcome.status == "aborted"
    assert outcome.results["level"].flags == ("the run was aborted",)


def test_a_run_without_rows_has_no_results(bench, hooks):
    hooks["startup"] = lambda run: sys.exit("no")
    (outcome,) = bench.run(bench.planned("a", Recorded))
    assert (outcome.status, outcome.results) == ("failed", {})


def test_other_procedures_are_analysed_only_when_they_are_done(bench, hooks):
    hooks["execute"] = fail_late(ValueError("a bug"))
    (outcome,) = bench.run(bench.planned("a"))
    assert (outcome.status, outcome.results) == ("failed", {})
    assert not (outcome.folder / "result.json").exists()


class Kept(Recorded):
    name = "kept"
    columns = Sweep.columns
    roles = {"furnace": Source}  # noqa: RUF012
    on_host_loss = "keep"

    def startup(self):
        self.meter = self.context.instrument("furnace")


@pytest.mark.parametrize("guards", [True, False])
def test_what_is_gone_on_with_is_not_analysed_yet(bench, hooks, guards):
    assert callable(FakeFurnace.guard_report)
    bench.devices["furnace"].guards = guards
    hooks["execute"] = fail_late(LinkLostError("gone"))
    (outcome,) = bench.run(bench.planned("a", Kept, ("furnace",)))
    assert (outcome.status, outcome.safe) == ("interrupted", "kept" if guards else "verified")
    assert bool(outcome.results) is not guards


def test_the_next_attempt_takes_a_result_back(bench, hooks):
    hooks["execute"] = fail_late(LinkLostError("gone"))
    (outcome,) = bench.run(bench.planned("a", Recorded))
    assert RunFolder.open(outcome.folder).results()
    RunFolder.resume(outcome.folder).close()
    assert RunFolder.open(outcome.folder).results() == {}


def test_a_run_that_is_abandoned_at_the_next_start_is_analysed_there(bench, make_bench, hooks, monkeypatch):
    monkeypatch.setattr(Recorded, "resume", "abandon")
    monkeypatch.setattr(
        "bench.runs.scheduling.abandoned.stored_procedure", lambda folder, procedures: Recorded()
    )
    hooks["execute"] = fail_late(LinkLostError("gone"))
    with monkeypatch.context() as killed:
        killed.setattr(RunFolder, "finish", lambda folder, *_, **__: folder.close())
        (outcome,) = bench.run(bench.planned("a", Recorded))
    (outcome.folder / "result.json").unlink()
    queue = RunQueue(bench.data)
    plan = Plan(bench.station.path, bench.station, None, (bench.planned("b", Recorded),))
    (item,) = queue.add(new_items(plan, target="simulated", batch="b", seed=None), who="AB")
    queue.note_state(item.key, "running", attempt=1, resume="abandon", folder=f"runs/{outcome.folder.name}")
    queue.close()
    make_bench().runner.work()
    assert RunFolder.open(outcome.folder).results()["level"].flags == ("the run was interrupted",)
