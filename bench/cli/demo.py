"""`bench demo`: the packaged example from queue to result in simulation, graded against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, logs, options
from bench.cli.complete import data_folder
from bench.cli.exits import Exit
from bench.core.errors import BenchError

if TYPE_CHECKING:
    from rich.text import Text

    from bench.cli.grading import Comparison
    from bench.cli.session import Ended
    from bench.runs.engine.outcome import RunOutcome


def demo(
    *,
    seed: options.Seed = 0,
    data: options.Data = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="PATH", help="Write a report of all runs as one HTML file."),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Run the packaged example in simulation: truth, measured, the paper's value, and whether they agree."""
    from bench.cli.examples import examples_folder
    from bench.cli.failures import debugging

    example = examples_folder()
    queues = [  # the furnace first: what it makes is measured then
        *sorted((example / "queues/furnace").glob("*.toml")),
        *sorted((example / "queues").glob("*.toml")),
    ]
    if not queues:
        raise BenchError(
            f"there is no example in {example}", remedy="reinstall qms-bench; `bench doctor` tells more"
        )
    folder = data_folder(data)
    logs.start(folder, debug=debugging())
    all_ended, comparisons = [], []
    for queue in queues:
        ended, compared = _run(queue, folder, seed)
        all_ended.append(ended)
        comparisons += compared
        if ended.stop_reason is not None:
            break
    runs = [run for ended in all_ended for run in ended.outcome.runs]
    if html is not None:
        _report(runs, html)
    if as_json:
        console.emit_json(
            {
                "seed": seed,
                "runs": [run.as_json() for run in runs],
                "comparison": [found.as_json() for found in comparisons],
            }
        )
    else:
        _show(comparisons, runs, seed)
    raise typer.Exit(max((ended.code for ended in all_ended), key=_gravity))


def _run(queue: Path, data: Path, seed: int) -> tuple[Ended, list[Comparison]]:
    from bench.cli.grading import compare
    from bench.cli.session import Bench, execute
    from bench.cli.watching import watcher_for
    from bench.runs.planning.queue import load_queue

    plan = load_queue(queue, data_dir=data)
    watcher = watcher_for([run.estimate.duration_s for run in plan.runs], simulated=True, steps=False)
    bench = Bench(plan.station, data, "bench demo", simulate=True, seed=seed)
    ended = execute(plan, bench, watcher)
    return ended, list(compare(plan.station.path, ended.outcome.runs, seed))


def _report(runs: list[RunOutcome], path: Path) -> None:
    from bench.cli.show import write_report
    from bench.runs.storage.folder import RunFolder

    write_report(
        [RunFolder.open(run.folder) for run in runs if run.folder is not None], path, "QMS Bench demo"
    )


def _gravity(code: Exit) -> int:
    return (Exit.DONE, Exit.FAILED, Exit.INTERRUPTED, Exit.UNSAFE).index(code)


def _show(comparisons: list[Comparison], runs: list[RunOutcome], seed: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from bench.cli.footnotes import Footnotes
    from bench.cli.summary import show_results
    from bench.report.numbers import number, result

    table = Table(title=f"Simulated bench, seed {seed}", title_style="bold", box=None, pad_edge=False)
    for heading in ("Sample", "Quantity", "Truth", "Measured ± U", "Paper", "Agrees", "Flags"):
        table.add_column(heading, no_wrap=True)
    notes = Footnotes()
    last = ""
    for found in comparisons:
        if found.truth is None:
            continue
        table.add_row(
            "" if found.sample == last else found.sample,
            found.quantity.replace("_", " "),
            f"{number(found.truth)} {found.result.unit}",
            Text(result(found.result.as_json())),
            _paper(found),
            _verdict(found.agrees),
            notes.marks(found.result.flags),
        )
        last = found.sample
    page = console.out()
    page.print(table)
    notes.show(page)
    page.print(
        Text(
            "Agrees: the truth lies within U, which covers 95 %, so about one in twenty does not. "
            "Where the paper states no figure, the truth is our choice.",
            style="dim",
        ),
        soft_wrap=True,
    )
    graded = {id(found.result) for found in comparisons if found.truth is not None}
    others = [run for run in runs if run.results and graded.isdisjoint(map(id, run.results.values()))]
    if others:
        page.print()
        show_results(others, "Judged by criteria of their own: no truth to compare with")
    page.print("Figures, rows and journals (`bench show RUN` for more):")
    for run in runs:
        if run.status != "done":
            page.print(Text(f"  {run.id}: {run.status}: {run.reason}", style="red"), soft_wrap=True)
        if run.folder is not None:
            page.print(Text(f"  {run.folder.as_posix()}"), soft_wrap=True)


def _paper(found: Comparison) -> str:
    from bench.report.numbers import number

    if found.paper is None:
        return ""
    if found.paper.value is None:
        return "not stated"
    return f"{number(found.paper.value, 2)} {found.paper.unit}"


def _verdict(agrees: bool | None) -> Text:
    from rich.text import Text

    words = {True: ("yes", "green"), False: ("no", "bold red"), None: ("-", "dim")}
    return Text(*words[agrees])
