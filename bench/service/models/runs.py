"""Runs that have folders: what was asked, results, tables, figures and the journal."""

from __future__ import annotations

from pydantic import Field

from bench.service.models.base import Json, Told
from bench.service.models.station import ColumnInfo


class RunSummary(Told):
    """One line of the list of runs."""

    run_id: str
    id: str
    procedure: str
    sample: str | None
    status: str
    reason: str
    safe: str | None
    simulated: bool
    started: str
    ended: str | None
    results: Json = Field(description="Name -> value, unit, U, flags.")
    batch: str | None = Field(default=None, description="That the run makes or treats.")
    sample_batch: str | None = Field(default=None, description="That its sample named then.")


class ResultInfo(Told):
    """A result: `value` is null where the method cannot tell, and a flag says why."""

    value: float | None
    unit: str
    u: float | None
    k: float | None
    U: float | None
    dof: float | None
    flags: list[str]
    budget: list[Json] = Field(default_factory=list)


class RunInFull(Told):
    """Everything about one run but its rows."""

    run_id: str
    id: str
    procedure: str
    sample: str | None
    status: str
    reason: str
    safe: str | None
    simulated: bool
    seed: int | None
    started: str | None
    ended: str | None
    by: Json
    versions: dict[str, str]
    parameters: Json
    roles: dict[str, str]
    fixtures: dict[str, str]
    instruments: Json
    columns: list[ColumnInfo]
    rows: int = Field(description="Rows in the file so far, superseded ones included.")
    attempt: int
    facts: Json = Field(description="What the procedure wrote down beside its rows, the last of each name.")
    results: dict[str, ResultInfo]
    tables: list[str]
    figures: dict[str, list[str]] = Field(description='Name -> kinds, such as "svg".')


Row = list[float | int | bool | str | None]


class RowPage(Told):
    """Rows from number `start` (0 is the first of the file); each ends with its attempt.

    `superseded` are numbers of rows that a later attempt has put aside. `next` is where to go on, None while
    there is nothing more.
    """

    run_id: str
    columns: list[ColumnInfo]
    start: int
    rows: list[Row]
    superseded: list[int]
    total: int
    next: int | None


class TableInFull(Told):
    """A table of the analysis, by column."""

    name: str
    columns: list[ColumnInfo]
    rows: list[Row]


class JournalLine(Told):
    """One line of a run's journal."""

    seq: int
    utc: str
    time_s: float | None
    kind: str
    facts: Json


class JournalPage(Told):
    """Lines after number `after`; `last` is that of the newest line."""

    run_id: str
    lines: list[JournalLine]
    last: int


class Verification(Told):
    """Whether a run is what was written, and whether its result follows from its rows."""

    run_id: str
    ok: bool
    checks: list[Check]


class Check(Told):
    """One thing that was checked. `outcome`: "ok", "altered", "differs", or "not checked" with the reason."""

    name: str
    outcome: str
    details: list[str] = Field(default_factory=list)


Verification.model_rebuild()
