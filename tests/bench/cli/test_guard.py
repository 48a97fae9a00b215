"""`bench guard`: what it says, its exit codes, and Ctrl+C."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.runs.engine.safing import Safing
from bench.runs.survival import guard
from bench.runs.survival.guard import Watched
from bench.runs.survival.lost import LostRun
from bench.runs.survival.ownership import Ownership
from bench.runs.survival.settle import Settled
from bench.safety import SafeOutcome


@pytest.fixture
def found(monkeypatch):
    """Let the watch end in this way."""

    def end(watched):
        monkeypatch.setattr(guard, "watch", lambda folder, **more: watched)

    return end


def settled(outcome, **more):
    safing = Safing((SafeOutcome("meter", outcome, "output off"),), {})
    return Settled(LostRun(3, "cycle", "cycle-1", None, ("meter",), "make_safe", "restart"), safing, **more)


def test_where_nobody_works_there_is_nothing_to_do_and_nothing_is_created(bench, document, tmp_path):
    result = bench("guard", "--data", tmp_path / "none")
    assert result.exit_code == 0
    assert "No bench works on" in result.stderr
    assert not (tmp_path / "none").exists()
    (tmp_path / "empty").mkdir()
    found, code = document("guard", "--data", tmp_path / "empty", "--once")
    assert (found["how"], found["safe"], found["runs"], code) == ("nobody", True, [], 0)


def test_what_it_must_not_act_on_is_a_failed_check(document, tmp_path):
    (tmp_path / "owner.json").write_text("{half")
    found, code = document("guard", "--data", tmp_path, "--once")
    assert (found["how"], code) == ("silent", 1)
    assert "owner.json is damaged" in found["text"]


def test_safe_is_exit_code_0_and_told(document, found, tmp_path):
    found(Watched("settled", (settled("verified"),)))
    said, code = document("guard", "--data", tmp_path)
    (run,) = said["runs"]
    assert (code, said["safe"], run["key"], run["id"], run["safe"]) == (0, True, 3, "cycle", "verified")


def test_not_safe_is_exit_code_3_and_loud(bench, found, tmp_path):
    found(Watched("settled", (settled("verified"), settled("unreachable", error="no reply"))))
    result = bench("guard", "--data", tmp_path)
    assert result.exit_code == 3
    assert "NOT SAFE" in result.stderr
    assert "by hand" in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_at_a_terminal_signals_end_it(command, tmp_path, number, code):
    line, environment = command("guard", "--data", tmp_path, "--json")
    with (
        Ownership.take(tmp_path, station=Path("s"), target="hardware", command="c"),
        subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child,
    ):
        while not (tmp_path / "guard.jsonl").exists():
            assert child.poll() is None
        child.send_signal(number)
        said, _ = child.communicate(timeout=60)
    assert (json.loads(said)["how"], child.returncode) == ("stopped", code)
