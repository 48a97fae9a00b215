"""What queueing, listing, starting and restarting cost with 100, 1,000 and 10,000 runs behind them.

A data folder is filled with so many finished runs: in the queue's journal as the scheduler notes them
(submitted, running, done), and in the index of runs. Then, on that folder:

- submit: one more run into the persistent queue, as `bench submit` does
- list: what goes on and waits, of a queue whose runs have ended (`bench queue`)
- list_all: all of it (`bench queue --all`)
- show: the newest 50 of the index (`bench show`)
- start: one run from the queue to its end on a bench of nothing (virtual time), per run, of ten
- restart: a bench that opens this folder, recovers, finds nothing to do, and ends, in a fresh interpreter
  (target: within 2 s); `cpu` is the time of the processor, `interpreter` the share that only imports
- waiting_list_20, waiting_start: where the runs have not ended but wait behind each other for one fixture
- rebuild: the queue's view and the index anew, from the journal and so many run folders

Prints one JSON document. `flat` is the time at the most over that at the fewest runs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.core.clock import VirtualClock
from bench.runs.columns import Column
from bench.runs.engine.leases import Resource
from bench.runs.estimate import Estimate
from bench.runs.planning.plan import PlannedRun
from bench.runs.procedure import Procedure
from bench.runs.queue.item import OPEN, Item, NewItem
from bench.runs.queue.memory import MemoryStore
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.storage.request import RunRequest
from bench.station import AmbientDeclared, Station, connect

STARTED = 10


class Nothing(Procedure):
    """Writes one row."""

    name = "nothing"
    columns = (Column("Time", "s"),)

    def execute(self) -> None:
        """One row."""
        self.context.measure({})


class Bench(Runner):
    """Plans items without a queue file."""

    def _plan(self, item: Item) -> PlannedRun:
        return PlannedRun(item.id, Nothing, {}, None, {}, {}, (), frozenset(item.resources), Estimate(1.0, 1))


def station_of(place: Path) -> Station:
    """A station without an instrument."""
    return Station("nothing", place / "station.toml", AmbientDeclared(296.0, 1.0), {}, {}, {}, {}, {})


def new_item(place: Path, name: str) -> NewItem:
    """A run on the one fixture."""
    spec = {"id": name, "procedure": "nothing", "parameters": {}}
    return NewItem(
        name,
        "nothing",
        spec,
        str((place / "station.toml").resolve()),
        "simulated",
        resources=(Resource("fixture", "press"),),
        duration_s=60.0,
        rows=1,
    )


def fill(place: Path, runs: int, *, finished: bool) -> None:
    """So many runs, in the queue and, if they are finished, in the index."""
    queue = RunQueue(place, store=MemoryStore())
    queue.add([new_item(place, f"r{number}") for number in range(runs)], who="benchmark")
    if finished:
        lines = []
        for key in range(1, runs + 1):
            run_id = f"20260101T000000Z-r{key}"
            facts = {"key": key, "who": "bench", "why": "", "waiting_for": ""}
            begun = {"run_id": run_id, "folder": f"{RUNS}/{run_id}", "attempt": 1, "instruments": []}
            lines.append(("state", {**facts, "state": "running", **begun}))
            lines.append(("state", {**facts, "state": "done", "reason": "", "safe": "verified"}))
        queue._change(lambda: lines)
        folders(place, runs)
    queue.close()
    RunQueue(place).close()  # the view is as the last command left it


def folders(place: Path, runs: int) -> None:
    """So many folders of ended runs, each of the files of one, and the index of them."""
    request = RunRequest("r", "nothing", (Column("Time", "s"),))
    first = RunFolder.create(place, "template", request)
    first.finish("done", safe="verified")
    for key in range(1, runs + 1):
        folder = place / RUNS / f"20260101T000000Z-r{key}"
        folder.mkdir()
        for path in first.path.iterdir():
            os.link(path, folder / path.name)
    Catalogue(place).rebuild()


def seconds(act: Callable[[], object], times: int = 3) -> float:
    """The fastest of some."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begun)
    return min(spent)


def with_queue(place: Path, act: Callable[[RunQueue], object]) -> Callable[[], None]:
    """As one command does: open the queue, act, close it."""

    def command() -> None:
        queue = RunQueue(place)
        act(queue)
        queue.close()

    return command


