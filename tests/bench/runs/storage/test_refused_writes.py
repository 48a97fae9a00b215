"""The disk is full, read-only or broken: said clearly, never half acknowledged, nothing earlier destroyed."""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench.runs.columns import Column
from bench.runs.storage import appended
from bench.runs.storage import files as storage
from bench.runs.storage import folder as folder_module
from bench.runs.storage.appended import AppendedFile
from bench.runs.storage.files import StorageError, write_atomic
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest
from bench.runs.storage.rows import RowWriter, read_table

ROOT = Path(__file__).resolve().parents[4]
CHILD = Path(__file__).with_name("full_disk_child.py")
COLUMNS = (Column("N", kind="integer"), Column("Text", kind="text"))
REQUEST = RunRequest("r", "p", COLUMNS)


def child(*words, shell=None):
    command = [sys.executable, str(CHILD), *map(str, words)]
    if shell is not None:
        command = ["unshare", "-m", "sh", "-c", f'{shell} && exec "$@"', "sh", *command]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def check_full_disk(said, expected_errno):
    """What full_disk_child.py tells: the error, and what was on the disk when it happened and later."""
    assert said["errno"] == expected_errno
    assert said["remedy"]
    assert said["acknowledged"] > 10
    assert said["rows_then"] == said["acknowledged"]  # not one less, and not half a row more
    assert said["torn_then"] == 0
    assert said["rows_later"] == said["acknowledged"] + 1  # with space again it went on where it had stopped
    assert said["verify"] == []
    assert said["status"] == "failed"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of file size are POSIX")
def test_a_file_that_may_not_grow_ends_with_a_whole_row_and_can_be_gone_on_with(tmp_path):
    check_full_disk(child("limit", tmp_path), errno.EFBIG)


def can_mount():
    run = shutil.which("unshare") and subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "/mnt"],
        capture_output=True,
        check=False,
    )
    return bool(run) and run.returncode == 0


@pytest.fixture(scope="module")
def mounting():
    if not can_mount():
        pytest.skip("a small disk of its own needs the right to mount one (Linux, root)")


@pytest.mark.usefixtures("mounting")
def test_a_full_disk(tmp_path):
    said = child("disk", tmp_path, shell=f"mount -t tmpfs -o size=256k tmpfs {tmp_path}")
    check_full_disk(said, errno.ENOSPC)


@pytest.mark.usefixtures("mounting")
def test_a_disk_that_stays_full_leaves_the_earlier_run_json(tmp_path):
    said = child("end", tmp_path, shell=f"mount -t tmpfs -o size=256k tmpfs {tmp_path}")
    assert said["errno"] == errno.ENOSPC
    assert said["run_json"]["status"] == "running"  # as it was written at the start, and whole
    assert said["status"] in ("failed", "interrupted")  # as far as the journal still took the end
    assert said["rows"] == said["acknowledged"]
    assert said["left"] == []
    assert said["lock"] == "free"


@pytest.mark.usefixtures("mounting")
def test_a_disk_mounted_read_only(tmp_path):
    said = child("create", tmp_path, shell=f"mount -t tmpfs -o ro tmpfs {tmp_path}")
    assert said["errno"] == errno.EROFS
    assert "read-only" in said["remedy"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of files are POSIX here")
def test_a_folder_without_the_right_to_write():
    place = Path(tempfile.mkdtemp())  # tmp_path lies in a folder that is closed to others
    place.chmod(0o555)
    REQUEST.as_json()  # imports what it needs while it still may
    root = os.geteuid() == 0
    try:
        if root:
            os.seteuid(65534)  # rights do not hold back root
        with pytest.raises(StorageError, match="Permission denied") as caught:
            RunFolder.create(place, "r1", REQUEST)
    finally:
        if root:
            os.seteuid(0)
        place.rmdir()
    assert caught.value.errno == errno.EACCES
    assert "right to write" in str(caught.value)


def test_a_file_where_the_data_folder_should_be(tmp_path):
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(StorageError) as caught:
        RunFolder.create(tmp_path / "data", "r1", REQUEST)
    assert caught.value.errno in (errno.ENOTDIR, errno.EEXIST)
    assert caught.value.remedy
    assert (tmp_path / "data").read_text() == "not a folder"


def test_creating_a_folder_leaves_nothing_behind_if_it_fails_halfway(tmp_path, monkeypatch):
    def full(path, columns):
        raise StorageError("no space", path=path, errno=errno.ENOSPC)

    monkeypatch.setattr(folder_module, "RowWriter", full)
    with pytest.raises(StorageError, match="no space"):
        RunFolder.create(tmp_path, "r1", REQUEST)
    assert list((tmp_path / "runs").iterdir()) == []


def test_the_earlier_file_stays_if_the_new_one_cannot_be_written(tmp_path, monkeypatch):
    path = tmp_path / "run.json"
    write_atomic(path, b"old")

    def failing(descriptor, data):
        os.write(descriptor, data[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "write_all", failing)
    with pytest.raises(StorageError, match="No space") as caught:
        write_atomic(path, b"new")
    assert "untouched" in str(caught.value)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_and_never_written_over(tmp_path, monkeypatch):
    """Who has the old one open goes on seeing it whole; the new one is durable before it takes the name."""
    path = tmp_path / "run.json"
    write_atomic(path, b"old")
    happened = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: happened.append("fsync") or fsync(descriptor))
    monkeypatch.setattr(
        Path, "replace", lambda self, target: happened.append("rename") or replace(self, target)
    )
    with path.open("rb") as reader:
        write_atomic(path, b"new")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"
    assert happened[:2] == ["fsync", "rename"]
    assert sys.platform == "win32" or happened[2:] == ["fsync"]  # of the folder, for the name


def test_a_write_that_the_system_takes_in_parts_is_completed(tmp_path, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:3]))
    writer = RowWriter(tmp_path / "data.csv", COLUMNS)
    writer.write({"N": 1, "Text": "abc"})
    writer.close()
    assert (tmp_path / "data.csv").read_text() == 'N,Text,Attempt\n1,"abc",1\n'


