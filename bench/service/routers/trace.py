"""/trace: where a sample, a batch or a run comes from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from bench.runs.lineage import Tracer
from bench.service.models.trace import TraceInfo
from bench.service.room import Here

router = APIRouter(tags=["runs"])


@router.get("/trace")
def trace(
    name: Annotated[
        str, Query(min_length=1, max_length=200, description="Of a sample, a batch or a run, in this order.")
    ],
    room: Here,
) -> TraceInfo:
    """Batch, furnace runs, and what was measured, with what is missing; as `bench trace`."""
    with room.catalogue_lock:
        found = Tracer(room.catalogue).trace(name)
    return TraceInfo.model_validate(found.as_json(room.data_dir))
