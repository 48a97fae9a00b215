"""The heart beats by itself; who watches it trusts neither dates nor its own sleep."""

import json
import os

import pytest

from bench.core import wall
from bench.runs.survival import heartbeat
from bench.runs.survival.heartbeat import Heart, Pulse


@pytest.fixture
def now(monkeypatch):
    """The watcher's clock, which the test moves."""
    time = [0.0]
    monkeypatch.setattr(heartbeat.wall, "now", lambda: time[0])
    return time


def beat(path, number, *, mtime=None):
    path.write_text(f"{number}")
    if mtime is not None:
        os.utime(path, (mtime, mtime))


def test_it_beats_until_it_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_S", 0.01)
    heart = Heart(tmp_path)
    file = tmp_path / "heartbeat"
    first = json.loads(file.read_bytes())
    assert first["pid"] == os.getpid()
    for _ in range(1000):
        if json.loads(file.read_bytes())["beat"] > first["beat"] + 2:
            break
        wall.sleep(0.01)
    heart.stop()
    last = file.read_bytes()
    assert json.loads(last)["beat"] > first["beat"] + 2
    assert len(last) == len(json.dumps(first).ljust(159)) + 1
    heart.stop()
    wall.sleep(0.1)
    assert file.read_bytes() == last


def test_silence_is_counted_from_the_last_change(tmp_path, now):
    file = tmp_path / "heartbeat"
    pulse = Pulse(tmp_path, longest_step_s=1.0)
    beat(file, 1)
    assert (pulse.look(), pulse.beats) == (0.0, 0)
    for _ in range(4):
        now[0] += 1.0
        pulse.look()
    assert pulse.silent_s == 4.0
    beat(file, 2)
    now[0] += 1.0
    assert (pulse.look(), pulse.beats) == (0.0, 1)


def test_a_watcher_that_slept_blames_itself(tmp_path, now):
    beat(tmp_path / "heartbeat", 1)
    pulse = Pulse(tmp_path, longest_step_s=1.0)
    pulse.look()
    now[0] += 8 * 3600.0
    assert pulse.look() == 1.0


def test_a_clock_that_was_set_back_is_no_silence(tmp_path, now):
    file = tmp_path / "heartbeat"
    beat(file, 1, mtime=2e9)
    pulse = Pulse(tmp_path, longest_step_s=1.0)
    pulse.look()
    now[0] += 1.0
    beat(file, 2, mtime=1e9)
    assert pulse.look() == 0.0


def test_no_file_is_silence(tmp_path, now):
    pulse = Pulse(tmp_path, longest_step_s=1.0)
    pulse.look()
    now[0] += 1.0
    assert pulse.look() == 1.0
