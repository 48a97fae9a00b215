"""`bench queue`: what waits, goes on and has ended, and everything a person may do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options, queue_run
from bench.cli.complete import data_folder

if TYPE_CHECKING:
    from bench.runs.queue.item import Item
    from bench.runs.queue.queue import RunQueue

app = typer.Typer(
    help="The persistent queue: what waits, goes on and has ended.",
    rich_markup_mode=None,
    invoke_without_command=True,
)
app.command("run", short_help="Run everything that is queued for a station.")(queue_run.run)

Key = Annotated[str, typer.Argument(metavar="RUN", help="Its number in the queue (12), or its id.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="For the journal of the queue.")]
All = Annotated[bool, typer.Option("--all", help="Also those that have ended.")]


@contextmanager
def opened(data: Path | None) -> Iterator[RunQueue]:
    """The queue of the data folder."""
    from bench.runs.queue.queue import RunQueue

    queue = RunQueue(data_folder(data))
    try:
        yield queue
    finally:
        queue.close()


def person() -> str:
    """Who acts, for the journal."""
    from bench.runs.storage.request import person as named

    return named()


@app.callback()
def default(context: typer.Context, data: options.Data = None) -> None:
    """Without a command: list."""
    if context.invoked_subcommand is None:
        show_list(data=data)


@app.command("list", short_help="List what goes on and what waits.")
def show_list(*, every: All = False, data: options.Data = None, as_json: options.Json = False) -> None:
    """List the queue: what goes on first, then what waits in its order."""
    from bench.runs.queue.item import OPEN

    with opened(data) as queue:
        items = queue.list(states=None if every else OPEN)
    if as_json:
        console.emit_json({"runs": [_as_json(item) for item in items]})
        return
    from rich.table import Table
    from rich.text import Text

    from bench.runs.estimate import format_duration

    if not items:
        console.out().print("Nothing is queued." if every else "Nothing goes on, nothing waits.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Run", "Id", "Procedure", "Sample", "State", "Priority", "Takes"):
        table.add_column(heading, no_wrap=True)
    table.add_column("Waits for")
    for item in items:
        sample = item.spec.get("sample")
        table.add_row(
            f"#{item.key}",
            item.id,
            item.procedure,
            sample if isinstance(sample, str) else "",
            item.state,
            str(item.priority) if item.priority else "",
            format_duration(item.duration_s) if item.duration_s else "",
            Text(_why(item)),
        )
    console.out().print(table)


@app.command("show", short_help="Everything about one run: what was asked, and its history.")
def show(run: Key, *, data: options.Data = None, as_json: options.Json = False) -> None:
    """What was asked, where it stands, and each change with who and why."""
    with opened(data) as queue:
        item = queue.find(run)
        history = queue.history(item.key)
    if as_json:
        lines = [{"utc": line.utc, "kind": line.kind, **_facts(line.facts)} for line in history]
        console.emit_json({**_as_json(item), "history": lines})
        return
    page = console.out()
    page.print(f"#{item.key} {item.id}: {item.procedure}, {item.state}", style="bold", markup=False)
    for name in ("station", "target", "spec", "waiting_for", "held", "folder", "reason", "safe", "resume"):
        value = getattr(item, name)
        if value:
            page.print(f"  {name.replace('_', ' ')}: {value}", markup=False, soft_wrap=True)
    for line in history:
        facts = line.facts
        what = facts.get("state") or facts.get("request") or facts.get("instruction") or ""
        more = facts.get("waiting_for") or facts.get("why") or ""
        text = f"  {line.utc[:19]}  {line.kind} {what}  by {facts.get('who', '')}"
        page.print(text + (f": {more}" if more else ""), markup=False, soft_wrap=True)


def _simple(
    name: str, text: str, act: Callable[[RunQueue, int, str, str], Item], said: str
) -> Callable[..., None]:
    def command(run: Key, *, why: Why = "", data: options.Data = None) -> None:
        with opened(data) as queue:
            item = act(queue, queue.find(run).key, person(), why)
        console.err().print(f"#{item.key} {item.id}: {said}", markup=False)

    command.__doc__ = text
    app.command(name, short_help=text)(command)
    return command


_simple(
    "hold",
    "Let it not start before it is released.",
    lambda q, k, who, why: q.hold(k, who=who, why=why),
    "held",
)
_simple("release", "End hold.", lambda q, k, who, why: q.release(k, who=who, why=why), "released")
_simple(
    "cancel",
    "Take it out of the queue; one that goes on is aborted in order.",
    lambda q, k, who, why: q.cancel(k, who=who, why=why),
    "cancelled",
)
_simple(
    "rerun",
    "Queue an ended run once more, as a new one.",
    lambda q, k, who, why: q.rerun(k, who=who, why=why),
    "queued",
)
_simple(
    "duplicate",
    "Queue a copy.",
    lambda q, k, who, why: q.duplicate(k, who=who, why=why),
    "queued",
)
_simple(
    "take-up",
    "Let an interrupted run go on by its policy at the next start.",
    lambda q, k, who, why: q.take_up(k, who=who, why=why),
    "goes on at the next start, by its policy",
)
_simple(
    "pause",
    "Ask a run that goes on to pause.",
    lambda q, k, who, why: q.request(k, "pause", who=who, why=why),
    "asked to pause",
)
_simple(
    "resume",
    "Let a paused run go on.",
    lambda q, k, who, why: q.request(k, "resume", who=who, why=why),
    "asked to go on",
)
_simple(
    "abort",
    "Abort a run that goes on, in order.",
    lambda q, k, who, why: q.request(k, "abort", who=who, why=why),
    "asked to abort",
)


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
    with opened(data) as queue:
        item = queue.move(
            queue.find(run).key,
            who=person(),
            first=first,
            last=last,
            before=None if before is None else queue.find(before).key,
            after=None if after is None else queue.find(after).key,
            why=why,
        )
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
    from bench.cli.queue_edit import changed

    with opened(data) as queue:
        item = queue.find(run)
        changes = changed(item, change or [], sample=sample, priority=priority, not_before=not_before)
        queue.edit(item.key, changes, who=person(), why=why)
    console.err().print(f"#{item.key} {item.id}: changed {', '.join(changes)}", markup=False)


def _why(item: Item) -> str:
    """What it waits for, also before a scheduler has looked; for an ended one why it ended so."""
    from bench.runs.queue.item import LIVE

    if item.state in LIVE and item.held:
        return f"its release by a person: {item.held}"
    return item.waiting_for or item.reason


def _facts(facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in ("items", "key")}


def _as_json(item: Item) -> dict[str, Any]:
    data = item.as_json()
    data["resources"] = [str(resource) for resource in item.resources]
    return data
