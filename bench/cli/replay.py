"""`bench replay`: a recording of an instrument against its driver and against its simulated counterpart."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import toml_files
from bench.cli.exits import Exit

if TYPE_CHECKING:
    from bench.core.traffic import Recording
    from bench.station.replay import Difference, Fed


def replay(
    recording: Annotated[
        Path, typer.Argument(metavar="RECORDING", help="What `bench run --record` kept: NAME.jsonl.")
    ],
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            metavar="STATION.toml",
            help="Ask the simulated instrument of this station the same, and compare.",
            autocompletion=toml_files,
        ),
    ] = None,
    seed: options.Seed = 0,
    as_json: options.Json = False,
) -> None:
    """Feed a driver from a recording; compare the recorded replies with the simulated ones."""
    from bench.core.traffic import read_recording
    from bench.station.load import load_station
    from bench.station.replay import ask_again, feed

    if seed and against is None:
        raise typer.BadParameter("goes with --against STATION.toml", param_hint="--seed")
    station = None if against is None else load_station(against)
    found = read_recording(recording)
    fed = feed(found)
    different = None if station is None else ask_again(found, station, seed=seed)
    ok = fed.ok and not different
    if as_json:
        console.emit_json(
            {
                "ok": ok,
                "recording": found.header.as_json(),
                "driver": {"ok": fed.ok, **asdict(fed)},
                "differences": None if different is None else [one.as_json() for one in different],
            }
        )
    else:
        _show(found, fed, different)
    raise typer.Exit(Exit.DONE if ok else Exit.FAILED)


def _show(recording: Recording, fed: Fed, different: list[Difference] | None) -> None:
    page = console.out()

    def tell(text: str, *, good: bool | None = None) -> None:
        style = None if good is None else "green" if good else "bold red"
        page.print(text, style=style, markup=False, soft_wrap=True)

    header = recording.header
    source = "SIMULATED instrument" if header.simulated else "real instrument"
    tell(f"{header.instrument}: {header.identity or 'no identity'}, {source}, driver {header.driver}")
    tell(f"{fed.exchanges} of {fed.total} exchanges; {fed.understood} replies understood as settings")
    tell("The driver runs through." if fed.ok else f"The driver does not: {fed.problem}", good=fed.ok)
    if different is None:
        return
    for one in different:
        tell(f"line {one.line}: {one.request}: {one.what}")
        tell(f"    recorded  {one.recorded!r}")
        tell(f"    simulated {one.simulated!r}")
    count = len(different)
    tell(
        "The simulated instrument answers alike."
        if not count
        else f"{count} difference{'s' if count > 1 else ''} to mend in the simulator.",
        good=not count,
    )
