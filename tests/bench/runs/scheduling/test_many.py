"""Thousands of queued runs: each is done once, in its order, and the queue tells of all of them."""

import collections

import pytest
from run_fakes import Sweep

from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder


class Short(Sweep):
    """One row, no analysis."""

    name = "short"

    def analyse(self, record):
        from bench.runs.record import Analysis

        return Analysis({})


@pytest.mark.parametrize(
    "number", [60, pytest.param(10_000, marks=[pytest.mark.long, pytest.mark.timeout(3600)])]
)
def test_all_of_many_queued_runs_are_done_once_and_in_order(make_bench, monkeypatch, number):
    bench = make_bench(figures=False)
    runs = tuple(bench.planned(f"r{n}", procedure=Short, points=1) for n in range(number))
    queue = RunQueue(bench.data)
    plan = Plan(bench.station.path, bench.station, None, runs)
    added = queue.add(new_items(plan, target="simulated", batch="many", seed=None), who="AB")
    assert [item.id for item in queue.list()] == [run.id for run in runs]
    planned = {item.key: run for item, run in zip(added, runs, strict=True)}
    monkeypatch.setattr(bench.runner, "_plan", lambda item: planned[item.key])

    outcomes = bench.runner.work().runs
    assert collections.Counter(outcome.status for outcome in outcomes) == {"done": number}

    queue.catch_up()
    items = sorted(queue.list(), key=lambda item: item.key)
    assert [(item.id, item.state, item.attempt) for item in items] == [(run.id, "done", 1) for run in runs]
    assert len(queue.list(states=("done",), limit=10)) == 10
    assert queue.verify() == []
    queue.close()
    assert len({outcome.folder for outcome in outcomes}) == number
    begun = [RunFolder.open(outcome.folder).info["clock"]["start_s"] for outcome in outcomes]
    assert begun == sorted(begun)
