"""Writes a picture of every screen, light and dark: python -m gui.screenshots DIR."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QWidget

from bench.core import wall
from bench.service.client import Client
from bench.service.models.base import Act
from bench.service.models.queue import StepDone, Submission
from gui.app import application, make_window
from gui.widgets import theme
from gui.window import Window

SIZE = (1366, 768)
PATIENCE_S = 60.0
QUEUE = """
[[runs]]
id = "qms-0p7-settles"
procedure = "resistance-log"
sample = "qms-0p7"
[runs.parameters]
interval = "500 ms"
duration = "15 min"
current = "1 mA"

[[runs]]
id = "qms-0p7-pellets"
procedure = "pellet-conductivity"
sample = "qms-0p7"

[[runs]]
id = "si-c-overnight"
procedure = "resistance-log"
sample = "si-c"
priority = -1
[runs.parameters]
interval = "10 s"
duration = "8 h"

[[runs]]
id = "bare-si-again"
procedure = "pellet-conductivity"
sample = "bare-si"
priority = -2
hold = true
"""
FIRST = """
[[runs]]
id = "qms-0p3-drift"
procedure = "resistance-log"
sample = "qms-0p3"
[runs.parameters]
interval = "500 ms"
duration = "20 s"
"""


def wait(condition: Callable[[], object]) -> None:
    """Let the window live until something holds. Raises TimeoutError."""
    until = QDeadlineTimer(int(1000 * PATIENCE_S))
    while not condition():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        if until.hasExpired():
            raise TimeoutError("the window did not come to the state that was to be pictured")


def save(widget: QWidget, path: Path) -> None:
    """One picture, as it is seen."""
    now = wall.now()
    wait(lambda: wall.now() > now + 0.3)  # for what is about to be painted
    if not widget.grab().save(str(path)):
        raise OSError(f"cannot write {path}")


def screens(window: Window, client: Client, folder: Path) -> None:
    """One picture after another; what has to be there first is brought about by the client."""
    name = theme.current().name

    def picture(what: str) -> None:
        save(window, folder / f"{what}-{name}.png")

    window.show_screen("bench")
    wait(lambda: len(window.bench.instruments["meter"].points) > 12)
    picture("bench")
    window.show_screen("live")
    wait(lambda: window.live.series is not None and window.live.series.rows > 30)
    wait(window.live.value.text)
    picture("live")
    window.show_screen("new")
    wait(lambda: window.new_run.form.fields)
    window.new_run.procedure.setCurrentText("resistance-log")
    window.new_run.procedure.activated.emit(window.new_run.procedure.currentIndex())
    window.new_run.form.fill({"current": "2 A", "interval": "1 s", "sample": "qms-0p7"})
    wait(lambda: "put right" in window.new_run.preflight.sign.text())
    picture("new-run")
    window.show_screen("results")
    wait(lambda: window.results.runs.rows)
    row = next(place for place, run in enumerate(window.results.runs.rows) if run.status == "done")
    window.results.list.selectRow(row)
    wait(lambda: window.results.figure.there)
    picture("results")
    window.show_screen("alarms")
    picture("alarms")
    window.show_screen("journal")
    wait(lambda: window.journal.model.rows)
    picture("journal")


def step_and_safe(window: Window, client: Client, folder: Path) -> None:
    """A step that waits, then everything made safe."""
    name = theme.current().name
    for item in client.queue():
        if item.state == "running":
            client.act(str(item.key), "abort", Act(by="AB"))
    window.show_screen("queue")
    wait(window.queue.steps.frame.isVisible)
    window.queue.view.selectRow(1)
    save(window, folder / f"queue-{name}.png")
    window.safe.click()
    wait(lambda: window.safe.report.done_with)
    save(window.safe.report, folder / f"safe-{name}.png")
    window.safe.report.hide()
    for item in client.queue():
        client.act(str(item.key), "cancel", Act(by="AB"))


def main() -> None:
    """Start a simulated service, fill it with life, and picture it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--station", type=Path, default=Path("examples/qms/station.toml"))
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    application()
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        with served(given.station, data, 5.0) as client:
            picture_all(client, data, given.folder, given.themes)


@contextlib.contextmanager
def served(station: Path, data: Path, speed: float) -> Iterator[Client]:
    """A simulated service in a process of its own, and a client of it."""
    command = [sys.executable, "-m", "bench.cli", "serve", str(station), "--simulate", "--attended"]
    serving = subprocess.Popen(
        [*command, "--speed", str(speed), "--data", str(data), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert serving.stdout is not None
        json.loads(serving.stdout.readline())
        with Client(data) as client:
            yield client
    finally:
        serving.terminate()
        serving.communicate()


def do_the_step(client: Client) -> None:
    """The pellet is mounted."""
    wait(client.steps)
    (step,) = client.steps()
    client.step_done(step.step, StepDone(by="AB", confirmed=step.confirms))


def picture_all(client: Client, data: Path, folder: Path, themes: list[str]) -> None:
    """In each theme, with a window of its own."""
    client.submit(Submission(text=FIRST, by="AB"))
    do_the_step(client)
    wait(lambda: any(item.state == "done" for item in client.queue(every=True)))
    for name in themes:
        client.submit(Submission(text=QUEUE, by="AB"))
        do_the_step(client)
        window = make_window(data, settings=data.parent / f"{name}.ini", dress=name)
        window.session.who = "AB"
        window.topbar.who.setText("AB")
        window.resize(*SIZE)
        window.show()
        wait(lambda w=window: w.fresh.standing == "fresh")  # type: ignore[misc]
        screens(window, client, folder)
        step_and_safe(window, client, folder)
        window.close()


if __name__ == "__main__":
    main()
