"""`bench trace`: from a sample, a batch or a run to its furnace runs and to all that was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, traceable
from bench.core.errors import BenchError

if TYPE_CHECKING:
    from pathlib import Path

    from bench.runs.lineage import Trace


def trace(
    name: Annotated[
        str,
        typer.Argument(
            metavar="SAMPLE | BATCH | RUN",
            help="A sample, else a batch, else a run: its id, the start of it, or its folder.",
            autocompletion=traceable,
        ),
    ],
    *,
    data: options.Data = None,
    as_json: options.Json = False,
) -> None:
    """Show where a result comes from: batch, furnace runs, and what was measured, with what is missing."""
    from bench.cli.trace_tree import show

    folder = data_folder(data)
    found = _trace(folder, name)
    if as_json:
        console.emit_json(found.as_json(folder))
    else:
        show(console.out(), found)


def _trace(data: Path, name: str) -> Trace:
    from bench.cli.finding import run_called
    from bench.runs.lineage import Tracer, UnknownNameError, origin_of
    from bench.runs.storage.catalogue import Catalogue
    from bench.runs.storage.folder import RUNS

    if (data / RUNS).is_dir():
        try:
            return Tracer(Catalogue(data)).trace(name)
        except UnknownNameError as error:
            unknown: BenchError = error
    else:
        unknown = BenchError(f"there are no runs in {data}", remedy="--data DIR names another data folder")
    run = run_called(data, name)
    if run is None:
        raise unknown
    return origin_of(run)
