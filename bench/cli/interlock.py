"""`bench interlock`: how the rules of the station stand, and releasing one that has latched."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.desk import asked, person

if TYPE_CHECKING:
    from bench.runs.queue.queue import RunQueue
    from bench.service.interlocks import InterlockDesk
    from bench.service.models.interlocks import InterlockInfo

app = typer.Typer(
    help="The station's interlocks: how each stands, and releasing one.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
STYLES = {"violated": "bold red", "failed": "bold red", "latched": "bold yellow"}


@app.command("list", short_help="How each rule stands.")
def show_list(*, data: options.Data = None, as_json: options.Json = False) -> None:
    """Each rule, whether it is violated or latched, and what it saw."""
    with _desk(data) as desk:
        rules = desk.interlocks()
    if as_json:
        console.emit_json({"interlocks": [rule.model_dump() for rule in rules]})
        return
    if not rules:
        console.out().print("The station has no interlocks.")
        return
    console.out().print(_table(rules))
    for rule in rules:
        if rule.text:
            console.out().print(rule.text, markup=False, soft_wrap=True)
    if any(rule.standing == "latched" for rule in rules):
        text = 'Look at the bench, mend it, then: bench interlock release NAME --why "what was done"'
        console.err().print(text, markup=False, soft_wrap=True)


@app.command("release", short_help="Say that a latched rule has been seen to.")
def release(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The rule, as in the station file.")],
    *,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What was found and done.")],
    by: Annotated[str, typer.Option("--by", metavar="INITIALS", help="Who says so.")] = "",
    data: options.Data = None,
) -> None:
    """Let runs begin again that a latched rule keeps waiting. Refused while the quantity is violated still.

    Who and why go into the journal of the queue.
    """
    from bench.service.models.interlocks import Release

    if not why.strip():
        raise typer.BadParameter("say what was found and done", param_hint="--why")
    with _desk(data) as desk:
        desk.release_interlock(name, Release(by=by or person(), why=why))
    console.err().print(f"Interlock {name} is released; what waited for it may begin.", markup=False)


def _desk(data: Path | None) -> AbstractContextManager[InterlockDesk]:
    """The service of the data folder, else whatever bench works on it."""

    def local(folder: Path, queue: RunQueue) -> InterlockDesk:
        from bench.service.interlocks import LocalInterlocks

        return LocalInterlocks(folder, queue)

    return asked(data, local)


def _table(rules: list[InterlockInfo]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in ("Name", "Stands", "Quantity", "Limit", "Then", "Last value"):
        table.add_column(heading)
    for rule in rules:
        value = "" if rule.value is None else f"{rule.value:.6g} {rule.unit}"
        table.add_row(
            Text(rule.name),
            Text(rule.standing, style=STYLES.get(rule.standing, "")),
            Text(rule.quantity),
            Text(f"{rule.comparison} {rule.limit}"),
            rule.then,
            Text(value),
        )
    return table
