"""SIGKILL at random instants of a run's life: nothing acknowledged is lost, and every folder can be read.

The child reports through a pipe what was acknowledged to it, after it was; the pipe keeps what it said.
"""

import os
import random
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path

import pytest
from kill_child import COLUMNS, row

from bench.core import wall
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.folder import RUNS, RunFolder

ROOT = Path(__file__).resolve().parents[4]
CHILD = Path(__file__).with_name("kill_child.py")
LONGEST_DELAY_S = 0.02


def kill_somewhen(place, seed):
    """What was acknowledged: {run: {what: how many}}.

    The instant is a random while after a random number of acknowledgements, so that the load of the machine
    does not decide what is hit.
    """
    dice = random.Random(seed)
    rows = dice.choice([3, 60, 100_000])
    heard_before = int(dice.choice([0, 10, 100, min(2000, 30 * rows)]) * dice.random())
    delay_s = LONGEST_DELAY_S * dice.random() ** 2
    said = []
    with subprocess.Popen(
        [sys.executable, str(CHILD), str(place), str(rows)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdout.readline() == b"ready\n"
        said += [child.stdout.readline() for _ in range(heard_before)]
        listener = threading.Thread(
            target=lambda: said.extend(child.stdout)
        )  # or the child waits for the pipe
        listener.start()
        wall.sleep(delay_s)
        child.kill()
        listener.join()
    acknowledged = defaultdict(lambda: defaultdict(int))
    for line in said:
        if line.endswith(b"\n"):
            what, run, count = line.decode().split()
            acknowledged[int(run)][what] = int(count)
    return rows, acknowledged


def check(place, rows, acknowledged):
    folders = sorted((place / RUNS).iterdir()) if (place / RUNS).exists() else []
    assert len(folders) >= len(acknowledged)
    for run, path in enumerate(folders):
        said = acknowledged[run]
        folder = RunFolder.open(path)
        assert folder.verify() == []
        table = folder.table()
        assert len(table) >= said["row"]
        assert len(table) <= rows
        assert list(table.rows()) == [
            row(number) for number in range(len(table))
        ]  # nothing lost, nothing twice
        assert len(folder.checkpoints()) >= said["checkpoint"]
        assert len(folder.record().facts) >= said["fact"]
        assert len(folder.results()) >= said["analysed"]
        assert folder.status in (["done"] if said["finished"] else ["done", "interrupted"])
        assert folder.status == "interrupted" or len(table) == rows
    return folders


def check_resume(path):
    """The last one, which the kill hit, can be taken up at its last checkpoint."""
    if RunFolder.open(path).status == "done":
        return
    if not (path / "run.json").exists():  # it is not even known what was asked
        return
    checkpoints = RunFolder.open(path).checkpoints()
    last = checkpoints[-1] if checkpoints else None
    folder = RunFolder.resume(path, last)
    start = 0 if last is None else last.state["next"]
    folder.rows.write(row(start))
    folder.finish("aborted", safe="verified")
    found = RunFolder.open(path)
    assert found.columns == COLUMNS
    assert [values["N"] for values in found.record().rows] == list(range(start + 1))
    assert found.verify() == []


def one_kill(place, seed):
    rows, acknowledged = kill_somewhen(place, seed)
    folders = check(place, rows, acknowledged)
    entries = {entry.run_id: entry.status for entry in Catalogue(place).list()}
    truth = {path.name: RunFolder.open(path).status for path in folders}
    assert entries.items() <= truth.items()  # the last may be missing: its index entry is not promised
    Catalogue(place).rebuild()
    assert truth == {entry.run_id: entry.status for entry in Catalogue(place).list()}
    if folders:
        check_resume(folders[-1])


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX; TerminateProcess leaves the same")
@pytest.mark.parametrize("seed", range(12))
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path, seed):
    one_kill(tmp_path, seed)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX; TerminateProcess leaves the same")
@pytest.mark.parametrize("seed", range(1000, 1200))
def test_two_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path, seed):
    one_kill(tmp_path, seed)
