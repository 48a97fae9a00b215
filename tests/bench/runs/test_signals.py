"""Signals to a real process: an orderly abort, "safe now", and a closed terminal."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

# one process for all, because importing pymeasure is most of the time: clock, length of shutdown, signals
CASES = [
    ("virtual", 0, [signal.SIGINT]),
    ("real", 0, [signal.SIGINT]),
    ("real", 0, [signal.SIGTERM]),
    ("real", 0, [signal.SIGHUP]),
    ("real", 3600, [signal.SIGINT, signal.SIGINT]),
]


def conversation(child):
    """Send each signal when the child says that it is running, or shutting down; yield what it tells."""
    for _, _, signals in CASES:
        for word, number in zip(("running", "shutdown"), signals, strict=False):
            for line in child.stdout:
                if line.strip() == word:
                    break
            else:
                raise AssertionError(child.stderr.read())
            os.kill(child.pid, number)
        for line in child.stdout:
            if line.startswith("["):
                yield json.loads(line)
                break


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)])}
    words = [f"{clock}:{teardown}" for clock, teardown, _ in CASES]
    with subprocess.Popen(
        [sys.executable, HERE / "signal_child.py", tmp_path_factory.mktemp("signals"), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as child:
        found = list(conversation(child))
        assert child.wait(30) == 0, child.stderr.read()
    return found


@pytest.mark.parametrize("case", range(4), ids=lambda case: f"{CASES[case][0]} {CASES[case][2][0].name}")
def test_one_signal_aborts_in_order_and_stops_the_queue(told, case):
    first, second, device = told[case]
    by_a_person = CASES[case][2][0] is signal.SIGINT
    ended, left = ("aborted", "aborted") if by_a_person else ("interrupted", "waiting")
    assert (first["status"], first["safe"], device["on"]) == (ended, "verified", False)
    assert first["reason"] in ("Ctrl+C", f"signal {CASES[case][2][0].name}")
    assert (second["status"], second["folder"]) == (left, None)


def test_the_second_interrupt_makes_safe_now(told):
    first, _, device = told[4]
    assert (first["status"], first["safe"], device["on"]) == ("aborted", "verified", False)
    assert first["reason"] == "Ctrl+C; shutdown: safe now: Ctrl+C"
