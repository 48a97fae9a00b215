"""What else happens in a month: the disk is full, the catalogue is locked, the date jumps."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import survival_lab
from survival_lab import outputs, until
from survival_life import RUNS, Kill, Life, live

from bench.runs.queue.queue import RunQueue
from bench.runs.storage.catalogue import FILE, Catalogue
from bench.runs.storage.folder import RunFolder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX processes and signals")
DAY_S = 86_400.0


def test_a_date_that_jumps_changes_nothing(lab, data, place, nursery):
    """A day ahead and back many times in each bench, which is killed as well; its guard has the true date."""
    life = Life(lab, data, place, nursery, submitted=True, more={"jump_s": DAY_S})
    live(life, [Kill(heard=10)])
    assert len(life.kills) == 1
    (log, *_) = life.items()
    utc = [entry.utc for entry in RunFolder.open(data / log.folder).entries()]
    assert len({text[:10] for text in utc}) > 1  # the date did jump
    assert utc != sorted(utc)


@contextlib.contextmanager
def locked(path):
    """As another program would that never lets go of the catalogue."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("CREATE TABLE another (number INTEGER)")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def test_a_catalogue_that_another_program_holds_costs_a_run_nothing(lab, data, place, nursery, tmp_path):
    data.mkdir()
    Catalogue(data).list()
    with locked(data / FILE):
        arguments = ["run", lab / "one.toml", "--world", place[0], "--data", data, "--json"]
        bench = nursery.start(*arguments, folder=tmp_path)
        assert bench.end() == 0, bench.errors
    (run,) = bench.document["runs"]
    assert (run["status"], run["safe"]) == ("done", "verified")
    folder = RunFolder.open(Path(run["folder"]))
    assert folder.verify() == []
    assert len(folder.table()) == sum(one["kind"] == "row" for one in bench.said)
    with closing(RunQueue(data)) as queue:
        assert [(item.id, item.state) for item in queue.list()] == [("one", "done")]
    Catalogue(data).rebuild()
    assert [entry.status for entry in Catalogue(data).list()] == ["done"]


@pytest.fixture
def small_disk(tmp_path):
    """(A nursery with a disk of 6 MB of its own, the folder in it as everybody sees it)."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o size=6m tmpfs "{place}" && exec "$@"', "sh"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*mount, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("a small disk of its own needs the right to mount one (Linux, root)")
    with survival_lab.nursery(mount) as (nursery, pid):
        until(lambda: os.path.ismount(f"/proc/{pid}/root{place}"), "the small disk")
        data = Path(f"/proc/{pid}/root{place}")
        yield nursery, data
        survival_lab.end_guards(data)


def fill(path):
    """The rest of the disk, to the last byte."""
    with path.open("wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        with contextlib.suppress(OSError):
            while True:
                file.write(b"\0")


def test_a_full_disk_ends_the_runs_safely_and_with_space_the_queue_goes_on(lab, place, small_disk, tmp_path):
    nursery, data = small_disk
    life = Life(lab, data, place, nursery, submitted=True, said_in=tmp_path)
    bench = life.start()
    until(lambda: len(bench.said) >= 12 or not bench.alive, "rows")
    fill(data / "ballast")
    code = bench.end()
    assert code == 1, bench.errors
    assert outputs(place[1]) == []
    assert "No space left on device" in bench.errors
    ends = {run["id"]: (run["status"], run["safe"]) for run in bench.document["runs"]}
    assert set(ends.values()) == {("failed", "verified")}, ends
    life.nothing_was_lost()
    (data / "ballast").unlink()
    with closing(RunQueue(data)) as queue:
        items = sorted(queue.list(), key=lambda item: item.key)
        assert [item.id for item in items] == list(RUNS)
        for item in items[:2]:
            assert item.state == "failed"
            assert "No space left on device" in item.reason
        again = [queue.rerun(item.key, who="a person").key for item in items if item.state == "failed"]
    assert life.start().end() == 0, life.benches[-1].errors
    assert all(run["status"] == "done" for run in life.benches[-1].document["runs"])
    with closing(RunQueue(data)) as queue:
        assert {queue.get(key).state for key in again} == {"done"}
        assert queue.verify() == []
