"""The table that ends a queue: each run, how it ended, and its results with U."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bench.cli import console

if TYPE_CHECKING:
    from rich.console import Console

    from bench.runs.engine.outcome import QueueOutcome, RunOutcome


_SAFE = {
    "verified": "they were safe, verified by read-back",
    "kept": "they were left as they are, and guard themselves",
    "failed": "NOT SAFE: treat the outputs as live",
}


def show_outcome(outcome: QueueOutcome) -> None:
    """Print it on stdout."""
    from rich.text import Text

    from bench.cli.watching import STYLES

    page = console.out()
    show_results(outcome.runs)
    for run in outcome.runs:
        if run.status != "done":
            page.print(
                Text(f"{run.id}: {run.reason or run.status}", style=STYLES[run.status]), soft_wrap=True
            )
        if run.folder is not None:
            page.print(Text(f"{run.id}: {_folder(run)}", style="dim"), soft_wrap=True)
    _show_left(page, (*outcome.taken_up, *outcome.runs))


def show_results(runs: Iterable[RunOutcome], title: str | None = None) -> None:
    """The table alone, with what its flags mean."""
    from rich.table import Table
    from rich.text import Text

    from bench.cli.footnotes import Footnotes
    from bench.cli.watching import STYLES
    from bench.report.numbers import result

    table = Table(title=title, title_style="bold", box=None, pad_edge=False)
    for heading in ("Run", "Sample", "Status", "Quantity", "Value ± U"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Flags")
    notes = Footnotes()
    for run in runs:
        head: list[str | Text] = [run.id, run.sample or "", Text(run.status, style=STYLES[run.status])]
        for name, value in run.results.items():
            measured = Text(result(value.as_json()))
            table.add_row(*head, name.replace("_", " "), measured, notes.marks(value.flags))
            head = ["", "", Text()]
        if not run.results:
            table.add_row(*head, "", "", "")
    page = console.out()
    page.print(table)
    notes.show(page)


def _show_left(page: Console, runs: Iterable[RunOutcome]) -> None:
    """Whoever comes back to a bench wants to know what is hot and what flows."""
    from rich.text import Text

    from bench.report.left import left_as
    from bench.runs.storage.files import StorageError
    from bench.runs.storage.folder import RunFolder

    ends: list[tuple[str, list[tuple[str, str]]]] = []
    for run in runs:
        if run.folder is not None:
            with contextlib.suppress(StorageError):
                folder = RunFolder.open(run.folder)
                left = left_as(folder.entries())
                ends.append((str(folder.info.get("ended") or ""), left or []))
                if left is None:
                    text = (
                        f"{run.id}: its journal does not say how its instruments were left; {_SAFE[run.safe]}"
                    )
                    page.print(Text(text, style="bold yellow"), soft_wrap=True)
    last = {name: state for _, left in sorted(ends) for name, state in left}
    for name, state in last.items():
        page.print(Text(f"left as: {name}: {state}"), soft_wrap=True)


def _folder(run: RunOutcome) -> str:
    return "" if run.folder is None else run.folder.as_posix()
