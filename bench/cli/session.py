"""One queue from its plan to its outcome: clock, world or hardware, signals, and what is left unsafe."""

from __future__ import annotations

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
        if self.unsafe is not None or any(run.safe == "failed" for run in self.outcome.runs):
            return Exit.UNSAFE
        if self.stop_reason == AnnouncingControl.CTRL_C:
            return Exit.INTERRUPTED
        return Exit.DONE if self.outcome.all_done and self.stop_reason is None else Exit.FAILED


def execute(
    plan: Plan,
    data: Path,
    watcher: Watcher,
    *,
    simulate: bool,
    seed: int,
    world_at: str | None = None,
    operator: Operator | None = None,
    record: bool = False,
) -> Ended:
    """Run the plan in this thread, which has to be the main one so that Ctrl+C is handled.

    `world_at` is the endpoint of a served world, which goes on afterwards. Raises ConfigError where the
    simulated world cannot be built; what runs do is in the outcome. With `record` every exchange with the
    instruments is kept in the run folders.
    """
    from bench.core.clock import RealClock, VirtualClock
    from bench.station.connect import connect
    from bench.station.world import build_world

    if world_at is not None:
        return _on_served(world_at, plan, data, watcher, record=record)
    if not simulate:
        recorder = _recorder(plan.station, record, simulated=False)
        station = connect(plan.station, RealClock(), recorder=recorder)
        return _on(station, plan, data, watcher, operator=operator)
    clock = VirtualClock()
    world = build_world(plan.station, clock, seed)
    try:
        recorder = _recorder(plan.station, record, simulated=True)
        station = connect(plan.station, clock, world=world, recorder=recorder)
        return _on(station, plan, data, watcher, seed=seed)
    finally:
        world.close()


def _recorder(station: Station, record: bool, *, simulated: bool) -> Recorder | None:
    from bench.station.recorder import Recorder

    return Recorder(station, simulated=simulated) if record else None


def _on_served(endpoint: str, plan: Plan, data: Path, watcher: Watcher, *, record: bool) -> Ended:
    from bench.station.connect import connect
    from bench.station.remote_world import RemoteWorld

    with RemoteWorld(endpoint) as world:
        served = world.stationed(plan.station)
        recorder = _recorder(served, record, simulated=True)
        station = connect(served, world.clock(), world=world, recorder=recorder)
        return _on(station, plan, data, watcher, seed=world.seed)


def _on(
    connected: ConnectedStation,
    plan: Plan,
    data: Path,
    watcher: Watcher,
    *,
    seed: int | None = None,
    operator: Operator | None = None,
) -> Ended:
    from bench.runs.engine.control import handle_signals
    from bench.runs.engine.events import RunEvents
    from bench.runs.engine.runner import Runner

    control = AnnouncingControl(watcher.warn)
    outcome: QueueOutcome | None = None
    unsafe: SafeStateError | None = None
    with watcher, handle_signals(control):
        try:
            with connected as station:
                events = RunEvents(watcher)
                runner = Runner(station, data, events=events, operator=operator, control=control, seed=seed)
                outcome = runner.run(plan)
        except SafeStateError as error:
            if outcome is None:
                raise
            unsafe = error
    return Ended(outcome, control.stop_reason, unsafe)
