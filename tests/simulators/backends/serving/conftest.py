"""A served world in a process of its own, and the command line; every child is reaped whatever happens."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.cli.main import app
from bench.station.remote_world import RemoteWorld

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
PATIENCE_S = 60


class Served:
    """`bench sim serve` running, and what its first line says."""

    def __init__(self, folder, *arguments):
        self.errors = (folder / "serve.err").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.cli", "sim", "serve", folder / "station.toml", *arguments],
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env=environment(),
        )
        self.first_line = self.process.stdout.readline()

    @property
    def publication(self):
        assert self.first_line, self.stderr
        return json.loads(self.first_line)

    @property
    def endpoint(self):
        return self.publication["endpoint"]

    def tcp(self, name):
        host, _, port = self.publication["instruments"][name]["tcp"].rpartition(":")
        return host, int(port)

    def pty(self, name):
        return self.publication["instruments"][name]["pty"]

    @property
    def stderr(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self, number=signal.SIGTERM):
        """Ask it to end; what it still said on stdout, and its exit code."""
        self.process.send_signal(number)
        rest = self.process.stdout.read()
        return rest, self.process.wait(PATIENCE_S)

    def reap(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        self.errors.close()


def environment():
    path = os.pathsep.join([str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The example station with a queue for each length of a `holding` run."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("station.toml", "world.toml", "samples.toml"):
        shutil.copy(ROOT / "examples" / "qms" / name, folder)
    with (folder / "station.toml").open("a", encoding="utf-8") as file:
        file.write('\n[procedures]\nholding = "served_procedures:Holding"\n')
    for name, readings in (("short", 5), ("endless", 1_000_000)):
        (folder / f"{name}.toml").write_text(
            f"""
station = "station.toml"
samples = "samples.toml"
[[runs]]
id = "{name}"
procedure = "holding"
sample = "qms-0p7"
parameters = {{ readings = {readings} }}
""",
            encoding="utf-8",
        )
    return folder


@pytest.fixture
def serve(lab):
    """Start a served world of one's own."""
    with contextlib.ExitStack() as started:

        def begin(*arguments):
            served = Served(lab, *map(str, arguments))
            started.callback(served.reap)
            return served

        yield begin


@pytest.fixture(scope="module")
def served(lab):
    """One served world for all tests of a module, which leave it as they found it."""
    one = Served(lab, "--speed", "20", "--seed", "3", "--json")
    yield one
    one.reap()


@pytest.fixture
def world(served):
    """A client of the served world's endpoint."""
    with RemoteWorld(served.endpoint) as client:
        yield client


@pytest.fixture
def start(lab):
    """Start `bench ...` as a child."""
    with contextlib.ExitStack() as started:

        def begin(*arguments):
            child = subprocess.Popen(
                [sys.executable, "-m", "bench.cli", *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment(),
                cwd=lab,
            )
            started.callback(reap, child)
            return child

        yield begin


def reap(child):
    if child.poll() is None:
        child.kill()
    child.communicate(timeout=PATIENCE_S)


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """Run `bench ...` in this process: exit code, stdout, stderr."""
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BENCH_DATA", raising=False)

    def call(*arguments):
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        return result.exit_code, result.stdout, result.stderr

    return call
