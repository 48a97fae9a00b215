"""One run from its leases to its end record; every way out leaves its instruments safe."""

from __future__ import annotations

import threading
from typing import Any

from bench.runs.engine.analysing import RunAnalysis
from bench.runs.engine.beginning import Beginning
from bench.runs.engine.control import RunControl
from bench.runs.engine.ending import Ending, describe
from bench.runs.engine.events import RunFinished, Safety
from bench.runs.engine.gate import RunGate
from bench.runs.engine.guard import RunGuard
from bench.runs.engine.link_notes import LinkNotes
from bench.runs.engine.outcome import RunOutcome
from bench.runs.engine.performing import Performance
from bench.runs.engine.phases import Phases
from bench.runs.engine.run_instruments import RunInstruments
from bench.runs.engine.run_log import RunLog
from bench.runs.engine.services import RunServices
from bench.runs.engine.taking_up import TakeUp
from bench.runs.planning.plan import PlannedRun
from bench.runs.storage.files import StorageError
from bench.runs.storage.request import new_run_id


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
        self._holder = holder or run.id
        self._ending = Ending()
        self._log = RunLog(run.id, self._ending, services.events)
        self._instruments = RunInstruments(services.station, run.instruments)
        run_id = run_id or new_run_id(run.id, services.clock.utc())
        self._beginning = Beginning(
            services, run, run_id=run_id, taking_up=taking_up, log=self._log, instruments=self._instruments
        )
        self._analysis = RunAnalysis(self._log, figures=services.figures)
        self._safe: Safety = "failed"
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
        self._phases = Phases(
            run.id, self._log, self._ending, self.control, self._gate, taken_up=taking_up is not None
        )
        self._performance = Performance(
            services,
            run,
            instruments=self._instruments,
            ending=self._ending,
            phases=self._phases,
            control=self.control,
            gate=self._gate,
            guard=self._guard,
        )

    # -- the run ------------------------------------------------------------------------------------------

    def attend(self) -> None:
        """Do all of it. Raises nothing: whatever happens ends up in the outcome."""
        try:
            self._guard.start(self._run.id)
            stored = self._phases.attempt("storage", self._beginning.open_folder)
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
        attempt, beginning = self._phases.attempt, self._beginning
        try:
            procedure = self._run.make()
            if stored and attempt("connect", beginning.connect, otherwise="refused"):
                assert beginning.folder is not None
                self._performance.perform(procedure, beginning.folder, beginning.taken_up)
        finally:
            self._leave_safe()
            self._gate.close("the run is over")
        folder = beginning.folder
        if folder is None:
            return
        if self._ending.status == "done":
            attempt("analyse", lambda: self._analysis.carry_out(procedure, folder))
        elif not self.control.cut_off and self._safe != "kept":
            # a computer that is shut down waits for nobody's figures, and what was kept is gone on with
            self._analysis.of_what_was_recorded(procedure, folder, self._ending.status)

    def _link_notes(self) -> LinkNotes:
        ambient = getattr(self._services.station.station.ambient, "instrument", None)
        names = [*self._run.instruments, *([] if ambient is None else [ambient])]
        return LinkNotes(self._log, self.control, names)

    def _leave_safe(self) -> None:
        self._log.phase("safe")
        may_keep = self._run.procedure.on_host_loss == "keep" and not self._performance.unrecognised
        keep = may_keep and self._ending.status == "interrupted"
        try:
            safing = self._instruments.keep_or_make_safe() if keep else self._instruments.make_safe()
        finally:
            self._guard.expect_nothing()
        self._safe = safing.safe
        self._log.safing("made safe", safing)

    # -- the end ------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Write the end record, once, whoever comes first: the run itself or who gave it up."""
        if not self._finishing.acquire(blocking=False):
            return
        folder, recorder = self._beginning.folder, self._services.station.recorder
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
        run, folder = self._run, self._beginning.folder
        known = self._analysis.ended == self._ending.status
        return RunOutcome(
            id=run.id,
            procedure=run.procedure.name,
            sample=None if run.sample is None else run.sample.name,
            status=self._ending.status,
            simulated=self._services.station.simulated,
            safe=self._safe,
            folder=None if folder is None else folder.path,
            results=self._analysis.results if known else {},
            tables=self._analysis.tables if known else {},
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
        self._services.wake()

    def _safe_now(self, reason: str) -> None:
        try:
            self._log.safing(f"safe now ({reason})", self._instruments.make_safe())
        except Exception as error:  # it runs in an actor of its own, which must not take the others down
            self._log.tell("error", f"'safe now' failed: {describe(error)}")
