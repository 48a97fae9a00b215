"""The journal of the queue: several writers, half a line, an altered line, a disk that is full."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from queue_fakes import new

from bench.runs.queue.queue import QueueError, RunQueue
from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError

ROOT = Path(__file__).parents[4]
WRITER = """
import sys
sys.path[:0] = {path!r}
from pathlib import Path
from queue_fakes import new
from bench.runs.queue.queue import RunQueue

queue = RunQueue(Path(sys.argv[1]))
for number in range(25):
    queue.add([new(f"{{sys.argv[2]}}-{{number}}")], who=sys.argv[2])
"""


def test_several_processes_write_in_turn_and_nothing_is_lost(folder, open_queue):
    program = WRITER.format(path=[str(ROOT), str(Path(__file__).parent)])
    writers = [
        subprocess.Popen([sys.executable, "-c", program, str(folder), name]) for name in ("a", "b", "c")
    ]
    assert [writer.wait(100) for writer in writers] == [0, 0, 0]
    queue = open_queue()
    items = queue.list()
    assert sorted(item.key for item in items) == list(range(1, 76))
    assert {item.id for item in items} == {f"{name}-{n}" for name in "abc" for n in range(25)}
    assert queue.verify() == []


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_half_a_line_was_never_acknowledged_and_is_cut_off(folder, open_queue, kept):
    queue = open_queue()
    queue.add([new("a")], who="AB")
    whole = queue.path.read_bytes()
    queue.add([new("b")], who="AB")
    second = queue.path.read_bytes()[len(whole) :]
    queue.close()
    queue.path.write_bytes(whole + second[:kept])
    again = open_queue()
    assert [item.id for item in again.list()] == ["a"]
    again.add([new("c")], who="AB")
    assert [item.id for item in again.list()] == ["a", "c"]
    assert again.verify() == []
    kinds = [json.loads(line)["kind"] for line in again.path.read_text("utf-8").splitlines()]
    assert kinds == ["added", "torn", "added"]


def test_an_altered_line_is_refused_and_named(folder, open_queue):
    queue = open_queue()
    queue.add([new("a")], who="AB")
    queue.add([new("b")], who="AB")
    text = queue.path.read_text("utf-8").replace('"id":"a"', '"id":"z"', 1)
    queue.close()
    assert '"id":"z"' in text
    queue.path.write_text(text, "utf-8")
    with pytest.raises(StorageError, match="line 2 does not follow"):
        open_queue(in_memory=True)


def test_who_writes_for_ever_is_named_and_nothing_is_changed(folder, queue, monkeypatch):
    monkeypatch.setattr("bench.runs.queue.log.PATIENCE_S", 0.05)
    descriptor = os.open(folder / "queue.lock", os.O_RDWR | os.O_CREAT)
    try:
        assert filelock.take(descriptor)
        with pytest.raises(QueueError, match="another process has been writing"):
            queue.add([new("a")], who="AB")
    finally:
        os.close(descriptor)
    assert queue.list() == ()
    queue.add([new("a")], who="AB")
    assert len(queue.list()) == 1


def test_a_write_that_fails_changes_nothing(queue, monkeypatch):
    queue.add([new("a")], who="AB")
    before = queue.path.read_bytes()

    def full(descriptor, data):
        os.write(descriptor, data[:30])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bench.runs.queue.log.write_all", full)
    with pytest.raises(StorageError, match="space"):
        queue.add([new("b")], who="AB")
    monkeypatch.undo()
    assert queue.path.read_bytes() == before
    assert [item.id for item in queue.list()] == ["a"]
    assert isinstance(queue, RunQueue)
