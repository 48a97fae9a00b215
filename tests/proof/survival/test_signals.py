"""Signals to a whole bench under a served world: Ctrl+C ends runs, the computer's stop interrupts them."""

import signal
import sys

import pytest
from survival_lab import outputs, until
from survival_life import RUNS, Life

from bench.runs.storage.folder import RunFolder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def measuring(life):
    """A bench with two runs side by side, both with rows."""
    bench = life.start()
    until(
        lambda: (
            {"log", "pellet"} <= {one["run"] for one in bench.said if one["kind"] == "row"} or not bench.alive
        ),
        "rows of both runs",
    )
    return bench


def states(life):
    return {item.id: item.state for item in life.items()}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_the_computers_stop_interrupts_and_the_next_start_goes_on(lab, data, place, nursery, name):
    life = Life(lab, data, place, nursery, submitted=name == "SIGHUP")
    bench = measuring(life)
    number = getattr(signal, name)
    bench.send(number)
    assert bench.end(number) == 1, bench.errors  # a shell and the kernel may both send one
    assert outputs(place[1]) == []
    assert f"Stopping in order (signal {name})" in bench.errors
    ends = {run["id"]: (run["status"], run["safe"]) for run in bench.document["runs"]}
    assert ends["log"] == ends["pellet"] == ("interrupted", "verified")
    assert {ends[run][0] for run in ("beside", "behind")} == {"waiting"}
    assert states(life)["log"] == states(life)["pellet"] == "queued"  # its policy takes it up
    life.finish()
    assert [item.attempt for item in life.items()] == [2, 2, 1, 1]


@pytest.mark.parametrize("submitted", [False, True])
def test_ctrl_c_aborts_what_goes_on(lab, data, place, nursery, submitted):
    life = Life(lab, data, place, nursery, submitted=submitted)
    bench = measuring(life)
    assert bench.end(signal.SIGINT) == 130, bench.errors
    assert outputs(place[1]) == []
    waits = "waiting" if submitted else "aborted"  # what a person has queued is theirs to take back
    ends = {run["id"]: run["status"] for run in bench.document["runs"]}
    assert ends == {"log": "aborted", "pellet": "aborted", "beside": waits, "behind": waits}
    assert all(run["safe"] == "verified" for run in bench.document["runs"])
    life.nothing_was_lost()
    assert states(life)["log"] == states(life)["pellet"] == "aborted"
    if not submitted:
        return
    bench = life.start()
    assert bench.end() == 0, bench.errors
    assert states(life) == {"log": "aborted", "pellet": "aborted", "beside": "done", "behind": "done"}
    assert len(life.items()) == len(RUNS)
    life.nothing_was_lost()


def test_ctrl_c_twice_is_safe_now(lab, data, place, nursery):
    life = Life(lab, data, place, nursery)
    bench = measuring(life)
    bench.send(signal.SIGINT)
    until(lambda: "Ctrl+C again" in bench.errors, "what a second Ctrl+C would do")
    assert bench.end(signal.SIGINT) == 130, bench.errors
    assert outputs(place[1]) == []
    assert set(states(life).values()) == {"aborted"}
    life.nothing_was_lost()
    for item in life.items():
        if item.folder is not None:
            folder = RunFolder.open(data / item.folder)
            assert (folder.status, folder.end()["safe"]) == ("aborted", "verified")
