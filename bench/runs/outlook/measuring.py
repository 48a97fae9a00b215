"""What a run really takes on the simulated bench: duration, rows, bytes and steps for a person, measured."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from bench.core.clock import VirtualClock
from bench.core.errors import SafeStateError
from bench.runs.engine.control import QueueControl, handle_signals
from bench.runs.engine.outcome import RunOutcome
from bench.runs.planning.plan import Plan, PlannedRun
from bench.runs.scheduling.runner import Runner
from bench.runs.storage.folder import RunFolder
from bench.samples import SampleBook
from bench.station import connect
from bench.station.model import Station
from bench.station.world import build_world


@dataclass(frozen=True, slots=True)
class Measured:
    """One run in virtual time. `steps` are what it asked of a person; `bytes` its whole folder, without
    figures. Where `status` is not "done", `reason` says why and the numbers are those up to there.
    """

    status: str
    reason: str
    duration_s: float
    rows: int
    bytes: int
    steps: tuple[str, ...]


def measure_run(
    run: PlannedRun,
    station: Station,
    samples: SampleBook | None,
    *,
    seed: int = 0,
) -> Measured:
    """Execute the run by itself on a freshly simulated bench, in a folder that is thrown away.

    Raises ConfigError if the simulated world cannot be built, KeyboardInterrupt if it was stopped.
    """
    alone = replace(run, after=(), not_before=None, held="", priority=0)
    clock = VirtualClock()
    world = build_world(station, clock, seed)
    control = QueueControl()
    outcome: RunOutcome | None = None
    try:
        with tempfile.TemporaryDirectory(prefix="bench-plan-") as name, _signals(control):
            place = Path(name)
            plan = Plan(place / "plan.toml", station, samples, (alone,))
            # nothing real is energised: what a simulation leaves on is in the outcome, and no alarm
            with contextlib.suppress(SafeStateError), connect(station, clock, world=world) as connected:
                runner = Runner(
                    connected, place, control=control, seed=seed, figures=False, command="bench plan"
                )
                (outcome,) = runner.run(plan).runs
            if control.stop_reason is not None or outcome is None:
                raise KeyboardInterrupt
            return _measured(outcome)
    finally:
        world.close()


def _signals(control: QueueControl) -> AbstractContextManager[None]:
    """Ctrl+C ends the run in order; a thread beside the main one is never sent any."""
    if threading.current_thread() is threading.main_thread():
        return handle_signals(control)
    return nullcontext()


def _measured(outcome: RunOutcome) -> Measured:
    if outcome.folder is None:
        return Measured(outcome.status, outcome.reason, 0.0, 0, 0, ())
    folder = RunFolder.open(outcome.folder)
    clock = folder.info.get("clock") or {}
    return Measured(
        status=outcome.status,
        reason=outcome.reason,
        duration_s=float(clock.get("end_s", 0.0)) - float(clock.get("start_s", 0.0)),
        rows=int(folder.info.get("rows", 0)),
        bytes=sum(path.stat().st_size for path in folder.path.rglob("*") if path.is_file()),
        steps=tuple(
            str(entry.facts["instruction"]) for entry in folder.entries() if entry.kind == "operator asked"
        ),
    )
