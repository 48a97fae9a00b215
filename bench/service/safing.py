"""Makes everything safe, or one run: asks the runs, holds what waits, and sees to the idle instruments."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.engine.leases import LeaseConflictError, Resource
from bench.runs.queue.item import GOING, LIVE, Item
from bench.runs.queue.queue import QueueError, RunQueue
from bench.runs.storage.files import StorageError
from bench.safety import BY_HAND, SafeOutcome, make_safe_all
from bench.safety.outcome import UNKNOWN
from bench.service.models.queue import InstrumentSafe, RunSafe, SafeReport
from bench.service.room import SOMEBODY

if TYPE_CHECKING:
    from bench.service.models.base import Act
    from bench.service.room import Room

PATIENCE_S = 180.0
"""Real seconds for runs to end."""
_LOOK_EVERY_S = 0.05


def make_everything_safe(room: Room, act: Act) -> SafeReport:
    """See the router. Nothing starts by itself afterwards: what waits was held first."""
    who, why = act.by or SOMEBODY, act.why or "everything to its safe state"
    with room.desk.open_queue() as queue:
        going = _ask_all(queue, who, why)  # first of all: outputs off
        held = _hold_all(queue, who, why)
        going += _ask_all(queue, who, why, but=going)  # what began meanwhile
    idle = _idle_instruments(room)
    runs = _wait(room, going)
    failed = [one for run in runs for one in run.instruments if one.outcome != "verified"]
    failed += [one for one in idle if one.outcome != "verified"]
    not_ended = [run for run in runs if run.state in GOING or run.safe == "failed"]
    names = sorted({one.instrument for one in failed} | {n for run in not_ended for n in _names(room, run)})
    room.unsafe = {one.instrument for one in idle if one.outcome != "verified"}
    return SafeReport(
        safe=not names,
        runs=runs,
        instruments=idle,
        held=held,
        summary="every instrument with an output is verified as safe"
        if not names
        else f"NOT SAFE: {', '.join(names)}. TREAT THE OUTPUTS AS LIVE; {BY_HAND}",
    )


def make_run_safe(room: Room, run: str, act: Act) -> RunSafe:
    """See the router. Raises QueueError for a run that does not go on."""
    with room.desk.open_queue() as queue:
        key = queue.find(run).key
        queue.request(key, "safe", who=act.by or SOMEBODY, why=act.why or "safe now")
    return _wait(room, [key])[0]


def _hold_all(queue: RunQueue, who: str, why: str) -> list[int]:
    held = []
    for item in queue.list(states=LIVE):
        if not item.held:
            try:
                queue.hold(item.key, who=who, why=f"everything was made safe: {why}")
            except QueueError:
                continue  # it has just begun, and is asked below
            held.append(item.key)
    return held


def _ask_all(queue: RunQueue, who: str, why: str, but: Sequence[int] = ()) -> list[int]:
    """Ask every run that goes on, `but` those; their keys."""
    queue.catch_up()
    asked = []
    for item in queue.list(states=GOING):
        if item.key not in but:
            with contextlib.suppress(QueueError):  # it has just ended
                queue.request(item.key, "safe", who=who, why=why)
                asked.append(item.key)
    return asked


def _wait(room: Room, keys: list[int]) -> list[RunSafe]:
    until = wall.now() + PATIENCE_S
    while True:
        with room.desk.open_queue() as queue:
            items = [queue.get(key) for key in keys]
        if wall.now() > until or not any(item.state in GOING for item in items):
            return [_run_told(room, item) for item in items]
        wall.sleep(_LOOK_EVERY_S)


def _run_told(room: Room, item: Item) -> RunSafe:
    ended = item.state not in GOING
    return RunSafe(
        run=item.key,
        id=item.id,
        state=item.state,
        safe=item.safe if ended else None,
        instruments=_reports(room, item) if ended else [],
    )


def _reports(room: Room, item: Item) -> list[InstrumentSafe]:
    """What the run's journal says of each instrument, the last word of it."""
    if item.run_id is None:
        return []
    try:
        entries = room.tails.folder(item.run_id).entries()
    except BenchError:
        return []
    found: list[dict[str, Any]] = next(
        (entry.facts["instruments"] for entry in reversed(entries) if entry.kind == "made safe"), []
    )
    return [InstrumentSafe(**one) for one in found]


def _names(room: Room, run: RunSafe) -> list[str]:
    with room.desk.open_queue() as queue:
        return list(queue.get(run.run).instruments)


def _idle_instruments(room: Room) -> list[InstrumentSafe]:
    """Those with an output that no run holds: opened if need be, and made safe under a lease of their own."""
    outcomes: list[SafeOutcome] = []
    for name, entry in room.station.instruments.items():
        if not entry.driver_class.has_output:
            continue
        holder = f"safe {name}"
        try:
            with room.runner.leases.taken(holder, [Resource("instrument", name)]):
                outcomes += room.connected.clock.call(lambda one=name: _make_safe(room, one))  # type: ignore[misc]
        except LeaseConflictError:
            continue  # its run sees to it
    return [InstrumentSafe(**{name: getattr(one, name) for name in _FIELDS}) for one in outcomes]


_FIELDS = ("instrument", "outcome", "state", "error")


def _make_safe(room: Room, name: str) -> list[SafeOutcome]:
    try:
        instrument = room.connected.instrument(name)
    except (BenchError, StorageError, OSError) as error:  # it must not keep the others from their turn
        return [SafeOutcome(name, "unreachable", UNKNOWN, f"could not reach it: {error}")]
    return make_safe_all({name: instrument}, clock=room.connected.clock)
