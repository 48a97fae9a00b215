"""`bench run`: a queue file on the hardware or in simulation, to the last run and a safe bench."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, logs, options
from bench.cli.complete import data_folder, toml_files
from bench.cli.exits import Exit
from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.cli.session import Ended
    from bench.runs.engine.operators import Operator
    from bench.runs.planning.plan import Plan
    from bench.station.model import Station


def run(
    queue: options.Queue,
    *,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="On the simulated bench, in virtual time.")
    ] = False,
    world: Annotated[
        str | None,
        typer.Option(
            "--world", metavar="ENDPOINT", help="On the simulated bench that `bench sim serve` runs."
        ),
    ] = None,
    seed: options.Seed = 0,
    data: options.Data = None,
    station: Annotated[
        Path | None,
        typer.Option(
            "--station", metavar="FILE", help="Instead of the queue's own.", autocompletion=toml_files
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="PATH", help="Write a report of all runs as one HTML file."),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep all traffic with the instruments in each run folder.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start on the hardware without asking.")] = False,
    as_json: options.Json = False,
) -> None:
    """Run a queue. Ctrl+C once: orderly abort; twice: safe now."""
    from bench.cli.failures import debugging
    from bench.cli.session import Bench, execute
    from bench.cli.watching import watcher_for
    from bench.runs.planning.queue import load_queue

    if world is not None and (simulate or seed):
        raise typer.BadParameter("a served world has its own clock and seed", param_hint="--world")
    simulated = simulate or world is not None
    folder = data_folder(data)
    plan = load_queue(queue, station_path=station, data_dir=folder)
    if html is not None and not html.parent.is_dir():
        raise BenchError(
            f"there is no folder {html.parent}", state="nothing was started", remedy="make it first"
        )
    tell_doubts(plan, folder, on_hardware=not simulated)
    if not simulated:
        _confirm(plan, yes=yes)
    if logs.start(folder, debug=debugging()) is None:
        console.err().print(f"No log is kept: {folder} cannot be written.", style="yellow", markup=False)
    watcher = watcher_for([run.estimate.duration_s for run in plan.runs], simulated=simulated)
    operator = None if simulated else console_operator()
    bench = Bench(
        plan.station,
        folder,
        f"bench run {queue}",
        simulate=simulate,
        seed=seed,
        world_at=world,
        operator=operator,
        record=record,
    )
    ended = execute(plan, bench, watcher)
    if html is not None:
        report(ended, html, f"Queue {plan.path.stem}")
    if as_json:
        console.emit_json(ended.outcome.as_json())
    else:
        from bench.cli.summary import show_outcome

        show_outcome(ended.outcome)
    tell_unsafe(ended)
    raise typer.Exit(ended.code)


def tell_doubts(plan: Plan, data: Path, *, on_hardware: bool) -> None:
    """What speaks against the batches of the samples; a person decides, nothing is refused."""
    from bench.runs.lineage.doubts import doubts_in

    for sample, doubts in doubts_in(plan.runs, data, on_hardware=on_hardware).items():
        for doubt in doubts:
            console.err().print(f"Sample {sample}: {doubt}", style="yellow", markup=False, soft_wrap=True)


def report(ended: Ended, path: Path, title: str) -> None:
    """The HTML report of every run that has a folder."""
    from bench.cli.show import write_report
    from bench.runs.storage.folder import RunFolder

    write_report(
        [RunFolder.open(run.folder) for run in ended.outcome.runs if run.folder is not None], path, title
    )


def tell_unsafe(ended: Ended) -> None:
    """Loudly, last, on stderr."""
    if ended.code is not Exit.UNSAFE:
        return
    from bench.cli.failures import show_error
    from bench.core.errors import SafeStateError
    from bench.safety import BY_HAND

    if ended.unsafe is not None:
        show_error(ended.unsafe)
        return
    outcome = ended.outcome
    runs = [run for run in (*outcome.taken_up, *outcome.runs) if run.safe == "failed"]
    show_error(
        SafeStateError(
            "; ".join(f"run {run.id}: {run.reason or 'the safe state was not verified'}" for run in runs),
            state="an output may still be on",
            remedy=BY_HAND,
        )
    )


def console_operator() -> Operator | None:
    """A person where there is a terminal, else nobody."""
    from bench.runs.engine.operators import ConsoleOperator

    return ConsoleOperator() if sys.stdin.isatty() else None


def confirm_hardware(station: Station, instruments: Iterable[str], what: str, *, yes: bool) -> None:
    """Before outputs go live on the hardware: say what will be used, and ask."""
    page = console.err()
    page.print(f"{what} on the HARDWARE of station {station.name}:", style="bold", markup=False)
    for name in instruments:
        entry = station.instrument(name)
        page.print(f"  {name}: {entry.driver} at {entry.resource}", markup=False)
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(
            "without a terminal to ask at, say --yes to start on the hardware", param_hint="--yes"
        )
    if not typer.confirm("Start?", err=True):
        page.print("Nothing was started.")
        raise typer.Exit(Exit.FAILED)


def _confirm(plan: Plan, *, yes: bool) -> None:
    from bench.runs.estimate import format_duration

    runs = f"{len(plan.runs)} run{'s' if len(plan.runs) != 1 else ''}"
    instruments = dict.fromkeys(name for run in plan.runs for name in run.instruments)
    expected = format_duration(plan.estimate.duration_s)
    confirm_hardware(plan.station, instruments, f"{runs}, about {expected},", yes=yes)
