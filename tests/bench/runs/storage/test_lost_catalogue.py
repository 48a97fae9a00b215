"""The catalogue may be deleted, damaged or locked at any time: nothing acknowledged is lost with it."""

import shutil
import sqlite3
import subprocess
import sys

import pytest

from bench.runs.columns import Column
from bench.runs.queue import sql
from bench.runs.queue.item import NewItem
from bench.runs.queue.queue import RunQueue
from bench.runs.storage import database, index
from bench.runs.storage.catalogue import FILE, Catalogue
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest

WAITING = ["a", "b", "c"]


def finished(place, run_id):
    folder = RunFolder.create(place, run_id, RunRequest(run_id, "pellet", (Column("N"),)))
    folder.finish("done", safe="verified")
    return folder


@pytest.fixture
def place(tmp_path):
    """A data folder with two ended runs, three that wait, and a catalogue that knows all of them."""
    for name in ("r1", "r2"):
        Catalogue(tmp_path).add(finished(tmp_path, name))
    queue = RunQueue(tmp_path)
    new = [NewItem(name, "pellet", {"id": name}, "/station.toml", "hardware") for name in WAITING]
    queue.add(new, who="AB")
    queue.move(3, who="AB", first=True)
    queue.close()
    checkpoint(tmp_path / FILE)
    return tmp_path


def checkpoint(path):
    """Everything into the file itself, so that what is done to it is done to all."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def seen(place, queue=None, catalogue=None):
    """What people see: the runs, and the queue in its order."""
    opened = queue or RunQueue(place)
    try:
        ids = [item.id for item in opened.list()]
    finally:
        if queue is None:
            opened.close()
    return [entry.run_id for entry in (catalogue or Catalogue(place)).list()], ids


EVERYTHING = (["r2", "r1"], ["c", "a", "b"])


def delete(path):
    path.unlink()


def garbage(path):
    path.write_bytes(b"\x00\xff garbage " * 3000)


def empty(path):
    path.write_bytes(b"")


def halved(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def torn(path):
    """The pages in the middle never reached the disk."""
    data = bytearray(path.read_bytes())
    data[4096 : len(data) - 4096] = bytes(len(data) - 8192)
    path.write_bytes(data)


def sql_does(*statements):
    def act(path):
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return act


DAMAGES = {
    "deleted": delete,
    "garbage": garbage,
    "empty": empty,
    "half of it": halved,
    "torn pages": torn,
    "no tables": sql_does("DROP TABLE runs", "DROP TABLE queue"),
    "older layouts": sql_does(
        "UPDATE parts SET version = 0",
        "DROP TABLE runs",
        "CREATE TABLE runs (run_id TEXT, id TEXT)",
        "DROP TABLE queue",
        "CREATE TABLE queue (key INTEGER)",
    ),
    "older layouts that say they are new": sql_does(
        "DROP TABLE runs",
        "CREATE TABLE runs (run_id TEXT, id TEXT)",
        "DROP TABLE queue",
        "CREATE TABLE queue (key INTEGER)",
    ),
    "from before there were layouts": sql_does("DROP TABLE parts", "PRAGMA user_version = 1"),
    "killed while it was built": sql_does(
        "DELETE FROM parts", "DELETE FROM runs", "DELETE FROM queue", "DELETE FROM queue_mark"
    ),
    "rows that make no sense": sql_does("UPDATE runs SET results = '{'", "UPDATE queue SET item = '{}'"),
    "entries that a power cut has cost": sql_does("DELETE FROM runs WHERE run_id = 'r2'"),
    "entries of runs that are gone": sql_does("UPDATE runs SET run_id = 'r9' WHERE run_id = 'r1'"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_whatever_happens_to_it_nothing_is_lost(place, damage):
    assert seen(place) == EVERYTHING
    DAMAGES[damage](place / FILE)
    assert seen(place) == EVERYTHING
    assert Catalogue(place).get("r1").status == "done"
    queue = RunQueue(place)
    assert [item.id for item in queue.add([NewItem("d", "p", {}, "/s.toml", "hardware")], who="AB")] == ["d"]
    assert type(queue._store) is sql.SqlStore  # the view was mended, not done without
    queue.close()
    connection = sqlite3.connect(place / FILE)
    assert connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    connection.close()


@pytest.mark.parametrize("damage", ["deleted", "garbage", "empty", "no tables", "torn pages"])
def test_also_while_it_is_in_use(place, damage):
    queue, catalogue = RunQueue(place), Catalogue(place)
    assert seen(place, queue, catalogue) == EVERYTHING
    DAMAGES[damage](place / FILE)
    assert seen(place, queue, catalogue) == EVERYTHING
    catalogue.add(finished(place, "r3"))
    queue.hold(2, who="AB")
    queue.close()
    assert seen(place) == (["r3", *EVERYTHING[0]], EVERYTHING[1])


def test_a_queue_that_is_built_anew_tells_no_old_news(place):
    queue = RunQueue(place)
    (place / FILE).unlink()
    assert queue.catch_up() == ()
    other = RunQueue(place)
    other.hold(1, who="CD")
    other.close()
    queue.close()


def test_locked_by_another_process_it_is_waited_for_and_never_thrown_away(place, monkeypatch):
    monkeypatch.setattr(index, "_PATIENCE_S", 0.05)
    monkeypatch.setattr(sql, "_PATIENCE_S", 0.05)
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('BEGIN EXCLUSIVE'); print('locked', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(place / FILE)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdout.readline() == "locked\n"
        number = (place / FILE).stat().st_ino
        folder = finished(place, "r3")
        assert Catalogue(place).note(folder) is False
        with pytest.raises(database.CatalogueError, match="locked"):
            Catalogue(place).rebuild()
        queue = RunQueue(place)
        queue.cancel(1, who="AB")  # the journal is what counts
        assert [item.state for item in queue.list()] == ["queued", "queued", "aborted"]
        queue.close()
        assert [entry.run_id for entry in Catalogue(place).list()] == EVERYTHING[0]  # readers never wait
        assert (place / FILE).stat().st_ino == number
    finally:
        child.communicate("")
    assert seen(place) == (["r3", "r2", "r1"], ["c", "b", "a"])


def test_a_crash_in_the_middle_of_a_rebuild_is_made_good(place, monkeypatch):
    (place / FILE).unlink()

    def killed(self, connection, entries):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(index.Index, "_insert", killed)
        with pytest.raises(KeyboardInterrupt):
            Catalogue(place).list()
    assert seen(place) == EVERYTHING


def test_several_processes_find_it_damaged_at_once(place):
    garbage(place / FILE)
    code = (
        "import sys; from pathlib import Path; from bench.runs.storage.catalogue import Catalogue; "
        "from bench.runs.queue.queue import RunQueue; place = Path(sys.argv[1]); "
        "q = RunQueue(place); print(len(Catalogue(place).list()), len(q.list()))"
    )
    children = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(place)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told = [child.communicate(timeout=60) for child in children]
    assert [out for out, _ in told] == ["2 3\n"] * 4, told


def test_two_hundred_folders_come_back(tmp_path):
    original = finished(tmp_path, "r000")
    for number in range(1, 200):
        shutil.copytree(original.path, tmp_path / "runs" / f"r{number:03d}")
    before = Catalogue(tmp_path).list()
    assert [entry.run_id for entry in before] == [f"r{number:03d}" for number in reversed(range(200))]
    (tmp_path / FILE).unlink()
    assert Catalogue(tmp_path).list() == before
