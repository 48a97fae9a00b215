"""How late a loop of 10 ms is while a window redraws: in its own process, and in a thread of the window.

The loop does nothing but wait for the next multiple of 10 ms and note how late it was woken. What is drawn
meanwhile, 5 times a second, offscreen raster, 800 x 600: "window" is the plot of our window with 1e6 rows;
"pyqtgraph" a PlotWidget with its defaults and 1e6 points; "pymeasure" its ResultsCurve with 1e5 rows, which
reads its CSV file; "nothing" shows what the computer itself does to such a loop. In a thread of the process
that draws is how pymeasure runs a procedure beside its window; our bench measures in the process of its
service. Milliseconds, of SECONDS seconds each, one after the other in one run. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"
EVERY_S = 0.010
DRAW_EVERY_S = 0.2
ROWS, CSV_ROWS, NEW_ROWS = 1_000_000, 100_000, 20
SIZE = (800, 600)

Draw = Callable[[int], None]


def loop(seconds: float) -> dict[str, float]:
    """How late it was, in ms."""
    late, begun = [], time.perf_counter()
    for number in range(1, int(seconds / EVERY_S) + 1):
        due = begun + number * EVERY_S
        time.sleep(max(0.0, due - time.perf_counter()))
        late.append(1e3 * (time.perf_counter() - due))
    late.sort()
    return {
        name: round(late[min(len(late) - 1, int(share * len(late)))], 3)
        for name, share in (("p50", 0.5), ("p99", 0.99), ("most", 1.0))
    }


def window() -> Draw:
    """Our plot."""
    import numpy as np

    from bench.service.models.station import ColumnInfo
    from gui.logic.series import RunSeries
    from gui.widgets.plot import CurvePlot

    columns = [ColumnInfo(name=n, unit=u, kind="number") for n, u in (("Time", "s"), ("Voltage", "V"))]

    def rows(start: int, count: int) -> list[list[float]]:
        x = 0.1 * np.arange(start, start + count)
        return np.column_stack([x, np.sin(x / 50)]).tolist()  # type: ignore[no-any-return]

    series = RunSeries("run", most_values=10**9)
    series.take(columns, rows(0, ROWS))  # type: ignore[arg-type]
    plot = CurvePlot()
    plot.resize(*SIZE)
    plot.show()
    plot.show_series(series, *columns)

    def draw(number: int) -> None:
        series.take(columns, rows(ROWS + NEW_ROWS * number, NEW_ROWS))  # type: ignore[arg-type]
        plot.redraw()
        plot.viewport().repaint()

    return draw


def pyqtgraph() -> Draw:
    """Its plot, with the whole array set each time."""
    import numpy as np
    import pyqtgraph as pg
    from PySide6.QtCore import QCoreApplication

    x = 0.1 * np.arange(2 * ROWS)
    y = np.sin(x / 50)
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    plot.show()
    curve = plot.plot()

    def draw(number: int) -> None:
        end = ROWS + NEW_ROWS * number
        curve.setData(x[:end], y[:end])
        QCoreApplication.sendPostedEvents()
        plot.viewport().repaint()

    return draw


def pymeasure() -> Draw:
    """Its curve, which follows its file."""
    import pyqtgraph as pg
    from pymeasure.display.curves import ResultsCurve
    from pymeasure.experiment import Procedure, Results
    from PySide6.QtCore import QCoreApplication

    class Drift(Procedure):
        """Two columns."""

        DATA_COLUMNS = ["Time", "Voltage"]  # noqa: RUF012  (as pymeasure has it)

    path = Path(tempfile.mkdtemp()) / "run.csv"
    results = Results(Drift(), str(path))

    def write(start: int, count: int) -> None:
        with path.open("a") as file:
            file.writelines(f"{0.1 * row!r},{1e-3 * row!r}\n" for row in range(start, start + count))

    write(0, CSV_ROWS)
    plot = pg.PlotWidget()
    plot.resize(*SIZE)
    plot.show()
    curve = ResultsCurve(results, x="Time", y="Voltage", pen=pg.mkPen("b", width=1))
    plot.addItem(curve)

    def draw(number: int) -> None:
        write(CSV_ROWS + NEW_ROWS * number, NEW_ROWS)
        curve.update_data()
        QCoreApplication.sendPostedEvents()
        plot.viewport().repaint()

    return draw


DRAWN: dict[str, Callable[[], Draw]] = {"window": window, "pyqtgraph": pyqtgraph, "pymeasure": pymeasure}


def drawing(what: str, seconds: float, *, beside: bool) -> None:
    """The process that draws; `beside`: with the loop in a thread of it. Prints when it has begun."""
    from gui.app import application
    from gui.widgets import theme

    app = application()
    theme.apply(app, "light")
    draw = DRAWN[what]()
    for number in range(3):  # what is made once is made
        app.processEvents()
        draw(number)
    found: dict[str, float] = {}
    thread = threading.Thread(target=lambda: found.update(loop(seconds)), daemon=True)
    print("drawing", flush=True)
    if beside:
        thread.start()
    number, begun = 3, time.perf_counter()
    while thread.is_alive() if beside else time.perf_counter() < begun + seconds:
        app.processEvents()
        draw(number)
        number += 1
        time.sleep(max(0.0, begun + (number - 3) * DRAW_EVERY_S - time.perf_counter()))
    print(json.dumps({"late_ms": found, "frames": number - 3}), flush=True)


def child(*arguments: str) -> subprocess.Popen[str]:
    """Another of this program, in a role."""
    env = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen(
        [sys.executable, __file__, *arguments], stdout=subprocess.PIPE, text=True, env=env
    )


def last_line(process: subprocess.Popen[str]) -> Any:
    """What it found."""
    return json.loads(process.communicate()[0].splitlines()[-1])


def measure(seconds: float) -> dict[str, Any]:
    """Everything once."""
    lasts = str(seconds)
    found: dict[str, Any] = {
        "loop_ms": 1e3 * EVERY_S,
        "load": os.getloadavg()[0],
        "nothing": {"own process": last_line(child("--role", "loop", "--seconds", lasts))},
    }
    for what in DRAWN:
        drawer = child("--role", what, "--seconds", str(seconds + 2.0))
        assert drawer.stdout is not None
        drawer.stdout.readline()
        apart = last_line(child("--role", "loop", "--seconds", lasts))
        drawn = last_line(drawer)
        together = last_line(child("--role", what, "--beside", "--seconds", lasts))
        found[what] = {
            "own process": apart,
            "thread of the window": together["late_ms"],
            "frames": [drawn["frames"], together["frames"]],
        }
    ours, peer = found["window"]["own process"]["p99"], found["pyqtgraph"]["thread of the window"]["p99"]
    return {**found, "pyqtgraph's thread over our process, p99": round(peer / ours, 1)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--role", choices=["loop", *DRAWN], help="for its own children")
    parser.add_argument("--beside", action="store_true", help="for its own children")
    asked = parser.parse_args()
    if asked.role == "loop":
        print(json.dumps(loop(asked.seconds)))
    elif asked.role:
        drawing(asked.role, asked.seconds, beside=asked.beside)
    else:
        print(json.dumps(measure(asked.seconds), indent=2))
