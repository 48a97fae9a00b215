"""`bench submit`: a queue file into the persistent queue, to be run by whoever runs that queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder

if TYPE_CHECKING:
    from bench.runs.queue.item import Target


def submit(
    queue: options.Queue,
    *,
    simulate: Annotated[bool, typer.Option("--simulate", help="For the simulated bench.")] = False,
    served: Annotated[
        bool, typer.Option("--served", help="For a simulated bench that `bench sim serve` runs.")
    ] = False,
    hold: Annotated[bool, typer.Option("--hold", help="Nothing starts before it is released.")] = False,
    priority: Annotated[int, typer.Option("--priority", help="Higher goes first.")] = 0,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="For the journal of the queue.")] = "",
    data: options.Data = None,
    as_json: options.Json = False,
) -> None:
    """Check a queue file and queue all its runs. `bench queue run STATION.toml` runs what is queued."""
    from bench.cli.queue import opened, person
    from bench.runs.planning.items import new_items
    from bench.runs.planning.queue import load_queue
    from bench.runs.scheduling.batches import new_batch

    if simulate and served:
        raise typer.BadParameter("choose one bench", param_hint="--simulate, --served")
    target: Target = "served" if served else "simulated" if simulate else "hardware"
    plan = load_queue(queue, data_dir=data_folder(data))
    new = [
        replace(
            item,
            priority=item.priority + priority,
            held=item.held or ("held at its submission" if hold else ""),
        )
        for item in new_items(plan, target=target, batch=new_batch(plan, target, None))
    ]
    with opened(data) as opened_queue:
        items = opened_queue.add(new, who=person(), why=why)
    if as_json:
        console.emit_json({"runs": [{"key": item.key, "id": item.id} for item in items]})
        return
    for item in items:
        console.out().print(f"#{item.key} {item.id}", markup=False)
