"""`bench check`: every mistake in station, sample and queue files, each with its place and a remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bench.cli import console, options
from bench.cli.complete import toml_files
from bench.cli.exits import Exit
from bench.core.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WORLD = frozenset({"ambient", "fixtures", "instruments", "all_samples"})
"""A sample file has none of these, a world file some."""

_ASIDE: dict[str | None, str] = {"world": ", checked with the station that names it"}

Kind = Literal["station", "samples", "queue", "world"]


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Station, sample or queue files.", autocompletion=toml_files),
    ],
    as_json: options.Json = False,
) -> None:
    """List every problem of the files, without opening any instrument."""
    found = [(file, *examine(file)) for file in files]
    if as_json:
        console.emit_json(as_document(found))
    else:
        _show(found)
    raise typer.Exit(Exit.FAILED if any(problems for _, _, problems in found) else Exit.DONE)


def examine(file: Path) -> tuple[Kind | None, list[Problem]]:
    """What kind of file it is (None if that cannot be told) and every problem in it."""
    from bench.core.files import read_toml

    try:
        data = read_toml(file).data
    except ConfigError as error:
        return None, list(error.problems)
    kind = kind_of(data)
    if kind is None:
        remedy = "a station has [instruments], a sample file [samples.NAME], a queue [[runs]]"
        return None, [Problem(file.name, "this is neither a station nor a sample file nor a queue", remedy)]
    return kind, _checker(kind)(file)


def kind_of(data: Mapping[str, Any]) -> Kind | None:
    """The kind of file, from the tables it has."""
    if "runs" in data or isinstance(data.get("samples"), str) or isinstance(data.get("station"), str):
        return "queue"
    if "samples" in data:
        return "world" if _WORLD & data.keys() else "samples"
    return "station" if {"instruments", "fixtures"} & data.keys() else None


def _checker(kind: Kind) -> Callable[[Path], list[Problem]]:
    if kind == "world":
        return lambda file: []  # opaque to the bench: checked through the station that names it
    if kind == "samples":
        from bench.samples.load import check_samples

        return check_samples
    if kind == "station":
        return check_station_and_world
    from bench.runs.planning.queue import check_queue

    return check_queue


def check_station_and_world(file: Path) -> list[Problem]:
    """Problems of the station and, once it has none, of the simulated world that it describes."""
    from bench.core.clock import VirtualClock
    from bench.station.load import load_station
    from bench.station.world import build_world

    try:
        station = load_station(file)
        if station.simulation is not None:
            build_world(station, VirtualClock(), seed=0).close()
    except ConfigError as error:
        return list(error.problems)
    return []


def as_document(found: list[tuple[Path, Kind | None, list[Problem]]]) -> dict[str, Any]:
    """The JSON document; its shape is in docs/reference/command-line.md."""
    return {
        "ok": not any(problems for _, _, problems in found),
        "files": [
            {
                "file": str(file),
                "kind": kind,
                "problems": [
                    {"place": problem.place, "what": problem.what, "remedy": problem.remedy or None}
                    for problem in problems
                ],
            }
            for file, kind, problems in found
        ],
    }


def _show(found: list[tuple[Path, Kind | None, list[Problem]]]) -> None:
    from rich.text import Text

    page = console.out()
    for file, kind, problems in found:
        if not problems:
            page.print(
                Text.assemble(("ok     ", "green"), f"{file}  ({kind}{_ASIDE.get(kind, '')})"), soft_wrap=True
            )
            continue
        number = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        page.print(Text.assemble(("wrong  ", "bold red"), f"{file}  ", (number, "red")), soft_wrap=True)
        for problem in problems:
            text = Text.assemble("  ", (f"{problem.place}", "cyan"), f"\n      {problem.what}")
            if problem.remedy:
                text.append(f"\n      -> {problem.remedy}", style="green")
            page.print(text, soft_wrap=True)
