"""What the guard concludes from lock, record, process and heart, and what it does then."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from lost_fakes import STATION, FakeQueue, item

from bench.core import wall
from bench.runs.storage import journal
from bench.runs.storage.files import StorageError
from bench.runs.survival import guard, heartbeat, takeover
from bench.runs.survival.guard import watch
from bench.runs.survival.ownership import OwnerLock, OwnerRecord, Ownership, is_owned, owner_of

PATIENCE_S = 0.5
BEAT_S = 0.02


def own(data, command="bench run"):
    return Ownership.take(data, station=STATION, target="hardware", command=command)


def write(data, **more):
    """The record of a bench that is long gone."""
    mine = OwnerRecord.own(station=STATION, target="hardware", world=None, command="bench run")
    dead = replace(mine, started=1.0, mark="boot:1", **more)
    dead.write(data)
    return dead


class Watching:
    """`watch` with the station and the queue replaced by fakes."""

    def __init__(self, data, lab):
        self.data, self.lab = data, lab
        self.queue = FakeQueue()
        self.heard = []
        self.stop = threading.Event()

    def once(self, **more):
        return self(once=True, **more)

    def __call__(self, **more):
        return watch(
            self.data,
            patience_s=PATIENCE_S,
            stop=self.stop,
            say=self.heard.append,
            open_queue=lambda data: self.queue,
            **more,
        )

    def kinds(self):
        path = self.data / "guard.jsonl"
        assert journal.verify(path) == []
        return [entry.kind for entry in journal.read(path)]


@pytest.fixture
def watching(tmp_path, lab, monkeypatch):
    monkeypatch.setattr("bench.runs.survival.reopening.reopened", lab.reopened)
    monkeypatch.setattr(takeover, "PAUSE_S", 0.0)
    monkeypatch.setattr(heartbeat, "BEAT_S", BEAT_S)
    return Watching(tmp_path, lab)


def test_nobody(watching):
    assert watching.once().how == "nobody"
    assert watching().how == "nobody"
    assert watching.heard == []


def test_a_clean_end_is_the_guards_end_and_makes_no_noise(watching):
    mine = own(watching.data)
    later = threading.Timer(0.5, mine.release)
    later.start()
    watched = watching()
    later.join()
    assert (watched.how, watched.safe, watched.settled) == ("clean end", True, ())
    assert watching.heard == []
    assert watching.kinds() == ["watching"]


def test_one_at_work_is_alive(watching):
    with own(watching.data):
        assert watch(watching.data, patience_s=60, once=True).how == "alive"


def test_what_a_dead_one_left_is_made_safe_and_told(watching):
    lab = watching.lab
    dead = write(watching.data)
    watching.queue = FakeQueue(
        item(1, "meter"), item(2, "oven", state="queued"), item(3, "furnace", state="paused")
    )
    watched = watching()
    assert (watched.how, watched.safe) == ("settled", True)
    assert [device.on for device in lab.devices.values()] == [False, False, True]
    assert [(key, state, who, facts["safe"]) for key, state, who, _, facts in watching.queue.told] == [
        (1, "interrupted", "guard", "verified"),
        (3, "interrupted", "guard", "verified"),
    ]
    assert watching.queue.closed
    assert (lab.records[0].station, lab.records[0].pid) == (dead.station, dead.pid)
    assert watching.kinds() == ["watching", "took over", "settled", "settled"]
    assert any("The bench is gone" in text for text in watching.heard)
    assert not is_owned(watching.data)
    after = owner_of(watching.data)
    assert (after.command, after.clean, after.station) == ("bench guard", True, dead.station)
    assert watching.once().how == "clean end"


def test_while_it_settles_the_guard_is_the_owner(watching, monkeypatch):
    write(watching.data, target="served", world="w://h:1/t")
    watching.queue = FakeQueue(item(1, "meter", target="served"))
    seen = []
    driver = type(watching.lab.connected.instrument("meter"))
    original = driver.make_safe
    monkeypatch.setattr(
        driver, "make_safe", lambda self: (seen.append(owner_of(watching.data)), original(self))[1]
    )
    watching()
    (owner,) = seen
    assert (owner.pid, owner.command, owner.ended) == (os.getpid(), "bench guard", None)
    assert owner.process.state() == "alive"
    assert (owner.target, owner.world) == ("served", "w://h:1/t")  # for who comes if the guard is killed too


def test_a_kept_one_is_said_to_be_kept(watching):
    watching.lab.devices["furnace"].guards = True
    write(watching.data)
    watching.queue = FakeQueue(item(1, "furnace", on_host_loss="keep"))
    watched = watching()
    assert watched.safe
    assert watching.lab.devices["furnace"].on
    (told,) = watching.queue.told
    assert told[4]["safe"] == "kept"
    assert "guard themselves" in told[3]
    assert any("guards itself" in text for text in watching.heard)


def test_not_safe_is_loud_and_tried_again_by_the_next_guard(watching):
    watching.lab.devices["meter"].gone = 3
    write(watching.data)
    watching.queue = FakeQueue(item(1, "meter"))
    watched = watching()
    assert not watched.safe
    assert any("NOT SAFE: meter" in text for text in watching.heard)
    assert "NOT SAFE" in watching.kinds()
    assert watching.queue.told[0][4]["safe"] == "failed"
    assert not owner_of(watching.data).clean
    again = watching.once()  # somebody has put the plug in
    assert (again.how, again.safe) == ("settled", True)
    assert not watching.lab.devices["meter"].on
    assert watching.queue.told[1][4]["safe"] == "verified"


@pytest.mark.parametrize(("times", "safe"), [(2, True), (3, False)])
def test_a_station_that_cannot_be_reached_is_tried_so_often(watching, times, safe):
    watching.lab.unreachable = times
    write(watching.data)
    watching.queue = FakeQueue(item(1, "meter", "oven"))
    watched = watching()
    assert watched.safe is safe
    assert watching.lab.devices["meter"].on is not safe
    assert len(watching.lab.records) == min(times + 1, 3)
    if not safe:
        assert "could not reach" in watched.settled[0].error
        assert "NOT SAFE: meter, oven" in watched.settled[0].text()


def test_a_simulated_bench_leaves_nothing_on(watching):
    write(watching.data, target="simulated")
    watching.queue = FakeQueue(item(1, "meter", target="simulated"))
    watched = watching()
    assert watched.safe
    assert watching.queue.told[0][:3] == (1, "interrupted", "guard")
    assert watching.lab.devices["meter"].made_safe == 0


def test_what_an_earlier_bench_left_on_other_stations_is_settled_there(watching):
    write(watching.data)
    watching.queue = FakeQueue(
        item(1, "meter"),
        item(2, "furnace", station="/lab/other.toml"),
        item(3, "oven", target="served"),
        item(4, "oven", target="simulated", state="paused"),
    )
    watched = watching()
    assert [record.station for record in watching.lab.records] == [str(STATION.absolute()), "/lab/other.toml"]
    assert [(one.run.key, one.safe) for one in watched.settled] == [
        (1, "verified"),
        (2, "verified"),
        (3, "failed"),  # nobody knows any more where that world was
        (4, None),
    ]
    assert [facts["safe"] for *_, facts in watching.queue.told] == [
        "verified",
        "verified",
        "failed",
        "verified",
    ]
    assert watching.lab.devices["oven"].on


@pytest.mark.parametrize(("name", "on_host_loss"), [("meter", "make_safe"), ("furnace", "keep")])
def test_a_run_that_had_ended_is_not_noted_as_interrupted(watching, name, on_host_loss):
    """The bench was lost between the end record in the folder and the line in the queue."""
    write(watching.data)
    run = watching.data / "runs" / "a"
    run.mkdir(parents=True)
    (run / "run.json").write_text('{"ended": "now", "status": "done", "reason": "", "safe": "verified"}')
    watching.lab.devices["furnace"].guards = True
    watching.queue = FakeQueue(item(1, name, folder="runs/a", on_host_loss=on_host_loss))
    assert watching().safe
    assert watching.lab.devices["meter"].on is (name != "meter")
    assert [(state, facts["safe"]) for _, state, _, _, facts in watching.queue.told] == [("done", "verified")]


def test_nothing_was_running(watching):
    write(watching.data)
    watching.queue = FakeQueue(item(1, "meter", state="queued"))
    assert watching().settled == ()
    assert watching.lab.records == []
    assert watching.kinds() == ["watching", "took over", "nothing to do"]


@pytest.mark.parametrize("queue", ["damaged", "empty"])
def test_without_its_queue_the_run_folders_are_asked(watching, queue):
    write(watching.data)

    def opened(data):
        if queue == "damaged":
            raise StorageError("line 7 is damaged", path=data)
        return watching.queue

    for name, instrument, end in (
        ("lost", "meter", {}),
        ("done", "oven", {"ended": "now", "status": "done", "safe": "verified"}),
    ):
        run = watching.data / "runs" / name
        run.mkdir(parents=True)
        (run / "run.json").write_text(json.dumps({"id": name, "instruments": {instrument: {}}, **end}))
        (run / "journal.jsonl").write_text("")
    watched = watch(watching.data, patience_s=PATIENCE_S, open_queue=opened, say=watching.heard.append)
    assert [one.run.id for one in watched.settled] == ["lost"]
    assert not watching.lab.devices["meter"].on
    assert watching.lab.devices["oven"].on
    assert any("line 7" in text for text in watching.heard) is (queue == "damaged")


def test_a_queue_that_cannot_be_told_keeps_nothing_on(watching, monkeypatch):
    def refuse(*arguments, **more):
        raise StorageError("disk full", path=watching.data)

    write(watching.data)
    watching.queue = FakeQueue(item(1, "meter"))
    monkeypatch.setattr(watching.queue, "note_state", refuse)
    assert watching().safe
    assert not watching.lab.devices["meter"].on
    assert any("disk full" in text for text in watching.heard)


def test_on_a_full_disk_it_is_made_safe_all_the_same(watching, monkeypatch):
    def full(*arguments, **more):
        raise StorageError("disk full", path=watching.data)

    write(watching.data)
    watching.queue = FakeQueue(item(1, "meter"))
    monkeypatch.setattr("bench.runs.survival.record.write_atomic", full)
    monkeypatch.setattr("bench.runs.survival.guard_log.Journal", full)
    assert watching().safe
    assert not watching.lab.devices["meter"].on
    assert sum("without its journal" in text for text in watching.heard) == 1


def test_one_that_let_go_in_disorder_is_looked_after(watching):
    def fail():
        with own(watching.data):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    watching.queue = FakeQueue(item(1, "meter"))
    assert watching().how == "settled"  # this process lives on, and has had its time to close its ports
    assert not watching.lab.devices["meter"].on


def test_a_record_of_another_computer_is_left_alone(watching):
    write(watching.data, host="another-pc")
    watching.queue = FakeQueue(item(1, "meter"))
    watched = watching.once()
    assert watched.how == "silent"
    assert "another-pc" in watched.problem
    assert watching.lab.devices["meter"].on


def test_a_lock_file_that_was_removed_makes_nobody_dead(watching):
    with own(watching.data):
        (watching.data / "owner.lock").unlink()
        watching.queue = FakeQueue(item(1, "meter"))
        watched = watching.once()
    assert watched.how == "silent"
    assert "lock file removed" in watched.problem
    assert watching.lab.devices["meter"].on


def test_a_lock_without_a_record_is_told(watching):
    lock = OwnerLock.take(watching.data)
    watched = watching.once()
    lock.release()
    assert watched.how == "silent"
    assert "owner.json" in watched.problem


def test_a_damaged_record_is_told(watching):
    (watching.data / "owner.json").write_text("{half")
    assert "damaged" in watching.once().problem


def test_another_bench_that_was_quicker_settles_what_it_finds(watching, monkeypatch):
    """Between the look of the guard and its taking the lock."""
    write(watching.data)
    watching.queue = FakeQueue(item(1, "meter"))
    quicker = []

    class Lock:
        def take(data, **more):
            if not quicker and not more:
                quicker.append(own(data, "bench run again"))
                threading.Timer(1.0, quicker[0].release).start()
            return OwnerLock.take(data, **more)

    monkeypatch.setattr(guard, "OwnerLock", Lock)
    assert watching().how == "clean end"
    assert quicker
    assert watching.lab.devices["meter"].on
    assert watching.queue.told == []


def wait_for(condition):
    for _ in range(3000):
        if condition():
            return
        wall.sleep(0.01)
    raise AssertionError("it never came to that")


def test_one_guard_a_folder_and_a_second_takes_the_place_of_one_that_ends(watching, monkeypatch):
    monkeypatch.setattr(guard, "HANDOVER_S", 0.5)
    with own(watching.data):
        first = threading.Thread(target=watching)
        first.start()
        wait_for((watching.data / "guard.jsonl").exists)
        assert watch(watching.data, patience_s=PATIENCE_S).how == "already guarded"
        assert watch(watching.data, patience_s=PATIENCE_S, once=True).how == "already guarded"

        monkeypatch.setattr(guard, "HANDOVER_S", 60.0)
        found = []
        second = threading.Thread(target=lambda: found.append(watch(watching.data, patience_s=60)))
        second.start()
        wall.sleep(0.5)
        watching.stop.set()
        first.join()
        wait_for(lambda: watching.kinds() == ["watching", "watching"])
    second.join(60)
    assert [watched.how for watched in found] == ["clean end"]


def test_told_to_end_it_ends(watching):
    watching.stop.set()
    with own(watching.data):
        assert watching().how == "stopped"


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_one_that_is_stopped_is_alive_and_told_again_each_minute(watching, monkeypatch):
    monkeypatch.setattr(guard, "REMIND_S", 0.3)
    watching.queue = FakeQueue(item(1, "meter"))
    code = f"""
from pathlib import Path
from bench.runs.survival import heartbeat
heartbeat.BEAT_S = {BEAT_S}
from bench.runs.survival.ownership import Ownership
mine = Ownership.take(Path({str(watching.data)!r}), station=Path("s"), target="hardware", command="c")
print("owned", flush=True)
input()
mine.release()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        os.kill(child.pid, signal.SIGSTOP)
        found = []
        watcher = threading.Thread(target=lambda: found.append(watching()))
        watcher.start()
        said = lambda word: sum(word in text for text in watching.heard)  # noqa: E731
        wait_for(lambda: said("SILENT") >= 2)
        assert said("it is stopped") >= 2
        assert said("NOT touched") >= 2
        assert f"kill -9 {child.pid}" in watching.heard[-1]
        os.kill(child.pid, signal.SIGCONT)
        wait_for(lambda: said("works again"))
        child.communicate(b"\n")
        watcher.join(60)
    assert [watched.how for watched in found] == ["clean end"]
    assert watching.lab.devices["meter"].on
    assert watching.lab.records == []
