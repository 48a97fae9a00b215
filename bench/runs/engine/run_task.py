"""One run from its leases to its end record; every way out leaves its instruments safe."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.clock.interface import ActorEnded, Clock
from bench.core.errors import BenchError, LinkLostError, RunAbortedError
from bench.runs.engine.ambient import AmbientLog
from bench.runs.engine.bench_context import BenchContext, RunSetting
from bench.runs.engine.control import RunControl
from bench.runs.engine.ending import Ending, describe
from bench.runs.engine.events import AmbientRead, RunEvents, RunFinished, Safety, Status
from bench.runs.engine.gate import AbortIgnoredError, RunGate
from bench.runs.engine.guard import GRACE_S, RunGuard
from bench.runs.engine.leases import LeaseTable
from bench.runs.engine.link_notes import LinkNotes
from bench.runs.engine.operators import Operator
from bench.runs.engine.outcome import RunOutcome
from bench.runs.engine.requesting import request_of
from bench.runs.engine.run_instruments import RunInstruments
from bench.runs.engine.run_log import RunLog
from bench.runs.engine.taking_up import BEGAN, TakenUp, TakeUp, clock_anchor, take_up
from bench.runs.interlocks.board import Board
from bench.runs.planning.plan import PlannedRun
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.request import new_run_id
from bench.station import ConnectedStation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.uncertainty import Result
    from bench.runs.context import Restored
    from bench.runs.procedure import Procedure
    from bench.runs.record import Analysis, RunRecord


_OF_THE_PROCEDURE = ("startup", "execute", "shutdown")


def _nobody() -> None:
    return None


@dataclass(frozen=True)
class RunServices:
    """What the runs of a queue share."""

    station: ConnectedStation
    data_dir: Path
    clock: Clock
    leases: LeaseTable
    operator: Operator
    events: RunEvents
    board: Board
    catalogue: Catalogue
    seed: int | None = None
    grace_s: float = GRACE_S
    figures: bool = True
    wake: Callable[[], None] = _nobody
    """Called when a run has ended."""


class RunTask:
    """`attend` is the body of the run's actor; `ended` is set when `outcome` can be read.

    Whoever starts it has taken the leases for `holder` (the run's id by default); it gives them back.
    """

    def __init__(
        self,
        services: RunServices,
        run: PlannedRun,
        *,
        run_id: str | None = None,
        holder: str | None = None,
        taking_up: TakeUp | None = None,
    ) -> None:
        self._services = services
        self._run = run
        self._run_id = run_id or new_run_id(run.id, services.clock.utc())
        self._holder = holder or run.id
        self._taking_up = taking_up
        self._taken_up: TakenUp | None = None
        self._clock = services.clock
        self._ending = Ending()
        self._log = RunLog(run.id, self._ending, services.events)
        self._instruments = RunInstruments(services.station, run.instruments)
        self._folder: RunFolder | None = None
        self._safe: Safety = "failed"
        self._results: dict[str, Result] = {}
        self._tables: dict[str, Path] = {}
        self._finishing = threading.Lock()
        self._abandoned: str | None = None
        self.control = RunControl(services.clock, run.id)
        self.ended = services.clock.event(f"the end of run {run.id}")
        self._gate = RunGate(services.clock, self.control, self._log.phase)
        self._guard = RunGuard(
            services.clock,
            self.control,
            make_safe=self._safe_now,
            give_up=self._give_up,
            grace_s=services.grace_s,
        )

    # -- the run ------------------------------------------------------------------------------------------

    def attend(self) -> None:
        """Do all of it. Raises nothing: whatever happens ends up in the outcome."""
        try:
            self._guard.start(self._run.id)
            stored = self._attempt("storage", self._open_folder)
            with self._services.station.links.watched_by(self._link_notes()):
                self._measure_and_leave(stored)
            self._finish()
        except BaseException as error:
            self._ending.note("interrupted", "", describe(error))
            self._finish()
        finally:
            try:
                self._guard.stop()
            finally:
                self._services.leases.release(self._holder)
                self.ended.set()
                self._services.wake()

    def _measure_and_leave(self, stored: bool) -> None:
        try:
            procedure = self._run.make()
            if stored and self._attempt("connect", self._connect, otherwise="refused"):
                self._perform(procedure)
        finally:
            self._leave_safe(may_keep=self._run.procedure.on_host_loss == "keep")
            self._gate.close("the run is over")
        if self._ending.status == "done":
            self._attempt("analyse", lambda: self._analyse(procedure))

    def _link_notes(self) -> LinkNotes:
        ambient = getattr(self._services.station.station.ambient, "instrument", None)
        names = [*self._run.instruments, *([] if ambient is None else [ambient])]
        return LinkNotes(self._log, self.control, names)

    def _open_folder(self) -> None:
        if self._taking_up is None:
            self._folder = self._created()
        else:
            self._taken_up = take_up(self._taking_up, self._clock)
            self._folder = self._taken_up.folder
        self._log.open(self._folder)
        self._services.catalogue.note(self._folder)
        self._log.note("leases taken", resources=sorted(str(resource) for resource in self._run.resources))
        recorder = self._services.station.recorder
        if recorder is not None:
            recorder.begin(self._run.instruments, self._folder.path / "traffic")

    def _created(self) -> RunFolder:
        services = self._services
        request = request_of(self._run, services.station, services.seed)
        return RunFolder.create(services.data_dir, self._run_id, request, clock=self._clock)

    def _connect(self) -> None:
        described = self._instruments.connect(make_safe=not self._attaching)
        assert self._folder is not None
        begun = {} if self._restored is not None else {BEGAN: clock_anchor(self._clock)}
        self._folder.describe(instruments=described, **begun)
        for name, description in described.items():
            self._log.note("instrument", name=name, **description)

    def _perform(self, procedure: Procedure) -> None:
        """startup, execute, shutdown, with the room temperature logged around them."""
        assert self._folder is not None
        station = self._services.station
        ambient = AmbientLog(
            self._clock,
            station,
            self._folder.journal.append,
            lambda reading: self._services.events.publish(AmbientRead(self._run.id, reading)),
            procedure.ambient_interval_s,
        )
        context = BenchContext(
            RunSetting(
                run_id=self._run.id,
                columns=self._run.procedure.columns,
                instruments=dict.fromkeys(self._run.procedure.optional_roles)
                | self._instruments.playing(self._run.roles),
                fixtures=self._run.fixtures,
                sample=self._run.sample,
                simulated=station.simulated,
                operator=self._services.operator,
                restored=self._restored,
                elapsed_s=0.0 if self._taken_up is None else self._taken_up.elapsed_s,
            ),
            clock=self._clock,
            control=self.control,
            gate=self._gate,
            folder=self._folder,
            ambient=ambient,
            events=self._services.events,
        )
        procedure.attach(context)
        try:
            self._attempt("ambient", lambda: ambient.start(self._run.id), announced=False)
            with self._surroundings():
                self._go_through(procedure)
        finally:
            if context.storage_error is not None:
                self._ending.note("failed", "storage", context.storage_error)
            self._attempt("ambient", ambient.stop, announced=False)

    def _go_through(self, procedure: Procedure) -> None:
        if self._ending.status == "done" and self.control.abort_reason is None:
            if self._attaching:
                begun = self._attempt("attach", lambda: _recognised(procedure), otherwise="interrupted")
            else:
                begun = self._attempt("startup", procedure.startup)
            if begun:
                self._attempt("execute", procedure.execute)
            self._note_swallowed_abort()
            if procedure.on_host_loss == "keep" and self.control.cut_off:
                return  # the device is to go on without the bench; its guard is asked next
            self._gate.begin_teardown(procedure.shutdown_limit_s)
            self._guard.expect_end(procedure.shutdown_limit_s, "shutdown did not end")
            self._attempt("shutdown", procedure.shutdown)
        else:
            self._note_swallowed_abort()

    def _surroundings(self) -> AbstractContextManager[None]:
        if not self._run.stock:
            return nullcontext()
        from bench.runs.compatibility.stock import stock_surroundings

        self._instruments.hand_over()
        world = self._services.station.world
        return stock_surroundings(self._clock, None if world is None else f"{world.library_path}@bench")

    def _note_swallowed_abort(self) -> None:
        """A procedure that returned when it was told to stop (as pymeasure's do) was aborted all the same."""
        if self.control.abort_reason is not None and self._ending.status == "done":
            self._ending.note(self._stopped, "", self.control.abort_reason)

    @property
    def _restored(self) -> Restored | None:
        return None if self._taken_up is None else self._taken_up.restored

    @property
    def _attaching(self) -> bool:
        return self._restored is not None and self._restored.attached

    @property
    def _stopped(self) -> Status:
        """What an abort makes of the run: a person's ends it, the computer's leaves it to be taken up."""
        return "interrupted" if self.control.cut_off else "aborted"

    def _leave_safe(self, *, may_keep: bool) -> None:
        self._log.phase("safe")
        keep = may_keep and self._ending.status == "interrupted"
        try:
            safing = self._instruments.keep_or_make_safe() if keep else self._instruments.make_safe()
        finally:
            self._guard.expect_nothing()
        self._safe = safing.safe
        self._log.safing("made safe", safing)

    def _analyse(self, procedure: Procedure) -> None:
        """Results follow from the stored rows, so whoever has the folder can repeat this."""
        assert self._folder is not None
        self._folder.rows.sync()
        record = self._folder.record()
        analysis = procedure.analyse(record)
        self._folder.write_analysis(analysis, self._figures(procedure, record, analysis))
        self._results = dict(analysis.results)
        self._tables = self._folder.tables()

    def _figures(self, procedure: Procedure, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        if not self._services.figures:
            return {}
        try:
            return procedure.draw(record, analysis)
        except Exception as error:  # a figure can be drawn again, the measurement cannot
            self._log.tell("warning", f"the figures could not be drawn: {describe(error)}", error)
            return {}

    # -- the end ------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Write the end record, once, whoever comes first: the run itself or who gave it up."""
        if not self._finishing.acquire(blocking=False):
            return
        folder, recorder = self._folder, self._services.station.recorder
        if recorder is not None:
            recorder.end(self._run.instruments)
        if folder is not None:
            self._log.close()
            try:
                folder.finish(self._ending.status, reason=self._ending.reason, safe=self._safe)
            except (StorageError, ValueError) as error:
                if self._ending.status == "done":
                    self._ending.note("failed", "storage", error)
                self._log.tell("error", f"the end of run {self._run.id} could not be written: {error}")
            self._services.catalogue.note(folder)
        outcome = self.outcome
        self._services.events.publish(RunFinished(self._run.id, outcome.status, outcome.safe, outcome.reason))

    @property
    def outcome(self) -> RunOutcome:
        """As far as it is known."""
        run = self._run
        done = self._ending.status == "done"
        return RunOutcome(
            id=run.id,
            procedure=run.procedure.name,
            sample=None if run.sample is None else run.sample.name,
            status=self._ending.status,
            simulated=self._services.station.simulated,
            safe=self._safe,
            folder=None if self._folder is None else self._folder.path,
            results=self._results if done else {},
            tables=self._tables if done else {},
            reason=self._ending.reason,
        )

    def finish_abandoned(self) -> None:
        """From the outside, after the guard gave the run up: make safe once more, and write what is known.

        The run's own thread may hang in somebody else's code for ever; its leases stay taken until it ends.
        """
        if self._abandoned is None:
            return
        self._gate.close("the run was given up")
        safing = self._instruments.make_safe()
        self._safe = safing.safe
        self._log.safing("made safe", safing)
        self._finish()

    @property
    def abandoned(self) -> bool:
        """Whether the guard gave it up."""
        return self._abandoned is not None

    def note(self, kind: str, **facts: Any) -> None:
        """A line of the run's journal, from whoever acts on the run. Never raises an Exception."""
        self._log.note_from_outside(kind, **facts)

    def tell_clock_failure(self, error: Exception) -> None:
        """The clock raised in the thread that waits for the run; the run's actor has been told as well."""
        self._log.tell("error", f"run {self._run.id} was interrupted: {describe(error)}", error)

    def _give_up(self, reason: str) -> None:
        self._abandoned = reason
        self._ending.note("failed", "given up", reason)
        self.ended.set()

    def _safe_now(self, reason: str) -> None:
        try:
            self._log.safing(f"safe now ({reason})", self._instruments.make_safe())
        except Exception as error:  # it runs in an actor of its own, which must not take the others down
            self._log.tell("error", f"'safe now' failed: {describe(error)}")

    # -- helpers ------------------------------------------------------------------------------------------

    def _attempt(
        self,
        phase: str,
        act: Callable[[], object],
        *,
        otherwise: Status = "failed",
        announced: bool = True,
    ) -> bool:
        """Do one phase; True if it went well. Whatever it raises is noted and goes no further."""
        if announced:
            self._log.phase(phase)
        try:
            act()
        except RunAbortedError as error:
            self._note_abort(phase, error)
        except AbortIgnoredError as error:
            self._ending.note("aborted", phase, error)
        except ActorEnded as error:  # the clock gave up: somebody else failed, or everybody waits
            self._ending.note("interrupted", phase, error)
        except LinkLostError as error:  # the instrument may be well: a person, or a later attempt, goes on
            begun = phase != "connect" or self._taking_up is not None
            self._ending.note(self._cut("interrupted" if begun else otherwise), phase, error)
            self._log.tell("error", f"{self._run.id}: {phase}: {describe(error)}", error)
        except BaseException as error:  # sys.exit() in a procedure too: shutdown has to follow
            made_safe_under_it = self.control.safe_now_reason is not None and phase in _OF_THE_PROCEDURE
            self._ending.note(self._cut(otherwise) if made_safe_under_it else otherwise, phase, error)
            self._log.tell("error", f"{self._run.id}: {phase}: {describe(error)}", error)
        else:
            return True
        return False

    def _cut(self, status: Status) -> Status:
        """What a fault makes of the run that an abort, or "safe now" beneath the procedure, may explain."""
        reason = self.control.abort_reason
        if reason is None:
            return status
        self._ending.note(self._stopped, "", reason)
        return self._stopped

    def _note_abort(self, phase: str, error: RunAbortedError) -> None:
        if self._gate.overran:
            self._ending.note("failed", phase, error)
        elif self.control.abort_reason is None:
            self._ending.note("aborted", phase, error)  # the procedure raised it by itself
        else:
            self._ending.note(self._stopped, phase if phase == "shutdown" else "", error)


def _recognised(procedure: Procedure) -> None:
    against = procedure.recognise()
    if against is not None:
        raise BenchError(
            f"the device is not recognised as doing what this run started: {against}",
            state="it is made safe now",
            remedy="look at the device; run it again, or take the run up from its checkpoint",
        )
