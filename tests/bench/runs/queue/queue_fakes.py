"""Runs to be put into a queue."""

from bench.runs.engine.leases import Resource
from bench.runs.queue.item import NewItem


def new(run_id, **more):
    return NewItem(
        run_id,
        "sweep",
        {"id": run_id, "procedure": "sweep", "parameters": {"points": 3}},
        "/lab/station.toml",
        "simulated",
        resources=(Resource("instrument", "meter"),),
        **more,
    )
