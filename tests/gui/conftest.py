"""Qt without a screen, a window on a real service of a simulated bench, and hands that click and type."""

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.service.client import ServiceRefusedError

os.environ["QT_QPA_PLATFORM"] = "offscreen"

HERE = Path(__file__).parent
PROCEDURES = """
[procedures]
steady = "window_procedures:Steady"
confirming = "window_procedures:Confirming"
sourcing = "window_procedures:Sourcing"
tripping = "window_procedures:Tripping"

[interlocks.trip]
quantity = "Trip of meter"
above = "1 V"
then = "abort"
"""


def why_no_qt():
    """Why Qt cannot start here, None if it can."""
    try:
        for module in ("PySide6.QtWidgets", "PySide6.QtSvg", "PySide6.QtTest", "pyqtgraph"):
            importlib.import_module(module)
    except ImportError as error:
        return f"Qt cannot start: {error}"
    return None


NO_QT = why_no_qt()


def pytest_configure(config):
    """Where Qt cannot start pytest-qt would end every session; so it is loaded here and only if it can."""
    if NO_QT is None and not config.pluginmanager.hasplugin("pytestqt.plugin"):
        config.option.qt_log, config.option.qt_log_format = True, None  # its options, which are parsed by now
        config.pluginmanager.import_plugin("pytestqt.plugin")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent == HERE and "qtbot" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("window"))  # one service for all of them
            if NO_QT is not None:
                item.add_marker(pytest.mark.skip(reason=NO_QT))


class ServedLab:
    """A folder as `bench init` writes it, and `bench serve --simulate --attended` in a process of its own.

    With another station file it is that one which is served, as it is.
    """

    def __init__(self, path, station=None):
        from bench.cli.init import write

        self.path = path
        self.data = path / "data"
        self.station = station or path / "station.toml"
        if station is None:
            write(path)
            with self.station.open("a", encoding="utf-8") as file:
                file.write(PROCEDURES)
            with (path / "samples.toml").open("a", encoding="utf-8") as file:
                file.write('\n[samples.pressed]\nmaterial = "Si"\nbatch = "B1"\n')
        self.process = None

    def start(self, speed=1.0, data=None):
        env = {**os.environ, "PYTHONPATH": str(HERE)}
        command = [sys.executable, "-m", "bench.cli", "serve", str(self.station), "--simulate", "--attended"]
        self.process = subprocess.Popen(
            [*command, "--speed", str(speed), "--data", str(data or self.data), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=env,
        )
        line = self.process.stdout.readline()
        assert line, "the service did not start"
        return json.loads(line)

    def end(self, how=signal.SIGTERM):
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process.stdout.close()
            self.process = None

    def client(self):
        from bench.service.client import Client

        return Client(self.data)


@pytest.fixture(scope="session")
def common_lab(tmp_path_factory):
    """One service for all tests that do not mind each other."""
    lab = ServedLab(tmp_path_factory.mktemp("window") / "lab")
    lab.start()
    yield lab
    lab.end()


@pytest.fixture
def client(common_lab):
    with common_lab.client() as found:
        yield found
        for item in found.queue():  # leave a bench on which nothing goes on
            with contextlib.suppress(ServiceRefusedError):  # it has begun or ended meanwhile
                if item.state in ("running", "paused"):
                    found.safe_run(str(item.key))
                elif item.state != "interrupted":
                    found.act(str(item.key), "cancel", _act())


@pytest.fixture
def own_lab(tmp_path):
    lab = ServedLab(tmp_path / "lab")
    yield lab
    lab.end()


@pytest.fixture
def furnace_lab(tmp_path):
    lab = ServedLab(tmp_path, HERE.parents[1] / "examples/qms/furnace-station.toml")
    yield lab
    lab.end()


@pytest.fixture
def open_window(qtbot, tmp_path):
    """Opens windows on a data folder; all are closed at the end."""
    from gui.app import make_window

    opened = []

    def open_one(data, **options):
        window = make_window(data, settings=tmp_path / "window.ini", dress="light", **options)
        opened.append(window)
        window.resize(1366, 768)
        window.show()
        return window

    yield open_one
    for window in opened:
        window.close()
        window.deleteLater()


@pytest.fixture
def until(qtbot):
    """Let the window live until something holds; no fixed sleeps."""

    def wait(condition, timeout=30_000):
        qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)

    return wait


@pytest.fixture
def window(open_window, common_lab, client, qtbot):
    """A window that has heard of the common service."""
    found = open_window(common_lab.data)
    qtbot.waitUntil(lambda: found.fresh.standing == "fresh", timeout=20_000)
    return found


def _act():
    from bench.service.models.base import Act

    return Act(by="the test", why="the end of the test")
