"""Real processes and a served world: a bench is killed, stopped or ended; its guard acts on what it finds."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench.core import wall
from bench.runs.queue.queue import RunQueue
from bench.runs.storage import journal
from bench.runs.survival.guard import watch
from bench.runs.survival.ownership import BenchBusyError, Ownership, is_owned, owner_of
from bench.station.remote_world import RemoteWorld

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
PATIENCE_S = 60
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def environment():
    path = os.pathsep.join([str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}


def wait_for(condition, what):
    until = wall.now() + PATIENCE_S
    while not condition():
        assert wall.now() < until, what
        wall.sleep(0.05)


@contextlib.contextmanager
def process(*line, **more):
    """A child with pipes, reaped whatever happens."""
    child = subprocess.Popen(
        [sys.executable, *map(str, line)],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        env=environment(),
        **more,
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait(PATIENCE_S)
        child.stdin.close()
        child.stdout.close()


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    for name in ("station.toml", "world.toml", "samples.toml"):
        shutil.copy(ROOT / "examples" / "qms" / name, folder)
    return folder / "station.toml"


@pytest.fixture(scope="module")
def endpoint(station):
    with process("-m", "bench.cli", "sim", "serve", station, "--json", "--speed", "10") as served:
        yield json.loads(served.stdout.readline())["endpoint"]


@pytest.fixture
def world(endpoint):
    with RemoteWorld(endpoint) as world:
        yield world
        world.reconnect("meter")


class Bench:
    """The child, and what can be seen of it and of its guard."""

    def __init__(self, child, data, world):
        self.child, self.data, self.world = child, data, world

    @property
    def output(self):
        return self.world.inspect()["instruments"]["meter"]["output"]

    def guard(self):
        """The pid of the guard that watches, None if there is none."""
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                line = one.cmdline()
                if "guard" in line and str(self.data) in line and one.status() != psutil.STATUS_ZOMBIE:
                    return one.pid
        return None

    def noted(self):
        path = self.data / "guard.jsonl"
        return [entry.kind for entry in journal.read(path)] if path.exists() else []

    def item(self):
        queue = RunQueue(self.data)
        try:
            (item,) = queue.list()
            return item
        finally:
            queue.close()


@pytest.fixture
def bench(tmp_path, station, endpoint, world):
    """One at work, with its output on and its guard watching."""
    data = tmp_path / "data"
    with process(HERE / "owner_child.py", data, station, endpoint, cwd=tmp_path) as child:
        assert child.stdout.readline() == "on\n"
        one = Bench(child, data, world)
        wait_for(lambda: "watching" in one.noted(), "the guard never began to watch")
        assert one.output is True
        yield one
    wait_for(lambda: one.guard() is None, "the guard outlived its bench")


def guard_once(bench):
    """`bench guard --once`: its exit code and what it says."""
    line = [sys.executable, "-m", "bench.cli", "guard", "--once", "--data", bench.data, "--json"]
    done = subprocess.run(line, capture_output=True, text=True, env=environment(), check=False, timeout=100)
    return done.returncode, json.loads(done.stdout), done.stderr


def test_killed_it_is_made_safe_by_its_guard_and_every_record_says_so(bench):
    bench.child.kill()
    bench.child.wait(PATIENCE_S)
    wait_for(lambda: bench.output is False, "the output stayed on")
    wait_for(lambda: bench.guard() is None, "the guard did not end")
    assert bench.noted()[-2:] == ["took over", "settled"]
    assert journal.verify(bench.data / "guard.jsonl") == []
    item = bench.item()
    assert (item.state, item.safe) == ("interrupted", "verified")
    run = bench.data / "runs" / "holding-1" / "journal.jsonl"
    assert journal.verify(run) == []
    last = journal.read(run)[-1]
    assert (last.kind, last.facts["by"], last.facts["safe"]) == ("made safe", "guard", "verified")
    owner = owner_of(bench.data)
    assert (owner.command, owner.clean) == ("bench guard", True)
    assert not is_owned(bench.data)
    assert "The bench is gone" in (bench.data / "guard.log").read_text("utf-8")


def test_stopped_it_is_alive_and_its_ports_are_left_alone(bench):
    os.kill(bench.child.pid, signal.SIGSTOP)
    wait_for(lambda: "silent" in bench.noted(), "the guard did not notice")
    assert "it is stopped" in (bench.data / "guard.log").read_text("utf-8")
    with pytest.raises(BenchBusyError, match=f"pid {bench.child.pid} ") as caught:
        Ownership.take(bench.data, station=Path("s"), target="hardware", command="second")
    assert "`a child`" in caught.value.what
    assert bench.output is True
    os.kill(bench.child.pid, signal.SIGCONT)
    wait_for(lambda: "beats again" in bench.noted(), "the guard did not notice that it goes on")
    assert bench.output is True
    bench.child.stdin.write("end\n")
    bench.child.stdin.flush()
    assert bench.child.wait(PATIENCE_S) == 0
    wait_for(lambda: bench.guard() is None, "the guard did not end")
    assert "took over" not in bench.noted()
    assert bench.output is False
    assert (bench.item().state, owner_of(bench.data).clean) == ("done", True)


def test_signals_to_the_guard_and_a_guard_by_hand(bench):
    pid = bench.guard()
    assert os.getsid(pid) == pid  # no terminal reaches it
    for number in (signal.SIGINT, signal.SIGHUP):
        os.kill(pid, number)
    assert watch(bench.data, once=True).how == "already guarded"
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: bench.guard() is None, "it did not end")
    assert watch(bench.data, once=True, patience_s=PATIENCE_S).how == "alive"
    assert bench.output is True

    bench.world.disconnect("meter")
    bench.child.kill()
    bench.child.wait(PATIENCE_S)
    code, said, errors = guard_once(bench)
    assert (code, said["how"], said["safe"]) == (3, "settled", False)
    assert [run["id"] for run in said["runs"]] == ["holding"]
    assert "NOT SAFE" in errors
    assert bench.output is True
    assert bench.item().safe == "failed"

    bench.world.reconnect("meter")
    code, said, _ = guard_once(bench)
    assert (code, said["safe"], said["runs"][0]["safe"]) == (0, True, "verified")
    assert bench.output is False
    assert bench.item().safe == "verified"
    assert watch(bench.data, once=True).how == "clean end"
