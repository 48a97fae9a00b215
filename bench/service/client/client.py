"""Asks the service, one method a route. Methods raise ServiceRefusedError and ServiceGoneError."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from bench.service.client.asking import Asking, part
from bench.service.client.finding import Finder, Role, Where, finder_of
from bench.service.client.streams import EventStream, LiveStream
from bench.service.models.alarms import Acknowledge, Alarm
from bench.service.models.base import Act
from bench.service.models.interlocks import InterlockInfo, Release
from bench.service.models.queue import (
    Edit,
    Move,
    PreFlight,
    QueueItem,
    QueueItemInFull,
    QueueText,
    RunSafe,
    SafeReport,
    Step,
    StepDeclined,
    StepDone,
    Submission,
    Verb,
)
from bench.service.models.runs import (
    JournalPage,
    ResultInfo,
    RowPage,
    RunInFull,
    RunSummary,
    TableInFull,
    Verification,
)
from bench.service.models.station import (
    FixtureInfo,
    Health,
    Instrument,
    ProcedureInfo,
    SampleSummary,
    StationInfo,
)
from bench.service.models.trace import TraceInfo

SAFE_PATIENCE_S = 240.0
"""Making safe answers when it is over; see the service's own patience."""


class Client:
    """One client. May be used from several threads; use it as a context manager, or `close` it.

    `Client(data)` finds the service of a data folder, and finds it again if it was started anew.
    `Client(where=Where(url, token))` asks a known one.
    """

    def __init__(
        self, data: Path | None = None, *, role: Role = "operate", where: Where | None = None
    ) -> None:
        if (data is None) == (where is None):
            raise TypeError("say where: a data folder, or where=Where(url, token)")
        self.find: Finder = _always(where) if where is not None else finder_of(data or Path(), role)
        self._asking = Asking(self.find)

    def close(self) -> None:
        """Let go of connections."""
        self._asking.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- the station --------------------------------------------------------------------------------------

    def health(self) -> Health:
        """Whether the bench works, and what needs a person."""
        return self._asking.get("/health", Health)

    def station(self) -> StationInfo:
        """Which station, on what, with which software; and what this token may do."""
        return self._asking.get("/station", StationInfo)

    def instruments(self) -> list[Instrument]:
        """Every instrument, with its lease and what was last read from it."""
        return self._asking.get("/instruments", list[Instrument])

    def instrument(self, name: str) -> Instrument:
        """One of them."""
        return self._asking.get(f"/instruments/{part(name)}", Instrument)

    def fixtures(self) -> list[FixtureInfo]:
        """What holds samples."""
        return self._asking.get("/fixtures", list[FixtureInfo])

    def samples(self) -> list[SampleSummary]:
        """The samples as declared."""
        return self._asking.get("/samples", list[SampleSummary])

    def procedures(self) -> list[ProcedureInfo]:
        """What can be run, with what a form needs."""
        return self._asking.get("/procedures", list[ProcedureInfo])

    def procedure(self, name: str) -> ProcedureInfo:
        """One of them."""
        return self._asking.get(f"/procedures/{part(name)}", ProcedureInfo)

    # -- the queue (a QueueDesk) --------------------------------------------------------------------------

    def check(self, asked: QueueText) -> PreFlight:
        """Pre-flight: every problem with its place, or what would be done."""
        return self._asking.post("/queue/check", asked, PreFlight)

    def submit(self, submission: Submission) -> list[QueueItem]:
        """Queue all runs, or none: then `problems` of the error has every problem."""
        return self._asking.post("/queue", submission, list[QueueItem])

    def queue(self, *, every: bool = False) -> list[QueueItem]:
        """What goes on, then what waits in its order; with `every` also what has ended."""
        return self._asking.get("/queue", list[QueueItem], {"every": every})

    def queued(self, run: str) -> QueueItemInFull:
        """One run of the queue with its history."""
        return self._asking.get(f"/queue/{part(run)}", QueueItemInFull)

    def act(self, run: str, verb: Verb, act: Act) -> QueueItem:
        """Hold, release, cancel, rerun, duplicate, take-up, pause, resume, abort."""
        return self._asking.post(f"/queue/{part(run)}/{verb}", act, QueueItem)

    def move(self, run: str, move: Move) -> QueueItem:
        """Another place in the queue."""
        return self._asking.post(f"/queue/{part(run)}/move", move, QueueItem)

    def edit(self, run: str, edit: Edit) -> QueueItem:
        """Change a run that has not begun."""
        return self._asking.patch(f"/queue/{part(run)}", edit, QueueItem)

    # -- people -------------------------------------------------------------------------------------------

    def steps(self) -> list[Step]:
        """What waits for a person."""
        return self._asking.get("/operator/steps", list[Step])

    def step_done(self, step: int, done: StepDone) -> Step:
        """It has been done."""
        return self._asking.post(f"/operator/steps/{step}/done", done, Step)

    def step_declined(self, step: int, declined: StepDeclined) -> Step:
        """It will not be done."""
        return self._asking.post(f"/operator/steps/{step}/decline", declined, Step)

    def alarms(self) -> list[Alarm]:
        """What nobody has acknowledged yet, or what still holds."""
        return self._asking.get("/alarms", list[Alarm])

    def acknowledge(self, number: int, acknowledge: Acknowledge) -> Alarm:
        """Somebody has seen it."""
        return self._asking.post(f"/alarms/{number}/acknowledge", acknowledge, Alarm)

    def interlocks(self) -> list[InterlockInfo]:
        """The rules of the station, and how each stands."""
        return self._asking.get("/interlocks", list[InterlockInfo])

    def release_interlock(self, name: str, release: Release) -> InterlockInfo:
        """A person has looked: what is latched bars no run any more."""
        return self._asking.post(f"/interlocks/{part(name)}/release", release, InterlockInfo)

    # -- safe ---------------------------------------------------------------------------------------------

    def safe(self, act: Act | None = None) -> SafeReport:
        """Everything to its safe state; returns when that is over."""
        return self._asking.post("/safe", act or Act(), SafeReport, SAFE_PATIENCE_S)

    def safe_run(self, run: str, act: Act | None = None) -> RunSafe:
        """The instruments of one run."""
        return self._asking.post(f"/queue/{part(run)}/safe", act or Act(), RunSafe, SAFE_PATIENCE_S)

    # -- runs ---------------------------------------------------------------------------------------------

    def runs(
        self,
        *,
        procedure: str | None = None,
        sample: str | None = None,
        status: str | None = None,
        limit: int = 100,
    ) -> list[RunSummary]:
        """Runs, the last started first."""
        asked = {"procedure": procedure, "sample": sample, "status": status, "limit": limit}
        given = {name: value for name, value in asked.items() if value is not None}
        return self._asking.get("/runs", list[RunSummary], given)

    def run(self, run_id: str) -> RunInFull:
        """Everything about one run but its rows."""
        return self._asking.get(f"/runs/{part(run_id)}", RunInFull)

    def results(self, run_id: str) -> dict[str, ResultInfo]:
        """Its results with their budgets."""
        return self._asking.get(f"/runs/{part(run_id)}/results", dict[str, ResultInfo])

    def rows(self, run_id: str, start: int = 0, limit: int = 1000) -> RowPage:
        """Rows from number `start` on; `live` for those to come."""
        return self._asking.get(f"/runs/{part(run_id)}/rows", RowPage, {"start": start, "limit": limit})

    def table(self, run_id: str, name: str) -> TableInFull:
        """A table of the analysis."""
        return self._asking.get(f"/runs/{part(run_id)}/tables/{part(name)}", TableInFull)

    def figure(self, run_id: str, name: str, kind: str = "svg") -> bytes:
        """A figure of the analysis, as a file of this kind."""
        return self._asking.content(f"/runs/{part(run_id)}/figures/{part(name)}.{part(kind)}")

    def journal(self, run_id: str, after: int = 0, limit: int = 200) -> JournalPage:
        """Lines of the run's journal behind number `after`."""
        return self._asking.get(
            f"/runs/{part(run_id)}/journal", JournalPage, {"after": after, "limit": limit}
        )

    def verify(self, run_id: str) -> Verification:
        """Whether a run is what was written, and its result follows from its rows."""
        return self._asking.get(f"/runs/{part(run_id)}/verify", Verification)

    def trace(self, name: str) -> TraceInfo:
        """Where a sample, a batch or a run (its run id) comes from, and what was measured."""
        return self._asking.get("/trace", TraceInfo, {"name": name})

    # -- streams ------------------------------------------------------------------------------------------

    def live(self) -> LiveStream:
        """A stream of rows; say on it which runs to follow. It connects again by itself."""
        return LiveStream(self.find)

    def events(self, *, after: int | None = None, epoch: str = "") -> EventStream:
        """A stream of events from now on, or from behind `after`. It connects again by itself."""
        return EventStream(self.find, after=after, epoch=epoch)


def _always(where: Where) -> Finder:
    return lambda: where
