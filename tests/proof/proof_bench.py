"""A queue in the simulated laboratory of a seed, with a look at the truth behind it and at what is left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.core.clock import VirtualClock
from bench.runs.planning.queue import load_queue
from bench.runs.scheduling.runner import Runner
from bench.station import connect
from bench.station.world import build_world

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/qms"


@dataclass(frozen=True)
class Laboratory:
    """What the world was like: its truth, its samples, and its state after the queue."""

    truth: dict[str, Any]
    samples: Any
    after: dict[str, Any]
    temperature_K: float
    seen: Any = None


def measure(queue: Path, seed: int, folder: Path, fixture: str | None = "tips", only: str = "", look=None):
    """(outcomes, laboratory) of a queue, or of the run `only` of it.

    `look(station, world)` is called after the runs, with the instruments still connected; the laboratory
    keeps what it returns.
    """
    plan = load_queue(queue)
    if only:
        plan = replace(plan, runs=tuple(run for run in plan.runs if run.id == only))
    with VirtualClock() as clock:
        world = build_world(plan.station, clock, seed)
        with connect(plan.station, clock, world=world) as station:
            outcomes = Runner(station, folder, seed=seed, figures=False).run(plan).runs
            after = world.inspect()
            seen = look(station, world) if look else None
        kelvin = after["fixtures"][fixture]["temperature_K"] if fixture else float("nan")
        found = Laboratory(world.truth(), world._samples, after, kelvin, seen)
        world.close()
    return outcomes, found
