"""A kill between two lines of the queue: a run that was cut off is gone on with all the same."""

import pytest
from run_fakes import Sweep

from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.folder import RunFolder


class KilledError(BaseException):
    """Stands for the end of the process: nothing is written after it."""


@pytest.fixture
def killed_before(monkeypatch):
    """The process ends where a run would be noted as `state`; comes back with a second call."""

    def arm(state):
        original = RunQueue.note_state

        def note(queue, key, noted, **facts):
            if noted == state:
                raise KilledError
            return original(queue, key, noted, **facts)

        monkeypatch.setattr(RunQueue, "note_state", note)
        return lambda: monkeypatch.setattr(RunQueue, "note_state", original)

    return arm


@pytest.fixture
def bench_again(make_bench, monkeypatch):
    """A new bench on the same data folder, which plans what it finds there."""
    monkeypatch.setattr(Sweep, "resume", "restart")

    def begin():
        bench = make_bench()
        monkeypatch.setattr(bench.runner, "_plan", lambda item: bench.planned(item.id))
        return bench

    return begin


def is_done_at_last(bench):
    assert [outcome.status for outcome in bench.runner.work().runs] == ["done"]
    queue = RunQueue(bench.data)
    (item,) = queue.list()
    queue.close()
    assert (item.state, item.waiting_for) == ("done", "")
    assert RunFolder.open(bench.data / item.folder).verify() == []
    return item


def test_the_computers_stop_and_then_a_kill(bench, bench_again, killed_before):
    alive_again = killed_before("queued")
    bench.at(2.5, lambda: bench.control.terminate("signal SIGTERM"))
    with pytest.raises(KilledError):
        bench.run(bench.planned("a"))
    alive_again()
    assert is_done_at_last(bench_again()).attempt == 2


def test_a_kill_in_the_recovery_from_a_kill(bench, bench_again, killed_before):
    queue = RunQueue(bench.data)
    plan = Plan(bench.station.path, bench.station, None, (bench.planned("a"),))
    (item,) = queue.add(new_items(plan, target="simulated", batch="b", seed=None), who="AB")
    queue.note_state(item.key, "running", attempt=1, resume="restart")
    queue.close()
    alive_again = killed_before("queued")
    with pytest.raises(KilledError):
        bench_again().runner.work()
    alive_again()
    is_done_at_last(bench_again())
