"""The procedure of a run at work: startup, execute and shutdown, between its instruments and its folder."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from bench.core.errors import BenchError
from bench.runs.engine.ambient import AmbientLog
from bench.runs.engine.bench_context import BenchContext, RunSetting
from bench.runs.engine.control import RunControl
from bench.runs.engine.ending import Ending
from bench.runs.engine.events import AmbientRead
from bench.runs.engine.gate import RunGate
from bench.runs.engine.guard import RunGuard
from bench.runs.engine.phases import Phases
from bench.runs.engine.run_instruments import RunInstruments
from bench.runs.engine.services import RunServices
from bench.runs.engine.taking_up import TakenUp
from bench.runs.planning.plan import PlannedRun
from bench.runs.storage.folder import RunFolder

if TYPE_CHECKING:
    from bench.runs.procedure import Procedure


class Performance:
    """One attempt of one run: its procedure gets a context, is performed, and its end noted."""

    def __init__(
        self,
        services: RunServices,
        run: PlannedRun,
        *,
        instruments: RunInstruments,
        ending: Ending,
        phases: Phases,
        control: RunControl,
        gate: RunGate,
        guard: RunGuard,
    ) -> None:
        self._services = services
        self._run = run
        self._instruments = instruments
        self._ending = ending
        self._phases = phases
        self._control = control
        self._gate = gate
        self._guard = guard
        self.unrecognised = False
        """Whether a device was found at something else than this run: it is not kept for it."""

    def perform(self, procedure: Procedure, folder: RunFolder, taken_up: TakenUp | None) -> None:
        """startup, execute, shutdown, with the room temperature logged around them.

        `taken_up` is None in a first attempt. Raises nothing that the procedure does.
        """
        services, run = self._services, self._run
        ambient = AmbientLog(
            services.clock,
            services.station,
            folder.journal.append,
            lambda reading: services.events.publish(AmbientRead(run.id, reading)),
            procedure.ambient_interval_s,
        )
        context = BenchContext(
            RunSetting(
                run_id=run.id,
                columns=run.procedure.columns,
                instruments=dict.fromkeys(run.procedure.optional_roles)
                | self._instruments.playing(run.roles),
                fixtures=run.fixtures,
                sample=run.sample,
                simulated=services.station.simulated,
                operator=services.operator,
                restored=None if taken_up is None else taken_up.restored,
                elapsed_s=0.0 if taken_up is None else taken_up.elapsed_s,
            ),
            clock=services.clock,
            control=self._control,
            gate=self._gate,
            folder=folder,
            ambient=ambient,
            events=services.events,
        )
        procedure.attach(context)
        attempt = self._phases.attempt
        try:
            attempt("ambient", lambda: ambient.start(run.id), announced=False)
            with self._surroundings():
                self._go_through(procedure, attaching=taken_up is not None and taken_up.attached)
        finally:
            if context.storage_error is not None:
                self._ending.note("failed", "storage", context.storage_error)
            attempt("ambient", ambient.stop, announced=False)

    def _go_through(self, procedure: Procedure, *, attaching: bool) -> None:
        phases = self._phases
        if not phases.well:
            phases.note_swallowed_abort()
            return
        if attaching:
            begun = phases.attempt("attach", lambda: self._recognise(procedure), otherwise="interrupted")
        else:
            begun = phases.attempt("startup", procedure.startup)
        if begun:
            phases.attempt("execute", procedure.execute)
        phases.note_swallowed_abort()
        if procedure.on_host_loss == "keep" and self._control.cut_off:
            return  # the device is to go on without the bench; its guard is asked next
        self._gate.begin_teardown(procedure.shutdown_limit_s)
        self._guard.expect_end(procedure.shutdown_limit_s, "shutdown did not end")
        phases.attempt("shutdown", procedure.shutdown)

    def _recognise(self, procedure: Procedure) -> None:
        against = procedure.recognise()
        if against is not None:
            self.unrecognised = True
            raise BenchError(
                f"the device is not recognised as doing what this run started: {against}",
                state="it is made safe now",
                remedy="look at the device; run it again, or take the run up from its checkpoint",
            )

    def _surroundings(self) -> AbstractContextManager[None]:
        if not self._run.stock:
            return nullcontext()
        from bench.runs.compatibility.stock import stock_surroundings

        self._instruments.hand_over()
        world = self._services.station.world
        address = None if world is None else f"{world.library_path}@bench"
        return stock_surroundings(self._services.clock, address)
