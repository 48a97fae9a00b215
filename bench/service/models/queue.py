"""The queue as the service tells it, and what people may ask of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from bench.service.models.base import Act, Asked, Json, ProblemLine, Short, Text, Told

FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""For messages only; no file of this name is opened."""
Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
MOST_RUNS = 2000


class RunAsked(Asked):
    """One run, as a [[runs]] table of a queue file."""

    id: Short
    procedure: Short
    sample: Short | None = None
    parameters: Json = Field(default_factory=dict)
    roles: dict[str, Short] = Field(default_factory=dict)
    fixtures: dict[str, Short] = Field(default_factory=dict)
    instruments: list[Short] | None = None
    priority: Priority = 0
    not_before: Short | None = None
    after: list[Short] = Field(default_factory=list, max_length=MOST_RUNS)
    on_failure: Literal["refuse", "run", "hold"] = "refuse"
    hold: bool = False
    resume: Literal["resume", "attach", "restart", "abandon"] | None = None
    notes: Text = ""


class QueueText(Asked):
    """What is to be checked or queued: the text of a queue file, or runs. One of both.

    Station and samples are those of the service: a text that names a file of another name is refused, and no
    path in it is ever opened.
    """

    text: Annotated[str, StringConstraints(max_length=900_000)] | None = None
    name: FileName = "queue.toml"
    runs: list[RunAsked] | None = Field(default=None, max_length=MOST_RUNS)
    defaults: dict[str, Json] = Field(default_factory=dict)


class Submission(QueueText):
    """To be queued, all or none."""

    by: Short = ""
    why: Text = ""
    hold: bool = Field(default=False, description="Nothing starts before it is released.")
    priority: Priority = Field(default=0, description="Added to the priority of each run.")


class PlannedRunInfo(Told):
    """What a run would come to."""

    id: str
    procedure: str
    sample: str | None
    duration_s: float
    rows: int
    instruments: list[str]
    fixtures: list[str]
    energised: list[str] = Field(description="Instruments with an output that the run may switch on.")
    roles: dict[str, str]
    parameters: Json = Field(description="All of them, defaults included, in the procedure's units.")
    units: dict[str, str]
    resume: str
    on_host_loss: str


class PreFlight(Told):
    """Everything that is wrong, or what would be done. `duration_s` is that of one run after another."""

    ok: bool
    problems: list[ProblemLine]
    runs: list[PlannedRunInfo]
    duration_s: float
    rows: int
    energised: list[str]


class Step(Told):
    """A step that waits for a person, and what to confirm before it is done."""

    step: int
    run: int
    id: str
    instruction: str
    action: str
    details: Json
    confirms: list[str]
    since: str
    holds: list[str] = Field(description="What the run holds meanwhile.")


class QueueItem(Told):
    """One run in the queue, by its number `key`."""

    key: int
    id: str
    procedure: str
    sample: str | None
    state: str
    waiting_for: str = Field(description="What it waits for; for an ended run why it ended so.")
    held: str
    priority: int
    position: float
    not_before: str | None
    after: list[int]
    on_failure: str
    resume: str
    on_host_loss: str
    station: str
    target: str
    samples: str | None
    batch: str
    seed: int | None
    spec: Json
    resources: list[str]
    instruments: list[str]
    duration_s: float
    rows: int
    run_id: str | None
    folder: str | None
    attempt: int
    reason: str
    safe: str | None
    added: str
    by: str
    changed: str
    changed_by: str
    steps: list[Step]


class HistoryLine(Told):
    """One line of the queue's journal about a run."""

    utc: str
    kind: str
    who: str
    why: str
    facts: Json


class QueueItemInFull(QueueItem):
    """With its history."""

    history: list[HistoryLine]


class Edit(Act):
    """Changes to a run that has not begun; what is left out stays. Parameters are merged."""

    parameters: Json = Field(default_factory=dict)
    sample: Short | None = None
    priority: Priority | None = None
    not_before: Short | None = Field(default=None, description='With its zone; "none" for at once.')


class Move(Act):
    """A place among those that wait. Say one."""

    first: bool = False
    last: bool = False
    before: Short | None = Field(default=None, description="Number or id of another.")
    after: Short | None = None


class StepDone(Asked):
    """The step has been done. `confirmed` repeats every text of `confirms`, word for word."""

    by: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
    confirmed: list[Text] = Field(default_factory=list, max_length=100)
    note: Text = ""


class StepDeclined(Asked):
    """The step will not be done: its run fails and leaves its instruments safe."""

    by: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"\S")]
    why: Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"\S")]


Verb = Literal["hold", "release", "cancel", "rerun", "duplicate", "take-up", "pause", "resume", "abort"]
"""What can be done to a run with no more than `by` and `why`."""


class InstrumentSafe(Told):
    """How making one instrument safe went: "verified", or what stands in the way."""

    instrument: str
    outcome: str
    state: str = ""
    error: str | None = None


class RunSafe(Told):
    """What became of one run that was asked to be made safe."""

    run: int
    id: str
    state: str
    safe: str | None
    instruments: list[InstrumentSafe]


class SafeReport(Told):
    """`safe` is False unless every instrument was verified; then treat those as live."""

    safe: bool
    runs: list[RunSafe]
    instruments: list[InstrumentSafe]
    held: list[int] = Field(description="Waiting runs that were held, so that nothing starts by itself.")
    summary: str


Facts = dict[str, Any]