@pytest.mark.parametrize("kind", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("part", [0, 3, None])
def test_what_was_written_of_a_refused_row_is_cut_off_again(tmp_path, monkeypatch, kind, part):
    path = tmp_path / "data.csv"
    writer = RowWriter(path, COLUMNS)
    writer.write({"N": 1, "Text": "a"})
    before = path.read_bytes()

    def interrupted(descriptor, data):
        os.write(descriptor, data[:part])
        raise kind(errno.EIO, "Input/output error")

    monkeypatch.setattr(appended, "write_all", interrupted)
    with pytest.raises(KeyboardInterrupt if kind is KeyboardInterrupt else StorageError):
        writer.write({"N": 2, "Text": "b"})
    monkeypatch.undo()
    assert path.read_bytes() == before
    writer.write({"N": 3, "Text": "c"})
    assert writer.position().rows == 2
    assert writer.position().sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    writer.close()
    assert read_table(path).column("N").tolist() == [1, 3]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux")
def test_where_half_a_row_cannot_be_cut_off_again_no_later_row_is_taken(monkeypatch):
    """/dev/full refuses every write, and cannot be truncated either."""
    path = Path("/dev/full")
    file = AppendedFile(path, os.open(path, os.O_WRONLY), 0, b"", b"")
    with pytest.raises(StorageError, match="No space left") as caught:
        file.append(b"row\n")
    assert caught.value.errno == errno.ENOSPC
    monkeypatch.setattr(appended, "write_all", lambda descriptor, data: None)  # there is space again
    with pytest.raises(StorageError, match="cutting off"):
        file.append(b"row\n")
    assert file.records == 0
    with pytest.raises(StorageError, match="cutting off"):
        file.close()


def test_after_a_failed_fsync_no_row_is_acknowledged_any_more(tmp_path, monkeypatch):
    """The system may have thrown the pages away: a second fsync that succeeds would prove nothing."""
    writer = RowWriter(tmp_path / "data.csv", COLUMNS)
    writer.sync()

    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    writer.write({"N": 1, "Text": "a"})
    with pytest.raises(StorageError, match="fsync"):
        writer.sync()
    monkeypatch.undo()
    for act in (lambda: writer.write({"N": 2, "Text": "b"}), writer.sync, writer.close):
        with pytest.raises(StorageError, match="may not survive a power cut"):
            act()


def test_a_run_whose_rows_fail_still_ends_in_its_own_words(tmp_path, monkeypatch):
    """The rows cannot be made durable; the end is written all the same and the first error is raised."""
    folder = RunFolder.create(tmp_path, "r1", REQUEST)
    folder.rows.write({"N": 1, "Text": "a"})
    fsync = os.fsync
    data = folder.rows._file._descriptor

    def broken(descriptor):
        if descriptor == data:
            raise OSError(errno.EIO, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StorageError, match=r"data\.csv"):
        folder.finish("failed", reason="disk", safe="verified")
    found = RunFolder.open(folder.path)
    assert found.end() == {"status": "failed", "reason": "disk", "safe": "verified"}
    assert found.verify() == []


def test_the_journal_tells_the_end_where_run_json_could_not(tmp_path, monkeypatch):
    folder = RunFolder.create(tmp_path, "r1", REQUEST)
    before = (folder.path / "run.json").read_bytes()

    def full(path, data):
        raise StorageError("no space", path=path, errno=errno.ENOSPC)

    monkeypatch.setattr(folder_module, "write_atomic", full)
    with pytest.raises(StorageError, match="no space"):
        folder.finish("aborted", reason="operator", safe="verified")
    found = RunFolder.open(folder.path)
    assert (folder.path / "run.json").read_bytes() == before
    assert found.end() == {"status": "aborted", "reason": "operator", "safe": "verified"}
