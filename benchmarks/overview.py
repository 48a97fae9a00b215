"""The overview of 64 instruments redrawn, beside 64 small plots of pyqtgraph with the same curves.

All in one process and one run, offscreen raster; medians of FRAMES frames in ms, in processor time of the
thread, which other work on the computer shifts less than the wall's. A frame of ours: the window hears of a
new state of the bench with four new readings of each instrument (as each second), takes them in, and paints:
names, numbers, ages and one trace of POINTS points an instrument. "screen": in a window of 1600 x 1000, where
the tiles that do not fit are scrolled out of view and not painted, as at the bench. "whole": in one so high
that every tile is seen. A frame of a peer: 64 curves of POINTS points are set and painted, without any number
beside them, at 1600 x 1000: "widgets" are 64 PlotWidgets with pyqtgraph's defaults, "layout" is one
GraphicsLayoutWidget with 64 plots, "bare" the latter without axes. Prints one JSON document.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from bench.service.client import Client
from bench.service.models.station import Health, Instrument, LastReading, Lease, LimitInfo, StationInfo
from gui.app import application
from gui.logic.snapshot import Freshness, Snapshot
from gui.net.link import Link
from gui.session import Session, settings_in
from gui.views.bench import BenchScreen
from gui.widgets import theme

CHANNELS, ACROSS = 64, 8
POINTS = 300
FRAMES = 20
SCREEN = (1600, 1000)
WHOLE = (1600, 3400)
QUANTITIES = (("Voltage", "V"), ("Current", "A"), ("Resistance", "ohm"), ("Temperature", "K"))


def snapshot(moment: int) -> Snapshot:
    """The bench in its second `moment`: 64 instruments in use, with readings of that second."""
    station = StationInfo(
        name="benchmark", file="", samples_file=None, data="", target="simulated", simulated=True,
        speed=1.0, seed=1, role="operate", versions={},
    )  # fmt: skip
    health = Health(
        state="working", station="benchmark", target="simulated", version="", started="", uptime_s=0.0,
        clock_utc="2026-11-27T00:00:00+00:00", going=CHANNELS, waiting=0, steps=0, alarms=0, unsafe=[],
    )  # fmt: skip
    instruments = tuple(instrument(number, moment) for number in range(CHANNELS))
    return Snapshot(station, (), health, instruments, (), (), (), (), taken=float(moment))


def instrument(number: int, moment: int) -> Instrument:
    """One of them."""
    return Instrument(
        name=f"cell {number}",
        driver="cycler",
        resource=f"TCPIP::10.0.0.{number}::INSTR",
        has_output=True,
        load="cell",
        limits={"current": LimitInfo(low=-1.0, high=1.0, unit="A")},
        options={},
        state="open",
        lease=Lease(run=number, holder=f"run #{number}"),
        readings=[
            LastReading(
                quantity=quantity,
                value=math.sin(moment / 9 + number + place),
                unit=unit,
                run_id="r",
                age_s=0.0,
            )
            for place, (quantity, unit) in enumerate(QUANTITIES)
        ],
    )


def frames(one: Callable[[int], None]) -> float:
    """Median of a frame in ms of this thread's processor time; the first two warm up."""
    took = []
    for number in range(FRAMES + 2):
        began = time.thread_time()
        one(number)
        took.append(1e3 * (time.thread_time() - began))
    return round(statistics.median(took[2:]), 2)


def ours(size: tuple[int, int], folder: Path) -> float:
    """Of the overview, whose traces are full."""
    session = Session(Link(lambda: Client(folder)), settings_in(folder / "window.ini"))
    screen = BenchScreen(session)
    screen.resize(*size)
    screen.show()
    heard = [snapshot(moment) for moment in range(POINTS + FRAMES + 2)]
    for one in heard[:POINTS]:
        screen.show_snapshot(one)
    QCoreApplication.processEvents()
    fresh = Freshness("fresh", "", 0.0)

    def frame(number: int) -> None:
        screen.show_snapshot(heard[POINTS + number])
        screen.tick(fresh)
        QCoreApplication.processEvents()  # paints what changed

    found = frames(frame)
    assert len(screen.instruments["cell 0"].points) == POINTS
    screen.close()
    return found


def peer(make: Callable[[], tuple[QWidget, list[Any]]]) -> float:
    """Of 64 curves; `make` gives what holds them, and what has `setData`."""
    widget, curves = make()
    widget.resize(*SCREEN)
    widget.show()
    QCoreApplication.processEvents()
    x = np.arange(POINTS, dtype=np.float64)

    def frame(number: int) -> None:
        for place, curve in enumerate(curves):
            curve.setData(x + number, np.sin((x + number) / 9 + place))
        QCoreApplication.processEvents()  # paints what changed

    found = frames(frame)
    widget.close()
    return found


def widgets() -> tuple[QWidget, list[Any]]:
    """64 plots, each a widget."""
    holder = QWidget()
    grid = QGridLayout(holder)
    plots = [pg.PlotWidget() for _ in range(CHANNELS)]
    for place, plot in enumerate(plots):
        grid.addWidget(plot, place // ACROSS, place % ACROSS)
    return holder, [plot.plot() for plot in plots]


def layout(*, axes: bool = True) -> tuple[QWidget, list[Any]]:
    """64 plots in one widget."""
    holder = pg.GraphicsLayoutWidget()
    plots = [holder.addPlot(place // ACROSS, place % ACROSS) for place in range(CHANNELS)]
    if not axes:
        for plot in plots:
            plot.hideAxis("left")
            plot.hideAxis("bottom")
    return holder, [plot.plot() for plot in plots]


def main() -> None:
    """Measure everything once."""
    theme.apply(application(), "light")
    with tempfile.TemporaryDirectory() as name:
        found = {
            "screen": ours(SCREEN, Path(name)),
            "whole": ours(WHOLE, Path(name)),
            "pyqtgraph": {
                "widgets": peer(widgets),
                "layout": peer(layout),
                "bare": peer(lambda: layout(axes=False)),
            },
        }
    ratio = round(found["pyqtgraph"]["layout"] / found["whole"], 2)  # type: ignore[index, operator]
    print(json.dumps({"redraw_ms": found, "layout over whole": ratio, "load": os.getloadavg()[0]}, indent=2))


if __name__ == "__main__":
    main()
