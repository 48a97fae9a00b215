"""`bench export`: a run as CSV, JSON, Parquet or zip."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder
from bench.core.errors import BenchError


class Format(StrEnum):
    """The formats of bench.runs.storage.export, which is not imported for the help; a test compares them."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    ZIP = "zip"


def export(
    run: options.Run,
    to: Annotated[Path, typer.Option("--to", metavar="PATH", help="The file, or a folder to put it into.")],
    form: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="csv, json, parquet, or the whole folder as a zip. Unless given, as the name of PATH ends.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    data: options.Data = None,
) -> None:
    """Write a run as one file that other programs read."""
    from bench.cli.finding import find_run
    from bench.runs.storage.export import export_run

    folder = find_run(data_folder(data), run)
    form = form or (Format.CSV if to.is_dir() else _as_named(to))
    path = to / f"{folder.path.name}.{form}" if to.is_dir() else to
    if path.exists() and not force:
        raise BenchError(
            f"{path} is already there", state="nothing was written", remedy="another --to, or --force"
        )
    written = export_run(folder, path, str(form))
    for problem in folder.verify():
        text = f"Altered after it was written, and exported so: {problem}"
        console.err().print(text, style="bold red", soft_wrap=True, markup=False)
    console.out().print(f"Wrote {written.as_posix()}", soft_wrap=True, markup=False)


def _as_named(path: Path) -> Format:
    """A file that is called .parquet holds Parquet; CSV under such a name would be found out much later."""
    ending = path.suffix.removeprefix(".").lower()
    if not ending:
        return Format.CSV
    try:
        return Format(ending)
    except ValueError:
        raise BenchError(
            f"there is no export format '{ending}'",
            state="nothing was written",
            remedy=f"let the name end in {', '.join(Format)}, or say --format",
        ) from None
