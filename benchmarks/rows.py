"""Rows of 10 floats into a run folder, against pymeasure's Worker and Results, in turns within one run.

Both write each row to the operating system before the next one; the run folder fsyncs every second besides,
checks every value, and keeps the hash of what it wrote. The last fsync counts as its time. Prints one JSON
document; `ratio` is rows per second over pymeasure's (target: at least 1).
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from pymeasure.experiment import Procedure, Results, Worker

from bench.runs.columns import Column
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import RunRequest

NAMES = tuple(f"Voltage {number}" for number in range(1, 11))
COLUMNS = tuple(Column(name, "V") for name in NAMES)
Rows = Sequence[Mapping[str, float]]


class Rival(Procedure):  # type: ignore[misc]
    """A pymeasure procedure that emits prepared rows."""

    DATA_COLUMNS = [column.header.replace(" / V", " (V)") for column in COLUMNS]  # noqa: RUF012 - pymeasure's way
    rows: Rows = ()
    seconds = 0.0

    def execute(self) -> None:
        """Emit them all; `emit` returns when the row is with the operating system."""
        start = time.perf_counter()
        for row in self.rows:
            self.emit("results", row)
        self.seconds = time.perf_counter() - start


def pymeasure_seconds(place: Path, rows: Rows) -> float:
    """Seconds for these rows through Worker and Results."""
    procedure = Rival()
    procedure.rows = [dict(zip(Rival.DATA_COLUMNS, row.values(), strict=True)) for row in rows]
    worker = Worker(Results(procedure, str(place / "pymeasure.csv")))
    worker.start()
    worker.join(timeout=600)
    return procedure.seconds


def folder_seconds(place: Path, write: Callable[[RunFolder], None]) -> float:
    """Seconds for writing into a new run folder, with the last fsync."""
    folder = RunFolder.create(place, "run", RunRequest("rows", "rows", COLUMNS))
    start = time.perf_counter()
    write(folder)
    folder.rows.sync()
    seconds = time.perf_counter() - start
    folder.finish("done", safe="verified")
    return seconds


def one_by_one(folder: RunFolder, rows: Rows) -> None:
    """As a procedure measures."""
    write = folder.rows.write
    for row in rows:
        write(row)


def blocks(folder: RunFolder, rows: Rows, size: int = 1000) -> None:
    """As a device hands them back that measured by itself."""
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        folder.rows.write_columns({name: np.array([row[name] for row in part]) for name in NAMES})


def read_seconds(place: Path) -> float:
    """Seconds for reading the rows back by column."""
    start = time.perf_counter()
    RunFolder.open(place / "runs" / "run").table()
    return time.perf_counter() - start


def measure(rows_per_turn: int, turns: int) -> dict[str, object]:
    """One run of the benchmark."""
    logging.disable(logging.CRITICAL)
    dice = random.Random(1)
    rows = [{name: dice.random() for name in NAMES} for _ in range(rows_per_turn)]
    seconds: dict[str, list[float]] = {"pymeasure": [], "rows": [], "blocks": [], "reading": []}
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            seconds["pymeasure"].append(pymeasure_seconds(place, rows))
            seconds["rows"].append(folder_seconds(place / "a", lambda folder: one_by_one(folder, rows)))
            seconds["blocks"].append(folder_seconds(place / "b", lambda folder: blocks(folder, rows)))
            seconds["reading"].append(read_seconds(place / "a"))
    per_second = {what: rows_per_turn / statistics.median(times) for what, times in seconds.items()}
    return {
        "benchmark": "rows",
        "rows_per_turn": rows_per_turn,
        "turns": turns,
        "rows_per_second": {what: round(rate) for what, rate in per_second.items()},
        "ratio": round(per_second["rows"] / per_second["pymeasure"], 2),
        "ratio_blocks": round(per_second["blocks"] / per_second["pymeasure"], 2),
        "target_ratio": 1.0,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.rows, arguments.turns), indent=1))
