"""A lab folder as `bench init` writes it, with procedures of its own, and two ways to call `bench`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bench.cli.init import write
from bench.cli.main import app

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PROCEDURES = """
[procedures]
quick = "lab_procedures:Quick"
hopeless = "lab_procedures:Hopeless"
slow = "lab_procedures:Slow"
asking = "lab_procedures:Asking"
metered = "lab_procedures:Metered"
"""


class Lab:
    """The folder, its data folder, and its queues."""

    def __init__(self, path):
        self.path = path
        self.station = path / "station.toml"
        self.samples = path / "samples.toml"
        self.data = path / "data"

    def queue(self, *procedures, name="queue", in_turn=False, **parameters):
        """Write a queue of one run for each procedure, side by side or each after the last; its path."""
        lines = ['station = "station.toml"', 'samples = "samples.toml"']
        for number, procedure in enumerate(procedures, 1):
            lines += ["[[runs]]", f'id = "{procedure}-{number}"', f'procedure = "{procedure}"']
            if in_turn and number > 1:
                lines += [f'after = ["{procedures[number - 2]}-{number - 1}"]']
            lines += [f"parameters = {{ {', '.join(f'{k} = {v}' for k, v in parameters.items())} }}"]
        path = self.path / f"{name}.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    @property
    def runs(self):
        return sorted(path for path in (self.data / "runs").iterdir() if path.is_dir())


@pytest.fixture
def lab(tmp_path, monkeypatch):
    folder = tmp_path / "lab"
    write(folder)
    with (folder / "station.toml").open("a", encoding="utf-8") as file:
        file.write(PROCEDURES)
    monkeypatch.syspath_prepend(HERE)
    return Lab(folder)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    """No variable of the person who runs the tests, and no file of theirs."""
    for name in ("BENCH_DATA", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BENCH_DEBUG", "0")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def bench():
    """Call the command line in this process: result.exit_code, .stdout, .stderr."""

    def call(*arguments, **more):
        return CliRunner().invoke(app, [str(argument) for argument in arguments], **more)

    return call


@pytest.fixture
def document(bench):
    """Call with --json, and give back the document and the exit code; stdout must hold nothing else."""

    def call(*arguments):
        result = bench(*arguments, "--json")
        return json.loads(result.stdout), result.exit_code

    return call


@pytest.fixture
def command():
    """A child process: arguments and environment of `python -m bench.cli ...`."""

    def build(*arguments, **variables):
        path = os.pathsep.join([str(ROOT), str(HERE), os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **variables}
        return [sys.executable, "-m", "bench.cli", *map(str, arguments)], environment

    return build


@pytest.fixture
def child(command, tmp_path):
    """Run a child process to its end."""

    def call(*arguments, **variables):
        line, environment = command(*arguments, **variables)
        return subprocess.run(
            line, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
        )

    return call
