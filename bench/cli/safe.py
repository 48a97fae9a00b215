"""`bench safe`: everything to its safe state, whether or not a bench goes on."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, toml_files
from bench.cli.exits import Exit
from bench.core import wall

if TYPE_CHECKING:
    from bench.runs.queue.queue import RunQueue
    from bench.safety import SafeOutcome
    from bench.service.client import Client

PATIENCE_S = 180.0
"""Real seconds for a bench that goes on to end its runs."""
_LOOK_EVERY_S = 0.2


def safe(
    station: Annotated[
        Path | None,
        typer.Argument(metavar="[STATION.toml]", help="The station file.", autocompletion=toml_files),
    ] = None,
    *,
    world: Annotated[
        str | None,
        typer.Option("--world", metavar="ENDPOINT", help="The simulated bench that `bench sim serve` runs."),
    ] = None,
    data: options.Data = None,
    as_json: options.Json = False,
) -> None:
    """Make everything safe. A bench that goes on is asked to end its runs; else the ports are opened here."""
    from bench.cli.desk import service_of
    from bench.runs.survival.ownership import is_owned, owner_of

    folder = data_folder(data)
    client = service_of(folder)
    if client is not None:
        with client:
            raise typer.Exit(_ask_the_service(client, as_json))
    owner = owner_of(folder) if is_owned(folder) else None
    if owner is not None:
        code = _ask_the_bench(folder, str(owner), as_json)
    else:
        if station is None:
            raise typer.BadParameter(
                f"no bench goes on in {folder}: name the station whose instruments are to be made safe",
                param_hint="STATION.toml",
            )
        code = _do_it_here(station, world, folder, as_json)
    raise typer.Exit(code)


def _ask_the_service(client: Client, as_json: bool) -> Exit:
    from bench.cli.desk import person
    from bench.service.models.base import Act

    console.err().print(
        "A service works here: it makes everything safe, and holds what waits ...", markup=False
    )
    report = client.safe(Act(by=person(), why="bench safe"))
    if as_json:
        console.emit_json({"by": "service", **report.model_dump()})
    else:
        page = console.out()
        for run in report.runs:
            page.print(f"run #{run.run} {run.id}: {run.state}; instruments: {run.safe}", markup=False)
        for one in report.instruments:
            page.print(f"{one.instrument}: {one.outcome}; {one.error or one.state}", markup=False)
        if report.held:
            numbers = ", ".join(f"#{key}" for key in report.held)
            page.print(f"held, so that nothing starts: {numbers}; `bench queue release RUN`", markup=False)
    if not report.safe:
        console.err().print(f"{report.summary}.", style="bold red", markup=False, soft_wrap=True)
    return Exit.DONE if report.safe else Exit.UNSAFE


def _do_it_here(station_path: Path, world_at: str | None, folder: Path, as_json: bool) -> Exit:
    from contextlib import ExitStack

    from bench.core.clock import RealClock
    from bench.runs.survival.ownership import Ownership
    from bench.runs.survival.portlock import ports_of
    from bench.safety import SafeOutcome, all_verified, make_safe_all, summary
    from bench.safety.outcome import UNKNOWN
    from bench.station import connect, load_station
    from bench.station.remote_world import RemoteWorld

    station = load_station(station_path)
    with ExitStack() as stack:
        owner = Ownership.take(
            folder,
            station=station.path,
            target="hardware" if world_at is None else "served",
            world=world_at,
            command="bench safe",
            wait_s=60.0,
            ports=ports_of(station, "hardware" if world_at is None else "served", world_at),
            making_safe=True,
        )
        outcomes: list[SafeOutcome] = []
        stack.callback(lambda: owner.release(clean=all_verified(outcomes)))
        if world_at is None:
            connected = connect(station, RealClock())
        else:
            remote = stack.enter_context(RemoteWorld(world_at))
            connected = connect(remote.stationed(station), remote.clock(), world=remote)
        stack.callback(connected.close)
        for name, entry in station.instruments.items():
            if not entry.driver_class.has_output:
                continue
            console.err().print(f"{name} ...", markup=False)
            try:
                instrument = connected.instrument(name)
            except Exception as error:  # one that cannot be reached must not keep the others from their turn
                outcomes.append(SafeOutcome(name, "unreachable", UNKNOWN, f"could not reach it: {error}"))
                continue
            outcomes += make_safe_all({name: instrument}, clock=connected.clock)
    if as_json:
        console.emit_json({"by": "bench safe", "instruments": [_as_json(outcome) for outcome in outcomes]})
    else:
        console.out().print(summary(outcomes), markup=False, soft_wrap=True)
    return Exit.DONE if all_verified(outcomes) else Exit.UNSAFE


def _ask_the_bench(folder: Path, owner: str, as_json: bool) -> Exit:
    """The ports belong to the bench that goes on: its runs are made safe at once by itself."""
    from bench.cli.desk import person
    from bench.runs.queue.item import GOING
    from bench.runs.queue.queue import RunQueue
    from bench.safety import BY_HAND

    with closing(RunQueue(folder)) as queue:
        keys = [item.key for item in queue.list(states=GOING)]
        for key in keys:
            queue.request(key, "safe", who=person(), why="bench safe")
        console.err().print(
            f"A bench goes on ({owner}): {len(keys)} runs are asked to be made safe now. "
            "Instruments that no run uses are not touched.",
            markup=False,
            soft_wrap=True,
        )
        ended = _wait(queue, keys)
        items = [queue.get(key) for key in keys]
    unsafe = [item for item in items if item.key not in ended or item.safe == "failed"]
    if as_json:
        runs = [{"run": i.key, "id": i.id, "state": i.state, "safe": i.safe} for i in items]
        console.emit_json({"by": owner, "runs": runs})
    else:
        for item in items:
            left = item.safe if item.key in ended else "NOT KNOWN: it has not ended"
            console.out().print(f"run #{item.key} {item.id}: {item.state}; instruments: {left}", markup=False)
    if unsafe:
        names = ", ".join(sorted({name for item in unsafe for name in item.instruments}))
        console.err().print(
            f"NOT SAFE: {names}. TREAT THE OUTPUTS AS LIVE. The bench does not answer or could not do it: "
            f"{BY_HAND}.",
            style="bold red",
            markup=False,
            soft_wrap=True,
        )
    return Exit.UNSAFE if unsafe else Exit.DONE


def _wait(queue: RunQueue, keys: list[int]) -> set[int]:
    from bench.runs.queue.item import GOING

    until = wall.now() + PATIENCE_S
    ended: set[int] = set()
    while len(ended) < len(keys) and wall.now() < until:
        queue.catch_up()
        ended = {key for key in keys if queue.get(key).state not in GOING}
        wall.sleep(_LOOK_EVERY_S)
    return ended


def _as_json(outcome: SafeOutcome) -> dict[str, Any]:
    return {
        "instrument": outcome.instrument,
        "outcome": outcome.outcome,
        "state": outcome.state,
        "error": outcome.error,
    }
