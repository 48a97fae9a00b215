"""Runs a checked plan, one run after another: a run that fails never blocks the queue."""

from __future__ import annotations

from pathlib import Path

from bench.core.clock.interface import Clock
from bench.runs.engine.control import QueueControl
from bench.runs.engine.events import RunEvents, RunFinished, RunStarted
from bench.runs.engine.guard import GRACE_S
from bench.runs.engine.leases import LeaseTable
from bench.runs.engine.operators import AbsentOperator, Operator, SimulatedOperator
from bench.runs.engine.outcome import QueueOutcome, RunOutcome
from bench.runs.engine.run_task import RunServices, RunTask
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.storage.catalogue import Catalogue
from bench.station import ConnectedStation


class Runner:
    """Executes plans on a connected station. Call `run` from the thread that made the clock.

    `operator` defaults to the world's in simulation and to nobody on hardware. `control` is how signals and
    people stop the queue, `events` how they watch it. `seed` is noted in each run's record.
    Drawing `figures` takes longer than many a simulated measurement; they can be left out.
    """

    def __init__(
        self,
        station: ConnectedStation,
        data_dir: Path,
        *,
        events: RunEvents | None = None,
        operator: Operator | None = None,
        control: QueueControl | None = None,
        leases: LeaseTable | None = None,
        seed: int | None = None,
        grace_s: float = GRACE_S,
        figures: bool = True,
    ) -> None:
        self.control = control if control is not None else QueueControl()
        self._events = events if events is not None else RunEvents()
        self._services = RunServices(
            station=station,
            data_dir=data_dir,
            clock=station.clock,
            leases=leases if leases is not None else LeaseTable(),
            operator=operator if operator is not None else _default_operator(station),
            events=self._events,
            catalogue=Catalogue(data_dir),
            seed=seed,
            grace_s=grace_s,
            figures=figures,
        )

    def run(self, plan: Plan) -> QueueOutcome:
        """All runs of the plan in its order. Raises nothing that a run does."""
        return QueueOutcome(
            tuple(self._run(run, number, len(plan.runs)) for number, run in enumerate(plan.runs, 1))
        )

    def _run(self, run: PlannedRun, number: int, total: int) -> RunOutcome:
        if self.control.stop_reason is not None:
            return self._not_started(run, f"not started: the queue was stopped ({self.control.stop_reason})")
        self._events.publish(
            RunStarted(
                run_id=run.id,
                procedure=run.procedure.name,
                sample=None if run.sample is None else run.sample.name,
                index=number,
                total=total,
                expected_duration_s=run.estimate.duration_s,
                expected_rows=run.estimate.rows,
            )
        )
        task = RunTask(self._services, run)
        with self.control.steering(task.control):
            self._attend(task, self._services.clock, run.id)
        return task.outcome

    def _attend(self, task: RunTask, clock: Clock, name: str) -> None:
        """Wait for the run's own actor. What the clock raises here has reached the run as well."""
        clock.spawn(task.attend, name=f"run {name}")
        while not task.ended.is_set():
            try:
                task.ended.wait()
            except KeyboardInterrupt:  # nobody installed handlers (control.handle_signals)
                self.control.interrupt("Ctrl+C")
            except Exception as error:
                task.tell_clock_failure(error)
        task.finish_abandoned()

    def _not_started(self, run: PlannedRun, reason: str) -> RunOutcome:
        outcome = RunOutcome(
            id=run.id,
            procedure=run.procedure.name,
            sample=None if run.sample is None else run.sample.name,
            status="aborted",
            simulated=self._services.station.simulated,
            safe="verified",
            folder=None,
            reason=reason,
        )
        self._events.publish(RunFinished(run.id, outcome.status, outcome.safe, reason))
        return outcome


def _default_operator(station: ConnectedStation) -> Operator:
    if station.world is not None:
        return SimulatedOperator(station.world.perform)
    return AbsentOperator()
