"""`bench show`: the runs there are, or one of them with its results, checks and the end of its journal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder
from bench.core.errors import BenchError

if TYPE_CHECKING:
    from rich.console import Console

    from bench.runs.storage.catalogue import RunEntry
    from bench.runs.storage.folder import RunFolder

STATUS_STYLES = {
    "done": "green",
    "running": "blue",
    "failed": "bold red",
    "refused": "red",
    "aborted": "yellow",
    "interrupted": "yellow",
}


def show(
    run: options.OptionalRun = None,
    *,
    data: options.Data = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="PATH", help="Write the report of the run as one HTML file."),
    ] = None,
    lines: Annotated[int, typer.Option("--lines", metavar="N", min=0, help="How many journal lines.")] = 10,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="How many runs to list.")] = 50,
    as_json: options.Json = False,
) -> None:
    """Show one run; without RUN list the newest ones."""
    folder = data_folder(data)
    if run is None:
        if html is not None:
            raise typer.BadParameter("name the run that the report is about", param_hint="RUN")
        _list(folder, limit, as_json)
        return
    from bench.cli.finding import find_run

    found = find_run(folder, run)
    if html is not None:
        write_report([found], html)
    if as_json:
        console.emit_json(as_document(found, lines))
    else:
        _show(console.out(), found, lines)


def write_report(folders: list[RunFolder], path: Path, title: str | None = None) -> None:
    """Write the HTML report and say where. Raises BenchError."""
    from bench.report import page

    if not path.parent.is_dir():
        raise BenchError(
            f"there is no folder {path.parent}", state="no report was written", remedy="make it first"
        )
    page.write(folders, path, title)
    console.err().print(f"Report: {path.as_posix()}", markup=False, soft_wrap=True)


def _list(data: Path, limit: int, as_json: bool) -> None:
    from bench.runs.storage.catalogue import Catalogue
    from bench.runs.storage.folder import RUNS

    entries = Catalogue(data).list(limit=limit) if (data / RUNS).is_dir() else ()
    if as_json:
        console.emit_json({"runs": [entry.as_json(data) for entry in entries]})
    elif not entries:
        console.out().print(f"There are no runs in {data}.", markup=False, soft_wrap=True)
    else:
        _show_list(console.out(), entries)


def _show_list(page: Console, entries: tuple[RunEntry, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    from bench.report.numbers import result

    table = Table(box=None, pad_edge=False)
    for heading, fixed in (("Run", True), ("Sample", False), ("Status", True), ("First result", False)):
        table.add_column(heading, no_wrap=fixed, overflow="fold")
    for entry in entries:
        status = Text(entry.status, style=STATUS_STYLES.get(entry.status, ""))
        if entry.safe == "failed":
            status.append(" NOT SAFE", style="bold red")
        if entry.simulated:
            status.append(" (sim)", style="dim")
        first = next(iter(entry.results.items()), None)
        text = f"{first[0].replace('_', ' ')} {result(first[1])}" if first else ""
        table.add_row(Text(entry.run_id), Text(entry.sample or ""), status, Text(text))
    page.print(table)


def as_document(folder: RunFolder, lines: int) -> dict[str, Any]:
    """One run as JSON; the shape is in docs/reference/command-line.md."""
    from dataclasses import asdict

    from bench.runs.storage.plain import plain

    info, end, entries = folder.info, folder.end(), folder.entries()
    return {
        "run_id": folder.path.name,
        "id": info.get("id"),
        "procedure": info.get("procedure"),
        "sample": (info.get("sample") or {}).get("name"),
        "status": end["status"],
        "reason": end["reason"] or "",
        "safe": end["safe"],
        "simulated": bool(info.get("simulated")),
        "started": info.get("started"),
        "ended": info.get("ended"),
        "folder": str(folder.path.resolve()),
        "parameters": info.get("parameters", {}),
        "instruments": info.get("instruments", {}),
        "results": {name: result.as_json() for name, result in folder.results().items()},
        "tables": {name: str(path.resolve()) for name, path in folder.tables().items()},
        "figures": {
            name: [str(path.resolve()) for path in paths] for name, paths in folder.figures().items()
        },
        "problems": folder.verify(),
        "journal": [plain(asdict(entry)) for entry in entries[len(entries) - min(lines, len(entries)) :]],
    }


def _show(page: Console, folder: RunFolder, lines: int) -> None:
    from rich.text import Text

    from bench.report.content import content_of, line_of
    from bench.report.left import left_as

    run = content_of(folder)
    head = Text.assemble((run.run_id, "bold"), "  ", (run.status, STATUS_STYLES.get(run.status, "")))
    if run.simulated:
        head.append(
            f"  SIMULATED{f', seed {run.seed}' if run.seed is not None else ''}", style="black on yellow"
        )
    page.print(head, soft_wrap=True)
    safe = (
        Text("NOT SAFE: treat the outputs as live", style="bold red")
        if run.safe == "failed"
        else Text(run.safe)
    )
    for label, value in (
        ("procedure", Text(run.procedure)),
        ("sample", Text(run.sample_name)),
        ("when", Text(f"{run.times}, {run.rows} rows")),
        ("safe state", safe),
        *(("", Text(f"{name}: {state}")) for name, state in left_as(folder.entries()) or ()),
        ("reason", Text(run.reason, style="yellow")),
        ("folder", Text(str(folder.path))),
    ):
        if value.plain:
            page.print(Text.assemble((f"  {label:<11}", "dim"), value), soft_wrap=True)
    _show_results(page, run.results)
    for problem in run.checks:
        page.print(Text(f"Altered after it was written: {problem}", style="bold red"), soft_wrap=True)
    if not run.checks:
        page.print(Text("Rows and journal are as they were written.", style="dim"))
    entries = folder.entries()
    for entry in entries[len(entries) - min(lines, len(entries)) :]:
        when, kind, what = line_of(entry)
        page.print(
            Text.assemble((f"  {when:>10}  ", "dim"), (f"{kind:<14} ", "cyan"), what),
            overflow="ellipsis",
            no_wrap=True,
        )


def _show_results(page: Console, results: tuple[Any, ...]) -> None:
    from rich.table import Table
    from rich.text import Text

    from bench.cli.footnotes import Footnotes

    if not results:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Quantity", "Value ± U", "U/value", "k", "dof"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Flags")
    notes = Footnotes()
    for row in results:
        value = Text(row.value, style="bold")
        table.add_row(row.name, value, row.relative, row.k, row.dof, notes.marks(row.flags))
    page.print()
    page.print(table)
    notes.show(page)
    page.print()
