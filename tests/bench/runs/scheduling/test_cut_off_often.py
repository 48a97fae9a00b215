"""A run cut off again and again: lives that came to nothing count, and what guards itself stays on."""

import pytest
from run_fakes import Source, Sweep

from bench.core.clock import VirtualClock
from bench.runs.planning.items import new_items
from bench.runs.planning.plan import Plan
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling.policy import A_PERSON, MOST_ATTEMPTS, decide
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.storage.request import RunRequest


class Attached(Sweep):
    name = "attached"
    columns = Sweep.columns
    roles = {"furnace": Source}  # noqa: RUF012
    resume = "attach"
    on_host_loss = "keep"

    def recognise(self):
        return None

    def execute(self):
        self.context.measure({"Level": 1.0, "Phase": "found again"})

    def startup(self):
        raise AssertionError("it was attached")


@pytest.fixture
def lives(bench):
    """Write the folder of a run by what each of its lives came to ("checkpoint" or ""), and queue it so."""

    def make(*lives, resume="attach", on_host_loss="keep"):
        request = RunRequest("a", "attached", Attached.columns)
        with VirtualClock() as clock:
            for number, life in enumerate(lives):
                path = bench.data / RUNS / "a"
                folder = (
                    RunFolder.resume(path, clock=clock, keep_rows=True)
                    if number
                    else RunFolder.create(bench.data, "a", request, clock=clock)
                )
                if life:
                    folder.checkpoint(life, {"n": number})
                folder.close()
        queue = RunQueue(bench.data)
        plan = Plan(bench.station.path, bench.station, None, (bench.planned("a", Attached, ("furnace",)),))
        (item,) = queue.add(new_items(plan, target="hardware", batch="b", seed=None), who="AB")
        item = queue.note_state(
            item.key,
            "running",
            attempt=len(lives),
            resume=resume,
            on_host_loss=on_host_loss,
            folder=f"{RUNS}/a",
            instruments=["furnace"],
        )
        queue.close()
        return item

    return make


@pytest.mark.parametrize(
    ("policy", "kept", "lives_before", "how"),
    [
        ("attach", True, ["checkpoint"] * 9, "attach"),
        ("attach", True, ["checkpoint"] * 9 + [""] * (MOST_ATTEMPTS - 1), "attach"),
        ("attach", True, ["checkpoint"] * 9 + [""] * MOST_ATTEMPTS, "leave"),
        ("attach", False, ["checkpoint"], "abandon"),
        ("resume", False, ["checkpoint"] * 9, "resume"),
        ("resume", False, ["checkpoint", *[""] * MOST_ATTEMPTS], "abandon"),
        ("restart", False, ["checkpoint"] * (MOST_ATTEMPTS - 1), "restart"),
        ("restart", False, ["checkpoint"] * MOST_ATTEMPTS, "abandon"),  # it got no further than before
    ],
)
def test_which_lives_count(bench, lives, policy, kept, lives_before, how):
    item = lives(*lives_before, resume=policy)
    assert decide(item, bench.data, kept=kept).how == how


def state(data):
    queue = RunQueue(data)
    item = queue.get(1)
    queue.close()
    return item


def at_work(make_bench, monkeypatch, guards=True):
    bench = make_bench(simulated=False, guarded=False)
    bench.devices["furnace"].on, bench.devices["furnace"].guards = True, guards
    monkeypatch.setattr(bench.runner, "_plan", lambda item: bench.planned(item.id, Attached, ("furnace",)))
    bench.runner.work()
    return bench


def test_a_furnace_that_guards_itself_is_left_alone_until_a_person_decides(make_bench, monkeypatch, lives):
    lives("checkpoint", *[""] * MOST_ATTEMPTS)
    for _ in range(2):  # also at the start after that
        bench = at_work(make_bench, monkeypatch)
        item = state(bench.data)
        assert (item.state, item.safe, item.waiting_for) == ("interrupted", "kept", A_PERSON)
        assert bench.devices["furnace"].on
        assert bench.devices["furnace"].made_safe == []
        assert bench.runner.leases.held(), "nobody else may begin there"
    queue = RunQueue(bench.data)
    queue.take_up(1, who="AB")
    queue.close()
    bench = at_work(make_bench, monkeypatch)
    assert state(bench.data).state == "done"
    folder = RunFolder.open(bench.data / RUNS / "a")
    assert folder.table().column("Phase").tolist() == ["found again"]


def test_what_is_not_recognised_is_made_safe_though_it_guards_itself(make_bench, monkeypatch, lives):
    lives("checkpoint")
    monkeypatch.setattr(Attached, "recognise", lambda self: "it holds another programme")
    bench = at_work(make_bench, monkeypatch)
    item = state(bench.data)
    assert (item.state, item.safe) == ("interrupted", "verified")
    assert "another programme" in item.reason
    assert not bench.devices["furnace"].on


def test_one_that_guards_itself_no_longer_is_made_safe(make_bench, monkeypatch, lives):
    lives("checkpoint", *[""] * MOST_ATTEMPTS)
    at_work(make_bench, monkeypatch)
    bench = at_work(make_bench, monkeypatch, guards=False)
    item = state(bench.data)
    assert (item.state, item.safe, item.waiting_for) == ("interrupted", "verified", "")
    assert not bench.devices["furnace"].on
