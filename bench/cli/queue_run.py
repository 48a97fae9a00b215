"""`bench queue run`: everything that is queued for one station, until nothing is left or it is stopped."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import console, logs, options
from bench.cli.complete import data_folder
from bench.cli.exits import Exit


def run(
    station: options.StationFile,
    *,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="What was submitted for the simulated bench.")
    ] = False,
    world: Annotated[
        str | None,
        typer.Option(
            "--world", metavar="ENDPOINT", help="What was submitted for a bench that `bench sim serve` runs."
        ),
    ] = None,
    seed: options.Seed = 0,
    data: options.Data = None,
    stay: Annotated[bool, typer.Option("--stay", help="Wait for more until it is stopped.")] = False,
    record: Annotated[
        bool, typer.Option("--record", help="Keep all traffic with the instruments in each run folder.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start on the hardware without asking.")] = False,
    as_json: options.Json = False,
) -> None:
    """Run what is queued for a station. Ctrl+C once: orderly abort; twice: safe now; what waits stays."""
    from bench.cli.failures import debugging
    from bench.cli.run import confirm_hardware, console_operator, tell_unsafe
    from bench.cli.session import Bench, work
    from bench.cli.summary import show_outcome
    from bench.cli.watching import watcher_for
    from bench.runs.queue.item import LIVE
    from bench.runs.queue.queue import RunQueue
    from bench.station import load_station

    if world is not None and (simulate or seed):
        raise typer.BadParameter("a served world has its own clock and seed", param_hint="--world")
    simulated = simulate or world is not None
    folder = data_folder(data)
    loaded = load_station(station)
    target = "served" if world is not None else "simulated" if simulate else "hardware"
    queue = RunQueue(folder)
    waiting = [
        item
        for item in queue.list(states=LIVE)
        if item.target == target and item.station == str(loaded.path.resolve())
    ]
    queue.close()
    if not simulated:
        instruments = list(dict.fromkeys(name for item in waiting for name in item.instruments))
        confirm_hardware(
            loaded, instruments or list(loaded.instruments), f"{len(waiting)} queued runs", yes=yes
        )
    logs.start(folder, debug=debugging())
    bench = Bench(
        loaded,
        folder,
        f"bench queue run {station}",
        simulate=simulate,
        seed=seed,
        world_at=world,
        operator=None if simulated else console_operator(),
        record=record,
    )
    watcher = watcher_for([item.duration_s for item in waiting], simulated=simulated)
    ended = work(bench, watcher, stay=stay)
    if as_json:
        console.emit_json(ended.outcome.as_json())
    elif ended.outcome.runs:
        show_outcome(ended.outcome)
    else:
        console.err().print("Nothing was queued for this station.", markup=False)
    tell_unsafe(ended)
    raise typer.Exit(ended.code if ended.outcome.runs else _nothing(ended.code))


def _nothing(code: Exit) -> Exit:
    """No run is no failure."""
    return Exit.DONE if code is Exit.FAILED else code
