"""What the shell offers on Tab: run ids, drivers and files. Light, because it runs on every key press."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import typer

DEFAULT_DATA = Path("bench-data")
DATA_VARIABLE = "BENCH_DATA"


def data_folder(given: Path | None) -> Path:
    """The data folder: as given, else BENCH_DATA, else ./bench-data."""
    return given or Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA)


def run_ids(ctx: typer.Context, incomplete: str) -> list[str]:
    """Folders of runs in the data folder, newest name last, without asking the catalogue."""
    data = data_folder(ctx.params.get("data"))
    return sorted(name for name in _run_folders(data) if name.startswith(incomplete))


def traceable(ctx: typer.Context, incomplete: str) -> list[str]:
    """Samples and batches as the catalogue knows them, then run ids."""
    from bench.runs.storage.catalogue import FILE
    from bench.runs.storage.names import names_in

    found = names_in(data_folder(ctx.params.get("data")) / FILE)
    names = sorted(name for name in found.samples | found.batches if name.startswith(incomplete))
    return names + run_ids(ctx, incomplete)


def _run_folders(data: Path) -> Iterator[str]:
    for parent in (data, data / "runs"):
        try:
            yield from (entry.name for entry in parent.iterdir() if (entry / "run.json").is_file())
        except OSError:
            continue


def driver_names(incomplete: str) -> list[str]:
    """Installed drivers."""
    from importlib.metadata import entry_points

    names = {point.name for point in entry_points(group="bench.drivers")}
    return sorted(name for name in names if name.startswith(incomplete))


def toml_files(incomplete: str) -> list[str]:
    """Folders and TOML files below what has been typed, with forward slashes."""
    typed = Path(incomplete)
    folder = typed if incomplete.endswith(("/", os.sep)) else typed.parent
    start = "" if folder is typed else typed.name
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        f"{entry.as_posix()}/" if entry.is_dir() else entry.as_posix()
        for entry in entries
        if entry.name.startswith(start)
        and (start.startswith(".") or not entry.name.startswith("."))
        and (entry.suffix == ".toml" or entry.is_dir())
    ]
