"""`bench catalogue`: the index of runs and the view of the queue, built anew from folders and journal."""

from __future__ import annotations

import typer

from bench.cli import console, options
from bench.cli.complete import data_folder
from bench.cli.exits import Exit
from bench.core.errors import BenchError

app = typer.Typer(
    help="The index of runs and queue, which can be built anew at any time.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.callback()
def catalogue() -> None:
    """The index of runs and queue, which can be built anew at any time."""


@app.command("rebuild", short_help="Build it anew from the run folders and the journal of the queue.")
def rebuild(*, data: options.Data = None, as_json: options.Json = False) -> None:
    """Build the catalogue anew. Only needed if it is wrong: one that is lost is built anew by itself."""
    from bench.runs.queue.queue import RunQueue
    from bench.runs.storage.catalogue import Catalogue

    folder = data_folder(data)
    if not folder.is_dir():
        raise BenchError(f"there is no data folder {folder}", state="nothing was made", remedy="see --data")
    index = Catalogue(folder)
    problems = index.rebuild()
    queue = RunQueue(folder)
    queue.rebuild()
    runs, queued = len(index.list()), len(queue.list())
    queue.close()
    if as_json:
        console.emit_json({"runs": runs, "queue": queued, "problems": list(problems)})
    else:
        console.out().print(
            f"{runs} runs from their folders, {queued} from the journal of the queue.", markup=False
        )
        for problem in problems:
            console.err().print(f"not readable: {problem}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(Exit.FAILED if problems else Exit.DONE)
