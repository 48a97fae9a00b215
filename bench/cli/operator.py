"""`bench operator`: the steps that wait for a person, and saying from any terminal that they are done."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.queue import opened, person

if TYPE_CHECKING:
    from bench.runs.queue.item import OperatorStep
    from bench.runs.queue.queue import RunQueue

app = typer.Typer(help="Steps that wait for a person.", rich_markup_mode=None, no_args_is_help=True)
Step = Annotated[int, typer.Argument(metavar="STEP", help="The number that `bench operator list` shows.")]


@app.command("list", short_help="What waits for a person, and what to confirm.")
def show_list(*, data: options.Data = None, as_json: options.Json = False) -> None:
    """Every step that waits, the fixtures its run holds, and since when."""
    with opened(data) as queue:
        steps = [(step, queue.get(step.key)) for step in queue.open_steps()]
    if as_json:
        console.emit_json(
            {
                "steps": [
                    {
                        "step": step.step,
                        "run": step.key,
                        "id": item.id,
                        "instruction": step.instruction,
                        "action": step.action,
                        "details": step.details,
                        "confirms": list(step.confirms),
                        "since": step.since,
                        "holds": [str(resource) for resource in item.resources],
                    }
                    for step, item in steps
                ]
            }
        )
        return
    page = console.out()
    if not steps:
        page.print("Nothing waits for a person.")
    for step, item in steps:
        page.print(f"{step.step}: run #{item.key} {item.id}: {step.instruction}", style="bold", markup=False)
        for text in step.confirms:
            page.print(f"     confirm: {text}", markup=False)
        holds = ", ".join(str(resource) for resource in item.resources)
        page.print(f"     since {step.since[:19]} UTC, holding {holds}", markup=False)


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
    with opened(data) as queue:
        found = _found(queue, step)
        confirmed = _confirmed(found, confirm or [])
        answers: dict[str, Any] = {"confirmed": confirmed} if confirmed else {}
        if note:
            answers["note"] = note
        queue.answer_operator(found.key, step, by=by or person(), answers=answers)
    console.err().print(f"Step {step} is done; run #{found.key} goes on.", markup=False)


@app.command("decline", short_help="Say that a step will not be done.")
def decline(
    step: Step,
    *,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="For the journal of the run.")],
    by: Annotated[str, typer.Option("--by", metavar="INITIALS", help="Who says so.")] = "",
    data: options.Data = None,
) -> None:
    """Say that a step will not be done: its run fails, and leaves its instruments safe."""
    with opened(data) as queue:
        found = _found(queue, step)
        queue.decline_operator(found.key, step, by=by or person(), reason=why)
    console.err().print(f"Step {step} is declined; run #{found.key} ends.", markup=False)


def _found(queue: RunQueue, number: int) -> OperatorStep:
    from bench.runs.queue.queue import QueueError

    for step in queue.open_steps():
        if step.step == number:
            return step
    raise QueueError(
        f"step {number} does not wait for anybody", remedy="'bench operator list' shows what does"
    )


def _confirmed(step: OperatorStep, given: list[str]) -> list[str]:
    from bench.runs.queue.queue import QueueError

    for text in step.confirms:
        if text in given:
            continue
        if not (sys.stdin.isatty() and typer.confirm(f"Confirm: {text}?", err=True)):
            raise QueueError(
                f"'{text}' is not confirmed",
                state=f"step {step.step} still waits",
                remedy=f'do it, then say --confirm "{text}"',
            )
    return list(step.confirms)
