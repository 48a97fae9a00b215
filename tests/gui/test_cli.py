"""`bench gui`: what is missing is said, with how to get it; a simulated service is started, kept or ended."""

import importlib
import os
import subprocess
import sys

import pytest

from bench.cli import gui as command
from bench.cli.init import write
from bench.cli.starting import SimulatedService
from bench.core.errors import BenchError
from bench.service.client import Client


def broken(name, message):
    real = importlib.import_module

    def load(module):
        if module == name:
            raise ImportError(message)
        return real(module)

    return load


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("No module named 'PySide6'", "pip install 'qms-bench[gui]'"),
        ("libEGL.so.1: cannot open shared object file", "apt-get install libglib2.0-0 libgl1 libegl1"),
    ],
)
def test_without_qt_it_says_how_to_get_it(monkeypatch, message, remedy):
    monkeypatch.setattr(command, "import_module", broken("PySide6.QtWidgets", message))
    why = command.why_no_window()
    assert message in why.what
    assert remedy in why.remedy
    assert "everything else" in why.state
    with pytest.raises(BenchError, match="PySide6"):
        command.window()


def test_without_a_screen_it_says_so(monkeypatch):
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert "no screen" in command.why_no_window().what


def test_the_rest_of_the_bench_needs_no_qt():
    code = (
        "import sys; sys.modules['PySide6'] = None; import bench.cli.main as m; "
        "assert not [n for n in sys.modules if n.startswith(('PySide6.', 'gui.'))]"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_simulated_service_is_started_once_and_ended(tmp_path):
    write(tmp_path / "lab")
    write(tmp_path / "other")
    service = SimulatedService(tmp_path / "data", tmp_path / "lab" / "station.toml", 1.0)
    try:
        service.start()
        with Client(tmp_path / "data") as client:
            assert client.station().simulated
        another = SimulatedService(tmp_path / "data", tmp_path / "lab" / "station.toml", 1.0)
        another.start()
        assert service.started
        assert not another.started, "one works there already"
        with pytest.raises(BenchError, match="another service"):
            command._service(tmp_path / "data", tmp_path / "other" / "station.toml", 1.0)
    finally:
        service.stop()
    assert not service.started


def test_a_service_that_does_not_start_tells_its_last_words(tmp_path):
    (tmp_path / "station.toml").write_text("name = 3\n")
    service = SimulatedService(tmp_path / "data", tmp_path / "station.toml", 1.0)
    with pytest.raises(BenchError, match="did not start") as error:
        service.start()
    assert "name" in error.value.what


def test_the_command_opens_a_window_on_a_living_lab_and_leaves_nothing_behind(tmp_path):
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    write(tmp_path / "lab")
    program = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from gui.window import Window\n"
        "heard = Window._heard\n"
        "def _heard(self, snapshot):\n"
        "    heard(self, snapshot)\n"
        "    print('heard of', snapshot.station.name, self.windowTitle(), flush=True)\n"
        "    QTimer.singleShot(0, self.close)\n"
        "Window._heard = _heard\n"
        "from bench.cli.main import main\n"
        "main()\n"
    )
    arguments = [
        "gui",
        "--simulate",
        str(tmp_path / "lab" / "station.toml"),
        "--data",
        str(tmp_path / "data"),
    ]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[SIMULATED]" in done.stdout
    assert (tmp_path / "config" / "qms-bench" / "window.ini").is_file()
    assert not (tmp_path / "data" / "service.json").exists(), "nothing goes on, so the service was ended"
