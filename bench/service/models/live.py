"""What comes over the two WebSockets: rows of runs, and events."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bench.service.models.base import Asked, Json, Short, Told
from bench.service.models.runs import Row
from bench.service.models.station import ColumnInfo


class Follow(Asked):
    """Rows of this run from number `start` on: first those that are there, then each as it comes."""

    run_id: Short
    start: int = Field(default=0, ge=0)


class LiveAsked(Asked):
    """A message of the client on /live: what to follow from now on, and what no longer."""

    follow: list[Follow] = Field(default_factory=list, max_length=512)
    leave: list[Short] = Field(default_factory=list, max_length=512)


class LiveColumns(Told):
    """Comes once, before the rows of a run; the last column is always Attempt."""

    type: Literal["columns"] = "columns"
    run_id: str
    columns: list[ColumnInfo]


class LiveRows(Told):
    """Rows `start`, `start` + 1, ... of the file: no gap and no double within one connection.

    After a break go on with the number behind the last row that came.
    """

    type: Literal["rows"] = "rows"
    run_id: str
    start: int
    rows: list[Row]


class LiveEnd(Told):
    """The run has ended and every one of its `rows` rows was sent."""

    type: Literal["end"] = "end"
    run_id: str
    status: str
    rows: int


class LiveRefused(Told):
    """The run cannot be followed."""

    type: Literal["refused"] = "refused"
    run_id: str
    what: str


LiveMessage = Annotated[LiveColumns | LiveRows | LiveEnd | LiveRefused, Field(discriminator="type")]


class Event(Told):
    """Something that happened. `seq` counts from 1 within `epoch`, which is new at each start of the service.

    Kinds: "hello" (first on each connection; events follow from behind its `seq`), "run started", "progress",
    "phase", "operator asked", "operator answered", "notice", "run finished", "queue", "alarm", and "gap"
    where events were lost to this subscriber: then ask for the state by HTTP.
    """

    epoch: str
    seq: int
    utc: str
    kind: str
    run: int | None = Field(default=None, description="Number in the queue.")
    run_id: str | None = Field(default=None, description="Name of the run folder.")
    facts: Json = Field(default_factory=dict)
