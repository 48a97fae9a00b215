"""`bench sim`: what concerns the simulated bench alone, for tests and reports."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options

if TYPE_CHECKING:
    from rich.table import Table

SERVER = "sockets"
Endpoint = Annotated[
    str, typer.Argument(metavar="ENDPOINT", help="What `bench sim serve` prints as endpoint.")
]

app = typer.Typer(help="The simulated bench.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def sim() -> None:
    """The simulated bench."""


@app.command("truth")
def truth(station: options.StationFile, seed: options.Seed = 0, as_json: options.Json = False) -> None:
    """The true quantities of the simulated samples. No analysis can reach them."""
    samples = read_truth(station, seed)
    if as_json:
        console.emit_json({"samples": samples})
        return
    from rich.table import Table

    from bench.report.numbers import number

    table = Table(box=None, pad_edge=False)
    for heading in ("Sample", "Quantity", "Truth"):
        table.add_column(heading)
    for name, quantities in samples.items():
        for quantity, entry in quantities.items():
            value = entry["value"]
            table.add_row(
                name, quantity, value if isinstance(value, str) else f"{number(value)} {entry['unit']}"
            )
    console.out().print(table)


def read_truth(station: Path, seed: int) -> Mapping[str, Mapping[str, Any]]:
    """Build the world of the station as a simulated run with this seed does, and ask it."""
    from bench.core.clock import VirtualClock
    from bench.station.load import load_station
    from bench.station.world import build_world

    world = build_world(load_station(station), VirtualClock(), seed)
    try:
        return dict(world.truth())
    finally:
        world.close()


@app.command("serve")
def serve(
    station: options.StationFile,
    speed: Annotated[
        float, typer.Option("--speed", metavar="X", help="Seconds of the world in a second of yours.")
    ] = 1.0,
    seed: options.Seed = 0,
    as_json: options.Json = False,
) -> None:
    """Run the simulated bench in a process of its own, reachable on this computer, until Ctrl+C.

    The first line on stdout is one JSON document: the endpoint, and where each instrument is.
    """
    from bench.core.clock import PacedClock
    from bench.station.load import load_station
    from bench.station.registry import load_world_server
    from bench.station.world import build_world

    try:
        clock = PacedClock(speed)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--speed") from error
    loaded = load_station(station)
    world = build_world(loaded, clock, seed)

    def announce(publication: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(publication) + "\n")
        sys.stdout.flush()
        if not as_json:
            console.err().print(_addresses(publication))
            console.err().print(
                f"Station {loaded.name}, {speed:g} times as fast as yours. Ctrl+C ends it.", markup=False
            )

    try:
        load_world_server(SERVER)(world, station=loaded.name, seed=seed, clock=clock, announce=announce)
    finally:
        world.close()


def _addresses(publication: Mapping[str, Any]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("Instrument", "TCP", "Terminal (8-N-1)", "Identity"):
        table.add_column(heading, overflow="fold")
    for name, where in publication["instruments"].items():
        table.add_row(name, where["tcp"], where["pty"] or "-", where["idn"] or "-")
    return table


@app.command("inspect")
def inspect(endpoint: Endpoint, as_json: options.Json = False) -> None:
    """Look into a served world: outputs, levels, and what is in each fixture."""
    from bench.station.remote_world import RemoteWorld

    with RemoteWorld(endpoint) as world:
        state = world.inspect()
    if as_json:
        console.emit_json(state)
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("", "Quantity", "Now"):
        table.add_column(heading)
    for group in state.values():
        for name, facts in group.items():
            for quantity, value in facts.items():
                table.add_row(name, quantity, f"{value:.6g}" if isinstance(value, float) else str(value))
    console.out().print(table)
