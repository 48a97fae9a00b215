"""Where a result comes from, as the service tells it."""

from __future__ import annotations

from pydantic import Field

from bench.service.models.base import Told
from bench.service.models.runs import RunSummary


class BatchStep(Told):
    """Something that was done to a batch, when by the bench clock, and by whom."""

    what: str
    utc: str
    by: str
    run_id: str


class Criterion(Told):
    """`value` has to be `sense` ("at most", "at least") `limit`."""

    quantity: str
    value: float | None
    sense: str
    limit: float | None
    unit: str
    verdict: str


class Treatment(RunSummary):
    """A run that made (`made`) or treated the batch. `accepted` is null where it was not judged."""

    accepted: str | None = Field(description='"pass", "fail", "marginal", "not measured".')
    criteria: list[Criterion]
    made: bool
    unread: str = Field(description="Why its folder cannot be read; empty if it can.")


class TracedSample(Told):
    """A sample of the batch, and the runs on it in the order of time."""

    sample: str
    runs: list[RunSummary]


class LineageInfo(Told):
    """One batch, null for samples that name none. `remarks`: what is missing or doubtful, in words."""

    batch: str | None
    masses_g: dict[str, float]
    steps: list[BatchStep]
    treatments: list[Treatment]
    samples: list[TracedSample]
    remarks: list[str]


class TraceInfo(Told):
    """What `name` turned out to be ("sample", "batch", "run"), and a lineage for each batch it leads to."""

    name: str
    kind: str
    lineages: list[LineageInfo]
