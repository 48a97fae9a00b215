"""Every row and journal line is fsynced within a second of the PC's time, whatever the run does then.

The PC's time is replaced by one that the test moves, so that nothing here depends on how fast the machine is.
"""

import os
import threading
from itertools import pairwise

import pytest

from bench.core import wall
from bench.core.clock import VirtualClock
from bench.core.wall import Deferred
from bench.runs.columns import Column
from bench.runs.storage.journal import Journal
from bench.runs.storage.rows import RowWriter

PATIENCE_S = 30.0
"""Real seconds after which a test fails instead of hanging; none passes because of it."""
LOOK_EVERY_S = 0.01
STEP_S = 1 / 16


class FakeWall:
    """Stands for bench.core.wall.wait: background threads wait for `now` to be moved."""

    def __init__(self):
        self.now = 0.0
        self.changed = threading.Condition()
        self.asleep = {}
        self.synced = []

    def wait(self, event, seconds=None):
        if seconds is None:
            return event.wait()
        me = threading.get_ident()
        with self.changed:
            self.asleep[me] = until = self.now + seconds
            self.changed.notify_all()
            while not (event.is_set() or self.now >= until):
                self.changed.wait(LOOK_EVERY_S)  # the event tells nobody here
            del self.asleep[me]
            self.changed.notify_all()
        return event.is_set()

    def fsync(self, descriptor):
        with self.changed:
            self.synced.append((self.now, descriptor))
            self.changed.notify_all()

    def until(self, condition):
        with self.changed:
            assert self.changed.wait_for(condition, PATIENCE_S)

    def advance(self, seconds):
        with self.changed:
            self.now += seconds
            self.changed.notify_all()


@pytest.fixture
def fake(monkeypatch):
    fake = FakeWall()
    monkeypatch.setattr(wall, "wait", fake.wait)
    monkeypatch.setattr(os, "fsync", fake.fsync)
    return fake


@pytest.fixture
def writer(fake, tmp_path):
    writer = RowWriter(tmp_path / "data.csv", (Column("U", "V"),))
    writer.sync()
    fake.until(lambda: fake.asleep)  # for the header
    fake.advance(1.0)
    fake.until(lambda: not fake.asleep)
    fake.synced.clear()
    yield writer
    writer.close()


def test_a_row_is_fsynced_within_a_second_though_the_run_goes_quiet(fake, writer):
    written_at = fake.now
    writer.write({"U": 1.0})
    fake.until(lambda: fake.asleep)
    assert fake.synced == []  # a row costs no fsync of its own
    fake.advance(0.5)
    fake.until(lambda: fake.synced)
    time, descriptor = fake.synced[0]
    assert time - written_at <= 0.5  # the rest of the second is for the disk
    assert descriptor == writer._file._descriptor


def test_a_run_that_never_pauses_is_fsynced_all_the_same_but_not_for_each_row(fake, writer):
    start = fake.now
    for _ in range(80):
        for _ in range(10):
            writer.write({"U": 1.0})
        fake.until(lambda: fake.asleep)
        count = len(fake.synced)
        due = min(fake.asleep.values()) <= fake.now + STEP_S
        fake.advance(STEP_S)
        if due:
            fake.until(lambda count=count: len(fake.synced) > count)
    times = [start, *(time for time, _ in fake.synced)]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert max(gaps) <= 0.5 + STEP_S
    assert len(gaps) <= 80 * STEP_S / 0.5


def test_a_row_that_comes_while_another_is_fsynced_gets_an_fsync_of_its_own(fake, writer, monkeypatch):
    def slow_disk(descriptor):
        if not fake.synced:
            writer.write({"U": 2.0})
        fake.fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow_disk)
    writer.write({"U": 1.0})
    fake.until(lambda: fake.asleep)
    fake.advance(0.5)
    fake.until(lambda: len(fake.synced) == 1)
    fake.until(lambda: fake.asleep)
    fake.advance(0.5)
    fake.until(lambda: len(fake.synced) == 2)


def test_a_quiet_file_is_left_alone(fake, writer):
    fake.advance(100.0)
    assert fake.asleep == {}  # its thread waits for a row, not for time
    assert fake.synced == []


def test_a_second_sync_of_the_same_rows_costs_nothing(fake, writer):
    writer.write({"U": 1.0})
    writer.sync()
    writer.sync()
    assert len(fake.synced) == 1


def test_virtual_time_may_race_and_the_pc_s_second_counts(fake, writer):
    clock = VirtualClock()
    for _ in range(1000):
        writer.write({"U": 1.0})
        clock.sleep(3600.0)
    assert fake.synced == []
    fake.until(lambda: fake.asleep)
    fake.advance(0.5)
    fake.until(lambda: len(fake.synced) == 1)


def test_the_journal_is_fsynced_within_a_second_too(fake, tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    fake.synced.clear()
    journal.append("note")
    fake.until(lambda: fake.asleep)
    fake.advance(0.5)
    fake.until(lambda: fake.synced)
    journal.close()


def test_closing_fsyncs_what_is_left_at_once(fake, writer):
    writer.write({"U": 1.0})
    writer.close()
    assert fake.synced


def test_a_deferred_run_serves_all_that_asked_before_it_began(fake):
    runs = []
    deferred = Deferred(lambda: runs.append(fake.now), 2.0, "test")
    for _ in range(5):
        deferred.ask()
    fake.until(lambda: fake.asleep)
    fake.advance(2.0)
    fake.until(lambda: not fake.asleep)
    deferred.ask()
    fake.until(lambda: fake.asleep)
    assert runs == [2.0]
    fake.advance(2.0)
    fake.until(lambda: not fake.asleep)
    deferred.close()
    assert runs == [2.0, 4.0]


def test_closing_a_deferred_ends_its_thread_without_a_last_run():
    runs = []
    deferred = Deferred(lambda: runs.append(1), 1000.0, "test of close")
    deferred.ask()
    deferred.close()
    assert runs == []
    assert "test of close" not in [thread.name for thread in threading.enumerate()]
    Deferred(lambda: runs.append(1), 1000.0, "never asked").close()
