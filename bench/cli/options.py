"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.complete import DATA_VARIABLE, run_ids, toml_files

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The data folder.",
        envvar=DATA_VARIABLE,
        show_default="./bench-data",
        file_okay=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; the rest goes to stderr.")]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", metavar="N", min=0, help="Which simulated bench: its errors are drawn anew for each seed."
    ),
]
Run = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run: its id, the start of it, or its folder.", autocompletion=run_ids
    ),
]
OptionalRun = Annotated[
    str | None,
    typer.Argument(
        metavar="[RUN]",
        help="A run: its id, the start of it, or its folder. None: list all.",
        autocompletion=run_ids,
    ),
]
Queue = Annotated[
    Path, typer.Argument(metavar="QUEUE.toml", help="The queue file.", autocompletion=toml_files)
]
StationFile = Annotated[
    Path, typer.Argument(metavar="STATION.toml", help="The station file.", autocompletion=toml_files)
]
