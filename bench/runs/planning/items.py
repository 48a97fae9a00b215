"""Planned runs as items of the persistent queue, and an item planned anew on the station as it is now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.core.errors import Problem
from bench.core.files import TomlDocument
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.planning.queued_run import Surroundings, plan_run
from bench.runs.queue.item import Item, NewItem, Target
from bench.runs.storage.plain import plain
from bench.samples import SampleBook
from bench.station.model import Station

_OF_THE_FILE = ("after", "priority", "not_before", "hold", "on_failure")
"""Keys of a run's table that the queue keeps beside it, because people change them there."""


def new_items(plan: Plan, *, target: Target, batch: str = "", seed: int | None = None) -> list[NewItem]:
    """All runs of a plan, ready to be queued."""
    samples = None if plan.samples is None else str(plan.samples.path.resolve())
    return [
        NewItem(
            id=run.id,
            procedure=run.procedure.name,
            spec=_spec(run),
            station=str(plan.station.path.resolve()),
            samples=samples,
            target=target,
            batch=batch,
            seed=seed,
            resources=tuple(sorted(run.resources)),
            instruments=run.instruments,
            duration_s=run.estimate.duration_s,
            rows=run.estimate.rows,
            priority=run.priority,
            not_before=run.not_before,
            after=run.after,
            on_failure=run.on_failure,
            resume=run.resume,
            on_host_loss=run.procedure.on_host_loss,
            held=run.held,
        )
        for run in plan.runs
    ]


def plan_item(
    item: Item, station: Station, samples: SampleBook | None
) -> tuple[PlannedRun | None, list[Problem]]:
    """The run that a queued item comes to now, or everything that speaks against it."""
    document = TomlDocument(Path(f"run #{item.key}"), {"runs": [dict(item.spec)]})
    return plan_run(Surroundings(document, station, samples, samples_known=True), 0)


def _spec(run: PlannedRun) -> dict[str, Any]:
    """Of a run that was not made from a file: as if it had been."""
    spec = dict(run.spec) or {
        "id": run.id,
        "procedure": run.procedure.name,
        "parameters": dict(run.parameters),
        "roles": dict(run.roles),
        "fixtures": dict(run.fixtures),
        **({} if run.sample is None else {"sample": run.sample.name}),
    }
    kept: dict[str, Any] = plain(
        {key: value for key, value in spec.items() if key not in _OF_THE_FILE}, f"run {run.id}"
    )
    return kept
