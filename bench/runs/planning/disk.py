"""What the runs of a plan need on the disk that will hold them, and what is free there."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.runs.planning.plan import PlannedRun

BYTES_PER_VALUE = 26
"""The longest repr of a float with its comma (from -2.2250738585072014e-308)."""
BYTES_PER_RUN = 1 << 20
"""Journal, figures and the rest, with room."""


def bytes_of(run: PlannedRun) -> int:
    """What the run may take at most with the rows it is expected to write."""
    return BYTES_PER_RUN + run.estimate.rows * bytes_per_row(run)


def bytes_per_row(run: PlannedRun) -> int:
    """The longest line that its columns can come to, with the attempt and the end of the line."""
    return BYTES_PER_VALUE * (len(run.procedure.columns) + 1)


def free_bytes(data_dir: Path) -> int:
    """What is free where `data_dir` is or will be. Raises OSError."""
    place = data_dir.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def too_much(needed: int, rows: int, data_dir: Path) -> tuple[str, str] | None:
    """What is wrong and what to do about it if so many bytes do not fit; None if they do."""
    try:
        free = free_bytes(data_dir)
    except OSError as error:
        return f"the data folder {data_dir} cannot be looked at: {error}", "name another"
    if needed <= free:
        return None
    return (
        f"{rows} rows need up to {needed / 1e6:.0f} MB; free for {data_dir}: {free / 1e6:.0f} MB",
        "free space, or name another data folder",
    )
