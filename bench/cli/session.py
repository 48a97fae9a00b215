"""One queue from its plan to its outcome: clock, world or hardware, signals, and what is left unsafe."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cli.exits import Exit
from bench.cli.stopping import AnnouncingControl
from bench.core.errors import SafeStateError

if TYPE_CHECKING:
    from bench.cli.watching import Watcher
    from bench.runs.engine.operators import Operator
    from bench.runs.engine.outcome import QueueOutcome
    from bench.runs.planning.plan import Plan
    from bench.runs.scheduling.runner import Runner
    from bench.service.room import Settings
    from bench.service.server import Service
    from bench.station.connect import ConnectedStation
    from bench.station.model import Station
    from bench.station.recorder import Recorder


@dataclass(frozen=True)
class Ended:
    """`unsafe` is what could not be made safe when the station was left; None where everything was."""

    outcome: QueueOutcome
    stop_reason: str | None
    unsafe: SafeStateError | None

    @property
    def code(self) -> Exit:
        """The exit code: unsafe beats Ctrl+C beats a failed run."""
        if self.unsafe is not None or not self.outcome.all_safe:
            return Exit.UNSAFE
        if self.stop_reason == AnnouncingControl.CTRL_C:
            return Exit.INTERRUPTED
        return Exit.DONE if self.outcome.all_done and self.stop_reason is None else Exit.FAILED

    @property
    def code_of_service(self) -> Exit:
        """That of a service, for which the end of a run is nothing to exit with."""
        if self.code in (Exit.UNSAFE, Exit.INTERRUPTED):
            return self.code
        return Exit.DONE


@dataclass(frozen=True)
class Bench:
    """What a session works on: a station, on hardware or in simulation, and its data folder.

    `world_at` is the endpoint of a served world, which goes on afterwards. With `record` every exchange with
    the instruments is kept in the run folders. Simulation is in virtual time, or paced with this `speed`.
    """

    station: Station
    data: Path
    command: str
    simulate: bool = False
    seed: int = 0
    world_at: str | None = None
    operator: Operator | None = None
    record: bool = False
    speed: float | None = None


def execute(plan: Plan, bench: Bench, watcher: Watcher) -> Ended:
    """Run the plan in this thread, which has to be the main one so that Ctrl+C is handled.

    Raises ConfigError where the simulated world cannot be built, BenchBusyError where another bench owns the
    data folder; what runs do is in the outcome.
    """
    return _session(bench, watcher, lambda runner: runner.run(plan))


def work(bench: Bench, watcher: Watcher, *, stay: bool) -> Ended:
    """Run what is queued for the station, as `execute` does; with `stay` until it is stopped."""
    return _session(bench, watcher, lambda runner: runner.work(stay=stay))


def serve(bench: Bench, watcher: Watcher, settings: Settings, ready: Callable[[Service], None]) -> Ended:
    """Work until stopped, as `work` does, and be reachable as a service; `ready` is told when it is."""
    from bench.service.pauses import spare_what_is_loaded
    from bench.service.room import Room
    from bench.service.server import Service

    def act(runner: Runner) -> QueueOutcome:
        service = Service(Room(runner, settings))

        def owned() -> None:
            service.start()
            spare_what_is_loaded()
            ready(service)

        try:
            return runner.work(stay=True, owned=owned, recovered=service.recovered)
        finally:
            service.close()

    return _session(bench, watcher, act)


def _session(bench: Bench, watcher: Watcher, act: Callable[[Runner], QueueOutcome]) -> Ended:
    from bench.core.clock import PacedClock, RealClock, VirtualClock
    from bench.station.connect import connect
    from bench.station.remote_world import RemoteWorld
    from bench.station.world import build_world

    if bench.world_at is not None:
        with RemoteWorld(bench.world_at) as world:
            served = world.stationed(bench.station)
            station = connect(served, world.clock(), world=world, recorder=_recorder(bench, served))
            return _on(station, bench, watcher, act, seed=world.seed)
    if not bench.simulate:
        station = connect(bench.station, RealClock(), recorder=_recorder(bench, bench.station))
        return _on(station, bench, watcher, act, seed=None)
    clock = VirtualClock() if bench.speed is None else PacedClock(bench.speed)
    simulated = build_world(bench.station, clock, bench.seed)
    try:
        recorder = _recorder(bench, bench.station)
        station = connect(bench.station, clock, world=simulated, recorder=recorder)
        return _on(station, bench, watcher, act, seed=bench.seed)
    finally:
        simulated.close()


def _recorder(bench: Bench, station: Station) -> Recorder | None:
    from bench.station.recorder import Recorder

    simulated = bench.simulate or bench.world_at is not None
    return Recorder(station, simulated=simulated) if bench.record else None


def _on(
    connected: ConnectedStation,
    bench: Bench,
    watcher: Watcher,
    act: Callable[[Runner], QueueOutcome],
    *,
    seed: int | None,
) -> Ended:
    from bench.runs.engine.control import handle_signals
    from bench.runs.engine.events import RunEvents
    from bench.runs.engine.operators import AbsentOperator
    from bench.runs.scheduling.runner import Runner

    control = AnnouncingControl(watcher.warn)
    operator = bench.operator
    if operator is None and not connected.simulated:
        operator = AbsentOperator("wait")  # somebody may answer with `bench operator done`
    outcome: QueueOutcome | None = None
    unsafe: SafeStateError | None = None
    with watcher, handle_signals(control):
        try:
            with connected as station:
                runner = Runner(
                    station,
                    bench.data,
                    events=RunEvents(watcher),
                    operator=operator,
                    control=control,
                    seed=seed,
                    command=bench.command,
                )
                outcome = act(runner)
        except SafeStateError as error:
            if outcome is None:
                raise
            unsafe = error
    return Ended(outcome, control.stop_reason, unsafe)
