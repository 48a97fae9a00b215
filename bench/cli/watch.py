"""`bench watch`: the rows of one run as they come, or what happens to all of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder, run_ids
from bench.core import wall
from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.runs.storage.folder import RunFolder
    from bench.service.client import Client, RowBatch

LOOK_EVERY_S = 0.5


def watch(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]", help="Its number in the queue, or its run id.", autocompletion=run_ids
        ),
    ] = None,
    *,
    start: Annotated[
        int, typer.Option("--from", metavar="N", min=0, help="Begin with row N; 0 is the first.")
    ] = 0,
    data: options.Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document a line.")] = False,
) -> None:
    """Follow a run until it has ended; without RUN tell what happens, until Ctrl+C. Changes nothing."""
    from bench.cli.desk import service_of

    folder = data_folder(data)
    if not folder.is_dir():
        raise BenchError(
            f"there is no data folder {folder}",
            state="nothing is watched",
            remedy="--data DIR names it; `bench serve`, `run` and `submit` make one",
        )
    client = service_of(folder)
    if run is None:
        lines = _events(client) if client is not None else _changes(folder)
        for line in lines:
            _say(line, as_json=as_json)
        return
    if client is not None:
        with client:
            _show(_from_the_service(client, _run_id(client, run), start), as_json=as_json)
    else:
        from bench.cli.finding import find_run

        _show(_from_the_folder(find_run(folder, _by_number(folder, run)), start), as_json=as_json)


def _run_id(client: Client, text: str) -> str:
    """Of a number or an id in the queue, the folder of its last attempt."""
    from bench.service.client import ServiceRefusedError

    try:
        found = client.queued(text)
    except ServiceRefusedError:
        return text
    if found.run_id is None:
        raise typer.BadParameter(f"run #{found.key} {found.id} is {found.state}: it has no rows yet")
    return found.run_id


def _by_number(folder: Path, text: str) -> str:
    """Without a service: of a number in the queue the run id of its last attempt, all else as it is."""
    from bench.runs.queue.memory import MemoryStore
    from bench.runs.queue.queue import RunQueue

    if not text.isdecimal():
        return text
    with closing(RunQueue(folder, store=MemoryStore())) as queue:
        item = queue.get(int(text))
    if item.run_id is None:
        raise typer.BadParameter(f"run #{item.key} {item.id} is {item.state}: it has no rows yet")
    return item.run_id


def _from_the_service(client: Client, run_id: str, start: int) -> Iterator[RowBatch]:
    with client.live() as stream:
        stream.follow(run_id, start)
        for batch in stream:
            yield batch
            if batch.ended is not None or batch.refused is not None:
                return


def _from_the_folder(folder: RunFolder, start: int) -> Iterator[RowBatch]:
    """Without a service: the same from the file itself."""
    from bench.service.client import RowBatch
    from bench.service.feed.tail import RowTail
    from bench.service.telling import column_told

    tail = RowTail(folder)
    columns = tuple(column_told(column) for column in tail.columns)
    position = start
    while True:
        status = folder.open(folder.path).status  # before the rows: none is written behind an end
        tail.scan()
        while position < tail.rows:
            page = tail.page(position)
            yield RowBatch(tail.run_id, columns, position, page.as_lists())
            position += page.count
        if status != "running":
            yield RowBatch(tail.run_id, columns, position, [], ended=status)
            return
        wall.sleep(LOOK_EVERY_S)


def _show(batches: Iterator[RowBatch], *, as_json: bool) -> None:
    headed = False
    for batch in batches:
        if batch.refused is not None:
            raise typer.BadParameter(batch.refused)
        if not headed and not as_json:
            headed = True
            names = [f"{one.name} / {one.unit}" if one.unit else one.name for one in batch.columns]
            _write("\t".join(names))
        names = [one.name for one in batch.columns]
        for number, row in enumerate(batch.rows, batch.start):
            if as_json:
                _write(json.dumps({"row": number, **dict(zip(names, row, strict=True))}))
            else:
                _write("\t".join(_cell(value) for value in row))
        if batch.ended is not None:
            console.err().print(f"{batch.run_id}: {batch.ended}", markup=False)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.7g}"
    return "" if value is None else str(value)


def _events(client: Client) -> Iterator[dict[str, Any]]:
    with client, client.events() as stream:
        for event in stream:
            if event.kind != "hello":
                yield {"utc": event.utc, "kind": event.kind, "run": event.run, **event.facts}


def _changes(folder: Path) -> Iterator[dict[str, Any]]:
    """Without a service: what is written into the queue."""
    from bench.runs.queue.memory import MemoryStore
    from bench.runs.queue.queue import RunQueue

    with closing(RunQueue(folder, store=MemoryStore())) as queue:
        while True:
            for change in queue.catch_up():
                facts = {name: value for name, value in change.facts.items() if name not in ("items", "key")}
                yield {"utc": change.utc, "kind": change.kind, "run": change.key or None, **facts}
            wall.sleep(LOOK_EVERY_S)


def _say(line: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        _write(json.dumps(line, default=str))
        return
    run = f" #{line['run']}" if line.get("run") else ""
    facts = {name: value for name, value in line.items() if name not in ("utc", "kind", "run")}
    told = ", ".join(f"{name} {value}" for name, value in facts.items() if value not in ("", None))
    _write(f"{line['utc'][:19]}  {line['kind']}{run}  {told}")


def _write(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
