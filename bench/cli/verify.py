"""`bench verify`: whether a run is what was written, and whether its result follows from its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, run_ids
from bench.cli.exits import Exit

STYLES = {"ok": "green", "not checked": "yellow", "altered": "bold red", "differs": "bold red"}


def verify(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run id or its start.", autocompletion=run_ids)],
    *,
    station: Annotated[
        Path | None,
        typer.Option("--station", metavar="FILE", help="Whose further procedures are known too."),
    ] = None,
    data: options.Data = None,
    as_json: options.Json = False,
) -> None:
    """Check the chain of the journal, the hashes of rows and run.json, and analyse the rows once more."""
    from bench.cli.finding import find_run
    from bench.runs.verification import verify_run
    from bench.station import load_station

    folder = find_run(data_folder(data), run)
    procedures = load_station(station).procedures if station is not None else None
    checks = verify_run(folder, procedures)
    ok = all(check.passed for check in checks)
    if as_json:
        console.emit_json(
            {
                "run_id": folder.path.name,
                "ok": ok,
                "checks": [
                    {"name": one.name, "outcome": one.outcome, "details": list(one.details)} for one in checks
                ],
            }
        )
    else:
        page = console.out()
        page.print(folder.path.name, style="bold", markup=False)
        for check in checks:
            page.print(f"  {check.name}: {check.outcome}", style=STYLES[check.outcome], markup=False)
            for line in check.details:
                page.print(f"    {line}", markup=False, soft_wrap=True)
    raise typer.Exit(Exit.DONE if ok else Exit.FAILED)
