"""The window: time to the first paint, and of a redraw at 1e3 to 1e7 rows, beside pyqtgraph and pymeasure.

All in one process and one run, offscreen raster, 800 x 600; medians of FRAMES frames, in processor time of
the thread, which other work on the computer shifts less than the wall's. A frame: 100 rows are appended, the
curve is set, and the plot is painted. "plain" is a pyqtgraph PlotWidget with its defaults; "pymeasure" is
pymeasure's ResultsCurve in such a PlotWidget, which reads its CSV file. First paint: from the beginning of a
new process, imports included, to a painted window, of ours and of pymeasure's ManagedWindow.
Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication

from bench.service.models.station import ColumnInfo
from gui.app import application
from gui.logic.series import RunSeries
from gui.widgets.plot import CurvePlot

FRAMES = 15
NEW_ROWS = 100
SIZE = (800, 600)
COLUMNS = [
    ColumnInfo(name=name, unit=unit, kind="number") for name, unit in (("Time", "s"), ("Voltage", "V"))
]
OURS = """
import os, time; began = time.perf_counter(); os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from gui.app import application, make_window
app = application()
window = make_window(Path("nowhere"), settings=Path("window.ini"), dress="light")
window.show(); app.processEvents(); window.grab()
print(time.perf_counter() - began, time.process_time()); window.close()
"""
MANAGED = """
import os, time; began = time.perf_counter(); os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pymeasure.display.Qt import QtWidgets
from pymeasure.display.windows import ManagedWindow
from pymeasure.experiment import FloatParameter, Procedure
class Drift(Procedure):
    current = FloatParameter("Current", units="A", default=1e-3)
    DATA_COLUMNS = ["Time", "Voltage"]
app = QtWidgets.QApplication([])
window = ManagedWindow(Drift, inputs=["current"], displays=["current"], x_axis="Time", y_axis="Voltage")
window.show(); app.processEvents(); window.grab()
print(time.perf_counter() - began, time.process_time(), flush=True); os._exit(0)
"""


def values(start: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Time and voltage."""
    x = 0.1 * np.arange(start, start + rows)
    return x, np.sin(x / 50) + 0.1 * np.random.default_rng(start).normal(size=rows)


def frames(one: Callable[[int], None]) -> float:
    """Median of a frame in ms of this thread's processor time; the first two warm up."""
    took = []
    for number in range(FRAMES + 2):
        began = time.thread_time()
        one(number)
        took.append(1e3 * (time.thread_time() - began))
    return round(statistics.median(took[2:]), 2)


def ours(rows: int) -> float:
    """Of the window's plot."""
    series = RunSeries("run", most_values=10**9)
    for start in range(0, rows, 1_000_000):
        x, y = values(start, min(1_000_000, rows - start))
        series.take(COLUMNS, np.column_stack([x, y]).tolist())
    plot = CurvePlot()
    plot.resize(*SIZE)
    plot.show()
    QCoreApplication.processEvents()  # before it is exposed nothing is painted
    plot.show_series(series, *COLUMNS)

    def frame(number: int) -> None:
        series.take(COLUMNS, np.column_stack(values(rows + NEW_ROWS * number, NEW_ROWS)).tolist())
        plot.redraw()
        plot.viewport().repaint()

    found = frames(frame)
    plot.close()
    return found


def plain(rows: int) -> float:
    """Of pyqtgraph's own plot."""
    x, y = values(0, rows + NEW_ROWS * (FRAMES + 2))
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    plot.show()
    QCoreApplication.processEvents()  # before it is exposed nothing is painted
    curve = plot.plot()

    def frame(number: int) -> None:
        end = rows + NEW_ROWS * number
        curve.setData(x[:end], y[:end])
        QCoreApplication.sendPostedEvents()
        plot.viewport().repaint()

    found = frames(frame)
    plot.close()
    return found


def pymeasure(rows: int, folder: Path) -> float:
    """Of pymeasure's curve, which follows its file."""
    from pymeasure.display.curves import ResultsCurve
    from pymeasure.experiment import Procedure, Results

    class Drift(Procedure):
        """Two columns."""

        DATA_COLUMNS = ["Time", "Voltage"]  # noqa: RUF012  (as pymeasure has it)

    path = folder / f"{rows}.csv"
    results = Results(Drift(), str(path))

    def write(start: int, count: int) -> None:
        with path.open("a") as file:
            file.writelines(
                f"{x!r},{y!r}\n" for x, y in zip(*(v.tolist() for v in values(start, count)), strict=True)
            )

    write(0, rows)
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    plot.show()
    QCoreApplication.processEvents()  # before it is exposed nothing is painted
    curve = ResultsCurve(results, x="Time", y="Voltage", pen=pg.mkPen("b", width=1))
    plot.addItem(curve)

    def frame(number: int) -> None:
        write(rows + NEW_ROWS * number, NEW_ROWS)
        curve.update_data()
        QCoreApplication.sendPostedEvents()
        plot.viewport().repaint()

    found = frames(frame)
    plot.close()
    return found


def first_paint(program: str, runs: int) -> dict[str, float]:
    """Medians of new processes in s: wall, and processor, which a busy computer shifts less."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=folder,
                env=env,
                capture_output=True,
                text=True,
                check=True,
            )
            took.append([float(one) for one in done.stdout.split()[-2:]])
    wall, processor = (round(statistics.median(column), 2) for column in zip(*took, strict=True))
    return {"wall": wall, "processor": processor}


def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=float, nargs="+", default=[1e3, 1e4, 1e5, 1e6])
    parser.add_argument("--starts", type=int, default=3)
    given = parser.parse_args()
    found: dict[str, Any] = {"first_paint_s": {}, "redraw_ms": {}, "load": os.getloadavg()[0]}
    found["first_paint_s"] = {
        "window": first_paint(OURS, given.starts),
        "pymeasure ManagedWindow": first_paint(MANAGED, given.starts),
    }
    application()
    with tempfile.TemporaryDirectory() as folder:
        for rows in (int(one) for one in given.rows):
            line = found["redraw_ms"][f"{rows:.0e}"] = {"window": ours(rows), "plain": plain(rows)}
            if rows <= 1_000_000:
                line["pymeasure"] = pymeasure(rows, Path(folder))
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
