"""Writes pictures of a synthesis in the window, light and dark: python -m gui.furnace_screenshots DIR."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.service.client import Client
from bench.service.models.base import Act
from bench.service.models.queue import StepDone, Submission
from gui.app import application, make_window
from gui.screenshots import SIZE, save, served, wait
from gui.window import Window

SPEED = 400.0
QUEUE = """
[[runs]]
id = "qms-0p7"
procedure = "synthesis"
roles = { vessel = "vessel" }
[runs.parameters]
batch = "QMS-2026-01"
dwell = "2 h"
interval_ramp = "10 s"
interval_dwell = "15 s"
"""


def synthesis(client: Client) -> None:
    """Queue it, and do what a person does before the furnace is started."""
    (item,) = client.submit(Submission(text=QUEUE, by="AB"))
    for _ in range(2):  # load the vessel, open the gas
        wait(client.steps)
        (step,) = client.steps()
        client.step_done(step.step, StepDone(by="AB", confirmed=step.confirms))
        wait(lambda done=step.step: done not in [one.step for one in client.steps()])  # type: ignore[misc]
    wait(lambda: client.queued(str(item.key)).state == "running")


def picture_furnace(window: Window, folder: Path, theme: str) -> None:
    """In the soak, on the overview and on the live screen."""
    wait(lambda: window.bench.furnaces.tiles)
    (tile,) = window.bench.furnaces.tiles
    wait(lambda: tile.now is not None and "dwell" in tile.now.sign.word and " min of" in tile.now.soak)
    save(window, folder / f"furnace-{theme}.png")
    window.show_screen("live")
    wait(window.live.value.text)
    save(window, folder / f"furnace-live-{theme}.png")


def main() -> None:
    """A run in each theme; the second begins when the first has been aborted and is cold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--station", type=Path, default=Path("examples/qms/furnace-station.toml"))
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    application()
    for theme in given.themes:
        with tempfile.TemporaryDirectory() as scratch:
            data = Path(scratch) / "data"
            with served(given.station, data, SPEED) as client:
                window = make_window(data, settings=data.parent / f"{theme}.ini", dress=theme)
                window.resize(*SIZE)
                window.show()
                synthesis(client)
                picture_furnace(window, given.folder, theme)
                for item in client.queue():
                    client.act(str(item.key), "abort", Act(by="AB"))
                window.show_screen("bench")
                (tile,) = window.bench.furnaces.tiles
                wait(lambda: not client.queue())
                wait(lambda t=tile: t.now is not None and "aborted" in t.now.sign.word)  # type: ignore[misc]
                save(window, given.folder / f"furnace-idle-{theme}.png")
                window.close()


if __name__ == "__main__":
    main()