def start(place: Path) -> float:
    """Seconds a run, of ten more queued behind all others but first in the line."""
    queue = RunQueue(place)
    new = [new_item(place, f"more{number}") for number in range(STARTED)]
    keys = [item.key for item in queue.add(new, who="benchmark")]
    queue.close()
    station = station_of(place)
    clock = VirtualClock()
    begun = 0.0
    with connect(station, clock, world=NoWorld()) as connected:  # type: ignore[arg-type]
        runner = Bench(connected, place, figures=False, guarded=False)
        with runner._owned() as owned:
            for key in keys:
                owned.set_priority(key, 1, who="benchmark")
            begun = time.perf_counter()
            runner._scheduler(owned).run(keys)
    return (time.perf_counter() - begun) / STARTED


class NoWorld:
    """Stands in for simulated instruments that there are none of."""

    visa_library = library_path = ""

    def perform(self, action: str, details: object) -> dict[str, object]:
        """Nothing is asked."""
        raise ValueError(action)


def restart(place: Path) -> None:
    """Open, recover, find nothing to do, end."""
    clock = VirtualClock()
    with connect(station_of(place), clock, world=NoWorld()) as connected:  # type: ignore[arg-type]
        Bench(connected, place, guarded=False).work()
    Catalogue(place).list(limit=50)


def fresh(*arguments: str) -> Callable[[], object]:
    """Run this script in a fresh interpreter."""
    return lambda: subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True)


def rebuild(place: Path) -> float:
    """Seconds for the index and the queue's view, from the folders and the journal."""
    for path in place.glob("catalogue.sqlite*"):
        path.unlink()
    begun = time.perf_counter()
    RunQueue(place).close()
    Catalogue(place).list(limit=50)
    return time.perf_counter() - begun


def restart_of(place: Path) -> dict[str, float]:
    """Seconds by the clock on the wall, and of the processor: on a busy machine only the latter mean much."""
    before = os.times()
    wall = seconds(fresh("--restart", str(place)), times=1)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {"restart_s": wall, "restart_cpu_s": used}


def with_ended(place: Path, runs: int) -> dict[str, float]:
    """Seconds of each operation behind so many runs that have ended."""
    fill(place, runs, finished=True)
    one = [new_item(place, "one-more")]
    return {
        **restart_of(place),
        "list_s": seconds(with_queue(place, lambda queue: queue.list(states=OPEN))),
        "list_all_s": seconds(with_queue(place, lambda queue: queue.list())),
        "show_s": seconds(lambda: Catalogue(place).list(limit=50)),
        "submit_s": seconds(with_queue(place, lambda queue: queue.add(one, who="benchmark"))),
        "start_s": start(place),
        "rebuild_s": rebuild(place),
    }


def with_waiting(place: Path, runs: int) -> dict[str, float]:
    """Seconds of each operation behind so many runs that wait."""
    fill(place, runs, finished=False)
    return {
        "waiting_list_20_s": seconds(with_queue(place, lambda queue: queue.list(states=OPEN, limit=20))),
        "waiting_start_s": start(place),
    }


def measure(sizes: list[int]) -> dict[str, object]:
    """One run of the benchmark."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:  # what is imported at the first use is not counted below
        with_ended(Path(name), STARTED)
    for runs in sizes:
        with tempfile.TemporaryDirectory() as ended, tempfile.TemporaryDirectory() as waiting:
            found[str(runs)] = with_ended(Path(ended), runs) | with_waiting(Path(waiting), runs)
    first, last = found[str(sizes[0])], found[str(sizes[-1])]
    return {
        "benchmark": "queue_scale",
        "runs": {size: {what: round(s, 4) for what, s in note.items()} for size, note in found.items()},
        "flat": {what: round(last[what] / first[what], 1) for what in first},
        "interpreter_s": round(seconds(fresh("--nothing")), 3),
        "target_restart_s": 2.0,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--restart", metavar="DIR")
    parser.add_argument("--nothing", action="store_true")
    arguments = parser.parse_args()
    if arguments.restart:
        restart(Path(arguments.restart))
    elif not arguments.nothing:
        print(json.dumps(measure(arguments.sizes), indent=1))
