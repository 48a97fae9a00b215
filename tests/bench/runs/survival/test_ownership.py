"""One owner a folder: the second is refused and told of the first, and nothing outlives the owner."""

import os
import stat
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from bench.runs.storage.files import StorageError
from bench.runs.survival.ownership import (
    BenchBusyError,
    OwnerLock,
    OwnerRecord,
    Ownership,
    is_owned,
    owner_of,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
STATION = Path("station.toml")


def take(folder, command="bench run queue.toml", **more):
    return Ownership.take(
        folder, station=STATION, target="served", world="w://h:1/t", command=command, **more
    )


def record(command="bench run", **more):
    mine = OwnerRecord.own(station=STATION, target="hardware", world=None, command=command)
    return replace(mine, **more)


DEAD = {"started": 1.0, "mark": "boot:1"}


def test_the_record_says_who_and_where(tmp_path):
    with take(tmp_path / "data") as mine:
        assert is_owned(tmp_path / "data")
        read = owner_of(tmp_path / "data")
        assert replace(read, heartbeat=None) == mine.record
        assert read.process.state() == "alive"
        assert (read.pid, read.target, read.world) == (os.getpid(), "served", "w://h:1/t")
        assert read.station == str(STATION.absolute())
        assert (read.ended, read.clean) == (None, False)
        assert read.heartbeat.startswith("20")
    assert not is_owned(tmp_path / "data")
    ended = owner_of(tmp_path / "data")
    assert ended.clean
    assert ended.ended >= ended.since


def test_a_folder_that_nobody_owned(tmp_path):
    assert owner_of(tmp_path) is None
    assert not is_owned(tmp_path)
    with take(tmp_path) as mine:
        assert mine.before is None


def test_the_second_is_refused_and_told_of_the_first(tmp_path):
    with take(tmp_path) as first:
        with pytest.raises(BenchBusyError) as caught:
            take(tmp_path, "bench run other.toml", wait_s=30)  # a bench at work is not waited for
        for told in (f"pid {os.getpid()}", first.record.host, first.record.user, first.record.since):
            assert told in caught.value.what
        assert "`bench run queue.toml`" in caught.value.what
        assert "w://h:1/t" not in str(caught.value)
        assert f"kill {os.getpid()}" in caught.value.remedy
        assert owner_of(tmp_path).command == "bench run queue.toml"
    with take(tmp_path, "bench run other.toml"):
        assert owner_of(tmp_path).command == "bench run other.toml"


def test_a_guard_is_waited_for_and_named(tmp_path):
    lock = OwnerLock.take(tmp_path)
    guard = Ownership(lock, record("bench guard"), None)
    with pytest.raises(BenchBusyError, match="`bench guard`") as caught:
        take(tmp_path)
    assert "it makes safe" in caught.value.remedy
    later = threading.Timer(0.5, guard.release)
    later.start()
    with take(tmp_path, wait_s=60) as mine:
        assert mine.before.command == "bench guard"
    later.join()


def test_one_that_died_and_left_its_record_is_nobody(tmp_path):
    record("bench run lost.toml", **DEAD).write(tmp_path)
    assert not is_owned(tmp_path)
    assert owner_of(tmp_path).process.state() == "gone"
    with take(tmp_path) as mine:
        assert mine.before.command == "bench run lost.toml"
        assert (mine.before.ended, mine.before.clean) == (None, False)
        assert owner_of(tmp_path).pid == os.getpid()


def test_leaving_by_an_exception_is_no_clean_end(tmp_path):
    def fail():
        with take(tmp_path):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert owner_of(tmp_path).ended
    assert not owner_of(tmp_path).clean
    assert not is_owned(tmp_path)


def test_releasing_twice_changes_nothing(tmp_path):
    mine = take(tmp_path)
    mine.release(clean=False)
    mine.release(clean=True)
    assert not owner_of(tmp_path).clean


@posix
def test_only_this_user_reads_the_token(tmp_path):
    with take(tmp_path):
        assert stat.S_IMODE((tmp_path / "owner.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "owner.json").stat().st_mode) == 0o600


@posix
def test_a_child_does_not_keep_the_lock(tmp_path):
    """Neither one that is another program, nor one that is a copy of this process."""
    code = f"""
import os, sys
from pathlib import Path
from bench.runs.survival.ownership import Ownership, is_owned
data = Path({str(tmp_path)!r})
mine = Ownership.take(data, station=Path("s"), target="hardware", command="c")
assert not os.get_inheritable(mine.lock.descriptor)
copy = os.fork()
if not copy:
    os.write(1, f"{{mine.lock.descriptor}}".encode())
    os.close(1)
    os.close(2)
    os.read(0, 1)
    os._exit(0)
assert is_owned(data)
os._exit(0)
"""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.read() == b"-1"  # the copy lives on, until its stdin is closed
        assert child.wait(60) == 0
        assert not is_owned(tmp_path)


def test_a_damaged_record_keeps_nobody_out(tmp_path):
    (tmp_path / "owner.json").write_text("{half")
    with pytest.raises(StorageError, match="damaged"):
        owner_of(tmp_path)
    with take(tmp_path) as mine:
        assert mine.before is None


@posix
def test_another_user_is_told_whose_it_is(tmp_path):
    with take(tmp_path) as mine:
        (tmp_path / "owner.json").unlink()  # as good as one that cannot be read
        with pytest.raises(BenchBusyError, match=f"user {mine.record.user};"):
            take(tmp_path)


def test_a_record_of_a_later_version_can_be_read(tmp_path):
    record().write(tmp_path)
    path = tmp_path / "owner.json"
    path.write_text(path.read_text().replace("{", '{"colour": "blue",', 1))
    assert owner_of(tmp_path).command == "bench run"


def test_a_disk_that_takes_no_record(tmp_path, monkeypatch):
    def full(*arguments, **more):
        raise StorageError("disk full", path=tmp_path)

    monkeypatch.setattr("bench.runs.survival.record.write_atomic", full)
    with pytest.raises(StorageError, match="disk full"):
        take(tmp_path)
    assert not is_owned(tmp_path)
    guard = Ownership(OwnerLock.take(tmp_path), record("bench guard"), None, recorded=False)
    assert is_owned(tmp_path)
    guard.release()
    assert not is_owned(tmp_path)


def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file"):
        take(tmp_path / "file")


@posix
def test_a_lock_file_that_can_only_be_read_locks_all_the_same(tmp_path, monkeypatch):
    take(tmp_path).release()
    original = os.open

    def open_(path, flags, *mode, **more):
        if flags & os.O_RDWR and str(path).endswith("owner.lock"):
            raise OSError(30, "Read-only file system")
        return original(path, flags, *mode, **more)

    monkeypatch.setattr(os, "open", open_)
    lock = OwnerLock.take(tmp_path)
    assert is_owned(tmp_path)
    with pytest.raises(BenchBusyError):
        OwnerLock.take(tmp_path)
    lock.release()
    with pytest.raises(StorageError, match="Read-only"):
        OwnerLock.take(tmp_path / "new")
