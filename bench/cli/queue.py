"""`bench queue`: what waits, goes on and has ended, and everything a person may do to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options, queue_run
from bench.cli.complete import data_folder
from bench.cli.desk import desk, person

if TYPE_CHECKING:
    from bench.service.models.queue import QueueItem, QueueItemInFull, Verb

app = typer.Typer(
    help="The persistent queue: what waits, goes on and has ended.",
    rich_markup_mode=None,
    invoke_without_command=True,
)
app.command("run", short_help="Run everything that is queued for a station.")(queue_run.run)

ABORTED = "bench abort"
"""The reason of a run that a person aborts without one: who it was says nothing of what was done."""

Key = Annotated[str, typer.Argument(metavar="RUN", help="Its number in the queue (12), or its id.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="For the journal of the queue.")]
All = Annotated[bool, typer.Option("--all", help="Also those that have ended.")]


@app.callback()
def default(context: typer.Context, data: options.Data = None) -> None:
    """Without a command: list."""
    if context.invoked_subcommand is None:
        show_list(data=data)


@app.command("list", short_help="List what goes on and what waits.")
def show_list(*, every: All = False, data: options.Data = None, as_json: options.Json = False) -> None:
    """List the queue: what goes on first, then what waits in its order."""
    from bench.runs.queue.item import GOING
    from bench.runs.survival.ownership import is_owned

    folder = data_folder(data)
    items: list[QueueItem] = []
    if folder.is_dir():
        with desk(data) as queue:
            items = queue.queue(every=every)
    else:
        console.err().print(f"There is no data folder {folder} here.", markup=False, soft_wrap=True)
    alone = folder.is_dir() and not is_owned(folder)
    if as_json:
        console.emit_json({"runs": [item.model_dump() for item in items]})
        return
    if not items:
        console.out().print("Nothing is queued." if every else "Nothing goes on, nothing waits.")
        return
    console.out().print(_table(items))
    if alone and any(item.state in GOING for item in items):
        console.err().print(
            "No bench works on this data folder, so what is said to go on was cut off, "
            "and its outputs may be on. "
            "What to do: `bench guard --once`, or start the bench again.",
            style="yellow",
            markup=False,
            soft_wrap=True,
        )


def _table(items: list[QueueItem]) -> Any:
    from rich.table import Table
    from rich.text import Text

    from bench.runs.estimate import format_duration

    table = Table(box=None, pad_edge=False)
    for heading in ("Run", "Id", "Procedure", "Sample", "State", "Priority", "Takes"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Waits for")
    for item in items:
        table.add_row(
            f"#{item.key}",
            item.id,
            item.procedure,
            item.sample or "",
            item.state,
            str(item.priority) if item.priority else "",
            format_duration(item.duration_s) if item.duration_s else "",
            Text(item.waiting_for),
        )
    return table


@app.command("show", short_help="Everything about one run: what was asked, and its history.")
def show(run: Key, *, data: options.Data = None, as_json: options.Json = False) -> None:
    """What was asked, where it stands, and each change with who and why."""
    with desk(data) as queue:
        item = queue.queued(run)
    if as_json:
        lines = [
            {"utc": line.utc, "kind": line.kind, "who": line.who, "why": line.why, **line.facts}
            for line in item.history
        ]
        console.emit_json({**item.model_dump(), "history": lines})
        return
    _show(item)


def _show(item: QueueItemInFull) -> None:
    page = console.out()
    page.print(f"#{item.key} {item.id}: {item.procedure}, {item.state}", style="bold", markup=False)
    for name in ("station", "target", "spec", "waiting_for", "held", "folder", "reason", "safe", "resume"):
        value = getattr(item, name)
        if value:
            page.print(f"  {name.replace('_', ' ')}: {value}", markup=False, soft_wrap=True)
    for line in item.history:
        facts = line.facts
        what = facts.get("state") or facts.get("request") or facts.get("instruction") or ""
        more = facts.get("waiting_for") or line.why
        text = f"  {line.utc[:19]}  {line.kind} {what}  by {line.who}"
        page.print(text + (f": {more}" if more else ""), markup=False, soft_wrap=True)


def _simple(name: Verb, text: str, said: str) -> Callable[..., None]:
    def command(run: Key, *, why: Why = "", data: options.Data = None) -> None:
        from bench.service.models.base import Act

        with desk(data) as queue:
            item = queue.act(run, name, Act(by=person(), why=why or (ABORTED if name == "abort" else "")))
        console.err().print(f"#{item.key} {item.id}: {said}", markup=False)

    command.__doc__ = text
    app.command(name, short_help=text)(command)
    return command


_simple("hold", "Let it not start before it is released.", "held")
_simple("release", "End hold.", "released")
_simple("cancel", "Take it out of the queue; one that goes on is aborted in order.", "cancelled")
_simple("rerun", "Queue an ended run once more, as a new one.", "queued")
_simple("duplicate", "Queue a copy.", "queued")
_simple(
    "take-up",
    "Let an interrupted run go on by its policy at the next start.",
    "goes on at the next start, by its policy",
)
pause = _simple("pause", "Ask a run that goes on to pause.", "asked to pause")
resume = _simple("resume", "Let a paused run go on.", "asked to go on")
abort = _simple("abort", "Abort a run that goes on, in order.", "asked to abort")


@app.command("move", short_help="Change its place in the queue.")
def move(
    run: Key,
    *,
    first: Annotated[bool, typer.Option("--first", help="To the front.")] = False,
    last: Annotated[bool, typer.Option("--last", help="To the end.")] = False,
    before: Annotated[str | None, typer.Option("--before", metavar="RUN", help="Before another.")] = None,
    after: Annotated[str | None, typer.Option("--after", metavar="RUN", help="Behind another.")] = None,
    why: Why = "",
    data: options.Data = None,
) -> None:
    """Change its place among the runs of its priority."""
    from bench.service.models.queue import Move

    with desk(data) as queue:
        asked = Move(first=first, last=last, before=before, after=after, by=person(), why=why)
        item = queue.move(run, asked)
    console.err().print(f"#{item.key} {item.id}: moved", markup=False)


@app.command("edit", short_help="Change a run that has not begun.")
def edit(
    run: Key,
    *,
    change: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="A parameter; may be repeated.")
    ] = None,
    sample: Annotated[str | None, typer.Option("--sample", metavar="NAME", help="Another sample.")] = None,
    priority: Annotated[int | None, typer.Option("--priority", help="Higher goes first.")] = None,
    not_before: Annotated[
        str | None, typer.Option("--not-before", metavar="TIME", help="With its zone; 'none' for at once.")
    ] = None,
    why: Why = "",
    data: options.Data = None,
) -> None:
    """Change a run that has not begun; checked against its station and samples before it is accepted."""
    from bench.service.models.queue import Edit

    if not change and sample is None and priority is None and not_before is None:
        raise typer.BadParameter("say what to change", param_hint="--set, --sample, --priority, --not-before")
    parameters = dict(_setting(text) for text in change or ())
    asked = Edit(
        parameters=parameters,
        sample=sample,
        priority=priority,
        not_before=not_before,
        by=person(),
        why=why,
    )
    with desk(data) as queue:
        item = queue.edit(run, asked)
    console.err().print(f"#{item.key} {item.id}: changed", markup=False)


def _setting(text: str) -> tuple[str, Any]:
    """NAME=VALUE; the value as in a queue file, where text may go without its quotes."""
    import tomllib

    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="--set")
    try:
        return name.strip(), tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name.strip(), value.strip()
