"""`bench plan`: what a queue will do, when, with what, to which limits, and all that speaks against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, toml_files
from bench.cli.exits import Exit

if TYPE_CHECKING:
    from datetime import datetime


def plan(
    queue: options.Queue,
    *,
    measure: Annotated[
        bool, typer.Option("--measure", help="Execute every run on the simulated bench, and measure it.")
    ] = False,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="TIME", help="When the queue would be started, with its zone."),
    ] = None,
    seed: options.Seed = 0,
    data: options.Data = None,
    station: Annotated[
        Path | None,
        typer.Option(
            "--station", metavar="FILE", help="Instead of the queue's own.", autocompletion=toml_files
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say what a queue will do, opening no instrument: times, limits, what waits for what, refusals."""
    from bench.cli.plan_page import show
    from bench.runs.outlook.ahead import look_ahead
    from bench.runs.planning.queue import survey_queue

    folder = data_folder(data)
    found = look_ahead(
        survey_queue(queue, station_path=station, data_dir=folder),
        start=_time(start),
        data_dir=folder,
        measure=measure,
        seed=seed,
        tell=lambda run: console.err().print(f"{run.id}: measured in simulation ...", markup=False),
    )
    if as_json:
        console.emit_json(found.as_json())
    else:
        show(console.out(), found)
    raise typer.Exit(Exit.DONE if found.ok else Exit.FAILED)


def _time(text: str | None) -> datetime:
    from datetime import datetime

    from bench.core import wall
    from bench.runs.planning.queue_tables import utc_text

    if text is None:
        return wall.utc().replace(microsecond=0)
    try:
        return datetime.fromisoformat(utc_text(text))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date and time: {error}", param_hint="--start") from None
