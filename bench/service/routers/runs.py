"""/runs: what was measured. Rows, results, tables, figures, and the journal."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from bench.core.errors import BenchError
from bench.runs.storage import history
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.plain import plain
from bench.runs.storage.tables import rows_of
from bench.service.models.runs import (
    JournalLine,
    JournalPage,
    ResultInfo,
    RowPage,
    RunInFull,
    RunSummary,
    TableInFull,
    Verification,
)
from bench.service.room import Here
from bench.service.telling import column_told
from bench.service.verifying import verified

router = APIRouter(tags=["runs"])

RunId = Annotated[str, Path(max_length=120, description="Name of the run folder.")]
Name = Annotated[str, Path(max_length=120)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Filter = Annotated[str | None, Query(max_length=200)]
_KINDS = {"png": "image/png", "svg": "image/svg+xml"}


class NothingThereError(BenchError):
    """The run has no such thing."""


@router.get("/runs")
def runs(
    room: Here,
    procedure: Filter = None,
    sample: Filter = None,
    status: Filter = None,
    limit: Limit = 100,
) -> list[RunSummary]:
    """Runs, the last started first."""
    with room.catalogue_lock:
        entries = room.catalogue.list(procedure=procedure, sample=sample, status=status, limit=limit)
    return [
        RunSummary(**{name: getattr(entry, name) for name in RunSummary.model_fields}) for entry in entries
    ]


@router.get("/runs/{run_id}")
def run(run_id: RunId, room: Here) -> RunInFull:
    """Everything about one run but its rows."""
    folder = room.tails.folder(run_id)
    info, end, entries = folder.info, folder.end(), folder.entries()
    with room.tails.tail(run_id) as tail:
        rows = tail.rows
    return RunInFull(
        run_id=run_id,
        id=info.get("id", ""),
        procedure=info.get("procedure", ""),
        sample=(info.get("sample") or {}).get("name"),
        status=end["status"],
        reason=end["reason"] or "",
        safe=end["safe"],
        simulated=bool(info.get("simulated")),
        seed=info.get("seed"),
        started=info.get("started"),
        ended=info.get("ended"),
        by=info.get("by", {}),
        versions=info.get("versions", {}),
        parameters=info.get("parameters", {}),
        roles=info.get("roles", {}),
        fixtures=info.get("fixtures", {}),
        instruments=info.get("instruments", {}),
        columns=[column_told(column) for column in folder.columns],
        rows=rows,
        attempt=history.attempt_of(entries),
        facts=history.facts_of(entries),
        results=_results(folder),
        tables=sorted(folder.tables()),
        figures={
            name: [path.suffix.removeprefix(".") for path in paths]
            for name, paths in folder.figures().items()
        },
    )


@router.get("/runs/{run_id}/results")
def results(run_id: RunId, room: Here) -> dict[str, ResultInfo]:
    """The results with their budgets; empty where the run has none."""
    return _results(room.tails.folder(run_id))


@router.get("/runs/{run_id}/rows")
def rows(
    run_id: RunId,
    room: Here,
    start: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Limit = 1000,
) -> RowPage:
    """Rows from number `start` on, also of a run that goes on; follow /live for those to come."""
    folder = room.tails.folder(run_id)
    with room.tails.tail(run_id) as tail:
        tail.advance()
        page = tail.page(start, limit)
        total = tail.rows
    superseded = history.superseded_rows(folder.entries(), total)
    end = start + page.count
    return RowPage.model_validate(
        {
            "run_id": run_id,
            "columns": [column_told(column) for column in tail.columns],
            "start": start,
            "rows": page.as_lists(),
            "superseded": [int(row) for row in superseded[start:end].nonzero()[0] + start],
            "total": total,
            "next": end if end < total else None,
        }
    )


@router.get("/runs/{run_id}/tables/{name}")
def table(run_id: RunId, name: Name, room: Here) -> TableInFull:
    """A table of the analysis."""
    from bench.runs.storage.reading import read_table

    path = _named(room.tails.folder(run_id).tables(), name, "table")
    found = read_table(path)
    return TableInFull(
        name=name,
        columns=[column_told(column) for column in found.columns],
        rows=[list(row.values()) for row in rows_of(found.columns, found.arrays)],
    )


@router.get(
    "/runs/{run_id}/figures/{name}.{kind}",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in _KINDS.values()}}},
)
def figure(run_id: RunId, name: Name, kind: Annotated[str, Path(max_length=10)], room: Here) -> Response:
    """A figure of the analysis, as "png" or "svg"."""
    paths: list[FilePath] = _named(room.tails.folder(run_id).figures(), name, "figure")
    for path in paths:
        if path.suffix == f".{kind}" and kind in _KINDS:
            return Response(path.read_bytes(), media_type=_KINDS[kind])
    raise NothingThereError(f"figure '{name}' is not there as '{kind}'", remedy="ask for png or svg")


@router.get("/runs/{run_id}/journal")
def journal(
    run_id: RunId,
    room: Here,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Limit = 200,
) -> JournalPage:
    """Lines behind number `after`, oldest first."""
    entries = room.tails.folder(run_id).entries()
    lines = [entry for entry in entries if entry.seq > after][:limit]
    return JournalPage(
        run_id=run_id,
        lines=[
            JournalLine(seq=entry.seq, utc=entry.utc, time_s=entry.time_s, kind=entry.kind, facts=entry.facts)
            for entry in lines
        ],
        last=entries[-1].seq if entries else 0,
    )


@router.get("/runs/{run_id}/verify")
def verify(run_id: RunId, room: Here) -> Verification:
    """Whether the run is what was written, and whether its result follows from its rows."""
    return verified(room, room.tails.folder(run_id).path.name)


def _results(folder: RunFolder) -> dict[str, ResultInfo]:
    return {
        name: ResultInfo(**result.as_json(), budget=[plain(line) for line in _budget(result)])
        for name, result in folder.results().items()
    }


def _budget(result: Any) -> list[dict[str, Any]]:
    from bench.runs.storage.resultfile import component_as_json

    return [component_as_json(component) for component in result.budget]


def _named(things: dict[str, Any], name: str, what: str) -> Any:
    if name not in things:
        known = ", ".join(sorted(things)) or "none"
        raise NothingThereError(f"this run has no {what} '{name[:60]}'", remedy=f"it has {known}")
    return things[name]
