"""Runs plans and queues on a connected station: owns the data folder, recovers, then schedules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError, ConfigError
from bench.runs.engine.control import QueueControl
from bench.runs.engine.events import Notice, RunEvents
from bench.runs.engine.guard import GRACE_S
from bench.runs.engine.leases import LeaseTable
from bench.runs.engine.operators import AbsentOperator, Operator, SimulatedOperator
from bench.runs.engine.outcome import QueueOutcome, RunOutcome
from bench.runs.engine.services import RunServices
from bench.runs.interlocks.board import Board
from bench.runs.interlocks.interlocks import Interlocks
from bench.runs.interlocks.room import room_of
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.queue.item import LIVE, Item, Target
from bench.runs.queue.memory import MemoryStore
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling import batches
from bench.runs.scheduling.outcomes import earlier_outcome, not_run
from bench.runs.scheduling.recovery import Recovery
from bench.runs.scheduling.scheduler import Scheduler
from bench.runs.scheduling.steps import QueuedSteps
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.files import StorageError
from bench.runs.survival.guard import start_guard
from bench.runs.survival.ownership import Ownership
from bench.runs.survival.portlock import ports_of
from bench.station import ConnectedStation

if TYPE_CHECKING:
    from bench.samples import SampleBook

GUARD_PATIENCE_S = 60.0
"""Real seconds to wait for a guard that is still making safe what a lost bench left."""


class Runner:
    """Executes plans on a connected station. Call it from the thread that made the clock.

    `operator` defaults to the world's in simulation and to nobody on hardware. `control` is how signals and
    people stop the queue, `events` how they watch it. `seed` is noted in each run's record.
    Drawing `figures` takes longer than many a simulated measurement; they can be left out. `guarded`: whether
    a guard outlives this process and makes safe what it leaves; by default where the instruments do. `board`
    shows what was published last, `interlocks` are the station's rules at work.
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
        guarded: bool | None = None,
        command: str = "a script",
    ) -> None:
        self.control = control if control is not None else QueueControl()
        self._events = events if events is not None else RunEvents()
        self._station = station
        self._world = getattr(station.world, "endpoint", None)
        self.target: Target = (
            "hardware" if station.world is None else "simulated" if self._world is None else "served"
        )
        self._guarded = guarded if guarded is not None else self.target != "simulated"
        self._command = command
        self._wake = station.clock.event("a change of the queue")
        self._steps = QueuedSteps(operator or _default_operator(station), self._wake.set)
        leases = leases if leases is not None else LeaseTable()
        room = room_of(station, leases, self._events)
        self.board = Board(station.clock, None if room is None else room.thermometer)
        self.interlocks = Interlocks(
            station.station.interlocks,
            station.clock,
            self._events,
            wake=self._wake.set,
            look_at_room=None if room is None else room.look,
        )
        self.board.listen_to_room(self.interlocks.hear_room)
        self._events.subscribe(self.board)
        self._services = RunServices(
            station=station,
            data_dir=data_dir,
            clock=station.clock,
            leases=leases,
            operator=self._steps,
            events=self._events,
            board=self.board,
            catalogue=Catalogue(data_dir),
            seed=seed,
            grace_s=grace_s,
            figures=figures,
            wake=self._wake.set,
        )
        self.station, self.data_dir, self.seed = station, data_dir, seed
        self.events, self.leases = self._events, self._services.leases
        self._clean = False
        self._planned: dict[int, PlannedRun] = {}
        self._books: dict[str, SampleBook] = {}

    def run(self, plan: Plan) -> QueueOutcome:
        """All runs of the plan: from the start, or from where this very queue file was cut off before.

        Runs of earlier queues that were cut off on this station are gone on with by their policies first.
        Raises BenchBusyError if another bench owns the data folder; nothing that a run does.
        """
        try:
            with self._owned() as queue:
                before = self._recovered(queue)
                items = self._queued(queue, plan)
                keys = [item.key for item in items]
                also = [key for key in before if key not in keys]
                done = self._scheduler(queue).run([*also, *keys])
                return self._leave(
                    QueueOutcome(
                        tuple(self._outcome(queue, done, key) for key in keys),
                        tuple(self._outcome(queue, done, key) for key in also),
                    )
                )
        except StorageError as error:
            return self._not_stored(plan, error)

    def work(
        self,
        *,
        stay: bool = False,
        owned: Callable[[], None] = lambda: None,
        recovered: Callable[[], None] = lambda: None,
    ) -> QueueOutcome:
        """Everything that is queued for this station; with `stay` until it is stopped.

        `owned` is called once the data folder is ours, `recovered` once what an earlier one left is settled.
        Raises BenchBusyError, StorageError.
        """
        with self._owned() as queue:
            owned()
            self._recovered(queue)
            recovered()
            done = self._scheduler(queue).run(stay=stay)
            return self._leave(QueueOutcome(tuple(done[key] for key in sorted(done))))

    def _leave(self, outcome: QueueOutcome) -> QueueOutcome:
        """While the folder is still ours: the next owner must not find our connections open.

        Where something is not safe they stay open, for whoever leaves the station tries once more.
        """
        self._clean = outcome.all_safe
        if outcome.all_safe:
            self._station.close()
        return outcome

    @contextmanager
    def _owned(self) -> Iterator[RunQueue]:
        ownership = Ownership.take(
            self._services.data_dir,
            station=self._station.station.path,
            target=self.target,
            world=self._world,
            command=self._command,
            wait_s=GUARD_PATIENCE_S,
            ports=ports_of(self._station.station, self.target, self._world),
        )
        self._clean = False
        try:
            queue = RunQueue(self._services.data_dir, store=MemoryStore())
            try:
                if self._guarded:
                    self._start_guard()
                yield queue
            finally:
                queue.close()
        finally:
            ownership.release(clean=self._clean)

    def _start_guard(self) -> None:
        try:
            start_guard(self._services.data_dir)
        except (BenchError, OSError) as error:
            text = f"no guard could be started, so nobody makes safe what a lost bench leaves: {error}"
            self._events.publish(Notice("", "error", text))

    def _recovered(self, queue: RunQueue) -> list[int]:
        """Keys of what was cut off and is to be gone on with."""
        Recovery(self._services, queue, self._mine).recover()
        return [item.key for item in queue.list(states=LIVE) if item.folder is not None and self._mine(item)]

    def _queued(self, queue: RunQueue, plan: Plan) -> tuple[Item, ...]:
        seed = self._services.seed
        items = batches.unfinished(queue, plan, self.target, seed)
        if items:
            left = sum(item.state in LIVE for item in items)
            text = f"going on with {plan.path.name}: {left} of its {len(items)} runs are left"
            self._events.publish(Notice("", "warning", text))
        else:
            from bench.runs.planning.items import new_items

            batch = batches.new_batch(plan, self.target, seed)
            new = new_items(plan, target=self.target, batch=batch, seed=seed)
            items = queue.add(new, who=self._command)
        runs = {run.id: run for run in plan.runs}
        self._planned = {item.key: runs[item.id] for item in items}
        return items

    def _scheduler(self, queue: RunQueue) -> Scheduler:
        return Scheduler(
            self._services,
            queue,
            self.control,
            self._plan,
            mine=self._mine,
            steps=self._steps,
            wake=self._wake,
            interlocks=self.interlocks,
        )

    def _mine(self, item: Item) -> bool:
        return item.target == self.target and Path(item.station) == self._station.station.path.resolve()

    def _plan(self, item: Item) -> PlannedRun:
        if item.key in self._planned:
            return self._planned[item.key]
        from bench.runs.planning.items import plan_item

        run, problems = plan_item(item, self._station.station, self._samples(item.samples))
        if run is None:
            raise ConfigError(problems)
        return run

    def _samples(self, path: str | None) -> SampleBook | None:
        from bench.samples import load_samples

        if path is None:
            return None
        if path not in self._books:
            self._books[path] = load_samples(Path(path))
        return self._books[path]

    def _outcome(self, queue: RunQueue, done: Mapping[int, RunOutcome], key: int) -> RunOutcome:
        return done[key] if key in done else earlier_outcome(queue.get(key), self._services)

    def _not_stored(self, plan: Plan, error: StorageError) -> QueueOutcome:
        """The data folder cannot be used: nothing was started."""
        reason = f"storage: {error.what}"
        self._events.publish(Notice("", "error", str(error)))
        return QueueOutcome(tuple(not_run(run, "failed", reason, self._services) for run in plan.runs))


def _default_operator(station: ConnectedStation) -> Operator:
    if station.world is not None:
        return SimulatedOperator(station.world.perform)
    return AbsentOperator()
