"""`bench operator`: the steps that wait for a person, and saying from any terminal that they are done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, options
from bench.cli.desk import desk, person

if TYPE_CHECKING:
    from bench.service.desk import QueueDesk

app = typer.Typer(help="Steps that wait for a person.", rich_markup_mode=None, no_args_is_help=True)
Step = Annotated[int, typer.Argument(metavar="STEP", help="The number that `bench operator list` shows.")]


@app.command("list", short_help="What waits for a person, and what to confirm.")
def show_list(*, data: options.Data = None, as_json: options.Json = False) -> None:
    """Every step that waits, the fixtures its run holds, and since when."""
    with desk(data) as queue:
        steps = queue.steps()
    if as_json:
        console.emit_json({"steps": [step.model_dump() for step in steps]})
        return
    page = console.out()
    if not steps:
        page.print("Nothing waits for a person.")
    for step in steps:
        page.print(f"{step.step}: run #{step.run} {step.id}: {step.instruction}", style="bold", markup=False)
        for text in step.confirms:
            page.print(f"     confirm: {text}", markup=False)
        page.print(f"     since {step.since[:19]} UTC, holding {', '.join(step.holds)}", markup=False)


@app.command("done", short_help="Say that a step has been done.")
def done(
    step: Step,
    *,
    by: Annotated[str, typer.Option("--by", metavar="INITIALS", help="Who did it.")] = "",
    confirm: Annotated[
        list[str] | None,
        typer.Option("--confirm", metavar="TEXT", help="What is confirmed, word for word; may be repeated."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="For the journal of the run.")] = "",
    data: options.Data = None,
) -> None:
    """Say that a step has been done; what has to be confirmed is asked one by one at a terminal."""
    from bench.service.models.queue import StepDone

    with desk(data) as queue:
        confirmed = _confirmed(queue, step, confirm or [])
        told = queue.step_done(step, StepDone(by=by or person(), confirmed=confirmed, note=note))
    console.err().print(f"Step {step} is done; run #{told.run} goes on.", markup=False)


@app.command("decline", short_help="Say that a step will not be done.")
def decline(
    step: Step,
    *,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="For the journal of the run.")],
    by: Annotated[str, typer.Option("--by", metavar="INITIALS", help="Who says so.")] = "",
    data: options.Data = None,
) -> None:
    """Say that a step will not be done: its run fails, and leaves its instruments safe."""
    from bench.service.models.queue import StepDeclined

    if not why.strip():
        raise typer.BadParameter("give a reason", param_hint="--why")
    with desk(data) as queue:
        told = queue.step_declined(step, StepDeclined(by=by or person(), why=why))
    console.err().print(f"Step {step} is declined; run #{told.run} ends.", markup=False)


def _confirmed(queue: QueueDesk, number: int, given: list[str]) -> list[str]:
    """What was given, and what is asked for at a terminal; what is missing then the desk refuses."""
    if not sys.stdin.isatty():
        return given
    found = next((step for step in queue.steps() if step.step == number), None)
    asked = [text for text in (found.confirms if found is not None else []) if text not in given]
    return [*given, *(text for text in asked if typer.confirm(f"Confirm: {text}?", err=True))]
