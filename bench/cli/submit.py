"""`bench submit`: a queue file into the persistent queue, to be run by whoever runs that queue."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from pathlib import Path
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
    if simulate and served:
        raise typer.BadParameter("choose one bench", param_hint="--simulate, --served")
    target: Target = "served" if served else "simulated" if simulate else "hardware"
    folder = data_folder(data)
    items = _to_the_service(folder, queue, target, hold=hold, priority=priority, why=why)
    if items is None:
        items = _into_the_journal(folder, queue, target, hold=hold, priority=priority, why=why)
    if as_json:
        console.emit_json({"runs": [{"key": key, "id": id_} for key, id_ in items]})
        return
    for key, id_ in items:
        console.out().print(f"#{key} {id_}", markup=False)


def _to_the_service(
    folder: Path, path: Path, target: Target, *, hold: bool, priority: int, why: str
) -> list[tuple[int, str]] | None:
    """Its runs as the service queued them; None where there is none, or it works with other files."""
    from bench.cli.desk import person, service_of

    client = service_of(folder)
    if client is None:
        return None
    from bench.core.files import read_toml
    from bench.service.models.queue import Submission

    with client:
        works = client.station()
        document = read_toml(path)
        named = {"station": works.file, "samples": works.samples_file}
        same = works.target == target and all(
            document.get((key,)) is None
            or (file is not None and (document.folder / str(document.get((key,)))).resolve() == Path(file))
            for key, file in named.items()
        )
        if not same:
            return None
        items = client.submit(
            Submission(
                text=path.read_text("utf-8-sig"),
                name=_name(path),
                by=person(),
                why=why,
                hold=hold,
                priority=priority,
            )
        )
    return [(item.key, item.id) for item in items]


def _name(path: Path) -> str:
    """For messages, as the service takes it."""
    fit = re.sub(r"[^A-Za-z0-9._-]", "-", path.name)[:64]
    return fit if fit[:1].isalnum() else "queue.toml"


def _into_the_journal(
    folder: Path, path: Path, target: Target, *, hold: bool, priority: int, why: str
) -> list[tuple[int, str]]:
    from bench.cli.desk import person
    from bench.runs.planning.items import new_items
    from bench.runs.planning.queue import load_queue
    from bench.runs.queue.queue import RunQueue
    from bench.runs.scheduling.batches import new_batch

    plan = load_queue(path, data_dir=folder)
    new = [
        replace(
            item,
            priority=item.priority + priority,
            held=item.held or ("held at its submission" if hold else ""),
        )
        for item in new_items(plan, target=target, batch=new_batch(plan, target, None))
    ]
    with closing(RunQueue(folder)) as opened:
        return [(item.key, item.id) for item in opened.add(new, who=person(), why=why)]
