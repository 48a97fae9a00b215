"""`bench serve`: the bench as a service on this computer, for the window, scripts and other terminals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, logs, options
from bench.cli.complete import data_folder, toml_files

if TYPE_CHECKING:
    from bench.service.server import Service

SAMPLES = "samples.toml"


def serve(
    station: options.StationFile,
    *,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="On the simulated bench, in paced time.")
    ] = False,
    speed: Annotated[
        float, typer.Option("--speed", metavar="X", help="Simulated seconds in a second of yours.")
    ] = 1.0,
    world: Annotated[
        str | None,
        typer.Option("--world", metavar="ENDPOINT", help="On the bench that `bench sim serve` runs."),
    ] = None,
    attended: Annotated[
        bool, typer.Option("--attended", help="Steps of simulated runs wait for a person too.")
    ] = False,
    samples: Annotated[
        Path | None,
        typer.Option(
            "--samples",
            metavar="FILE",
            help=f"The samples; by default {SAMPLES} beside the station file.",
            autocompletion=toml_files,
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="0: any that is free.")
    ] = 0,
    seed: options.Seed = 0,
    data: options.Data = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep all traffic with the instruments in each run folder.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start on the hardware without asking.")] = False,
    as_json: options.Json = False,
) -> None:
    """Run what is queued and be asked over HTTP, until Ctrl+C (orderly abort; twice: safe now) or SIGTERM.

    On this computer only. Tokens are in the data folder, for its user alone. With --json the first line on
    stdout is one JSON document: the address, and the files of endpoint and tokens.
    """
    from bench.cli.failures import debugging
    from bench.cli.run import confirm_hardware, tell_unsafe
    from bench.cli.session import Bench
    from bench.cli.session import serve as served
    from bench.cli.watching import watcher_for
    from bench.runs.engine.operators import AbsentOperator
    from bench.samples import load_samples
    from bench.service.room import Settings
    from bench.station import load_station

    if world is not None and (simulate or seed):
        raise typer.BadParameter("a served world has its own clock, speed and seed", param_hint="--world")
    if speed != 1.0 and not simulate:
        raise typer.BadParameter("only what is simulated here has a speed", param_hint="--speed")
    if not speed > 0:
        raise typer.BadParameter("give a number above zero", param_hint="--speed")
    folder, loaded = data_folder(data), load_station(station)
    book = samples or _beside(station)
    if book is not None:
        load_samples(book)  # what is wrong with it is better known now
    simulated = simulate or world is not None
    if not simulated:
        confirm_hardware(loaded, loaded.instruments, "A service that runs whatever is queued", yes=yes)
    logs.start(folder, debug=debugging())
    bench = Bench(
        loaded,
        folder,
        f"bench serve {station}",
        simulate=simulate,
        seed=seed,
        world_at=world,
        operator=AbsentOperator("wait") if attended or not simulated else None,
        record=record,
        speed=speed if simulate else None,
    )
    settings = Settings(port=port, samples=book, speed=speed, attended=attended)

    def ready(service: Service) -> None:
        _announce(service, folder, as_json=as_json)

    ended = served(bench, watcher_for([], simulated=simulated), settings, ready)
    tell_unsafe(ended)
    raise typer.Exit(ended.code_of_service)


def _beside(station: Path) -> Path | None:
    path = station.parent / SAMPLES
    return path if path.is_file() else None


def _announce(service: Service, folder: Path, *, as_json: bool) -> None:
    from bench.service.models.files import API, ENDPOINT, TOKENS

    if as_json:
        console.emit_line(
            {
                "url": f"{service.url}{API}",
                "pid": service.pid,
                "data": str(folder.resolve()),
                "endpoint_file": str((folder / ENDPOINT).resolve()),
                "tokens_file": str((folder / TOKENS).resolve()),
            }
        )
    page = console.err()
    page.print(f"The bench answers at {service.url}{API}", markup=False, soft_wrap=True)
    page.print(f"Tokens (view, operate): {folder / TOKENS}. Ctrl+C ends it.", markup=False, soft_wrap=True)
