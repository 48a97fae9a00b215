"""What the guard does when a bench is really gone: own its folder, settle its runs, say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core import wall
from bench.core.errors import BenchError, CommunicationError
from bench.runs.storage.files import StorageError
from bench.runs.survival.guard_log import GuardLog
from bench.runs.survival.ownership import GUARD_COMMAND, OwnerLock, Ownership
from bench.runs.survival.portlock import PortLocks, ports_of
from bench.runs.survival.record import OwnerRecord

if TYPE_CHECKING:
    from bench.runs.queue.queue import RunQueue
    from bench.runs.survival.lost import LostRun
    from bench.runs.survival.settle import Settled
    from bench.station.model import Station

OpenQueue = Callable[[Path], "RunQueue"]
WHO = "guard"
TRIES = 3
PORTS_S = 10.0
"""Real seconds for another guard that works on the same ports."""
PAUSE_S = 2.0
"""Real seconds before a world or a station that could not be reached is tried again."""


def queue_in(data_dir: Path) -> RunQueue:
    """The queue by its journal alone: the catalogue may be what is broken."""
    from bench.runs.queue.memory import MemoryStore
    from bench.runs.queue.queue import RunQueue

    return RunQueue(data_dir, store=MemoryStore())


class Takeover:
    """One lost bench."""

    def __init__(self, gone: OwnerRecord, log: GuardLog, *, open_queue: OpenQueue = queue_in) -> None:
        self._gone = gone
        self._log = log
        self._open_queue = open_queue
        self._data_dir = Path()

    def carry_out(self, lock: OwnerLock) -> tuple[Settled, ...]:
        """Under the lock of the folder, which is given back at the end. Raises nothing that a disk does.

        While it lasts the guard is the owner that another bench is told of.
        """
        gone, self._data_dir = self._gone, lock.data_dir
        mine = OwnerRecord.own(
            station=Path(gone.station), target=gone.target, world=gone.world, command=GUARD_COMMAND
        )
        ownership = Ownership(lock, mine, gone, recorded=False)
        safe = False
        try:
            self._log.note("took over", f"The bench is gone ({gone}).", pid=gone.pid, since=gone.since)
            settled = self._settled(lock.data_dir)
            safe = all(one.safe != "failed" for one in settled)
            return settled
        finally:
            ownership.release(clean=safe)

    def _settled(self, data_dir: Path) -> tuple[Settled, ...]:
        from bench.runs.survival.lost import lost_in_folders, lost_in_queue

        try:
            queue = self._open_queue(data_dir)
        except Exception as error:  # whatever is wrong with it: what is live has to be switched off
            self._log.note("no queue", f"The queue cannot be read, so the run folders are asked: {error}")
            return self._settle_all(lost_in_folders(data_dir))
        with closing(queue):
            lost = lost_in_queue(queue, data_dir)
            if not queue.list(limit=1):  # its journal was removed, or these runs never went through it
                lost = lost_in_folders(data_dir)
            settled = self._settle_all(lost)
            for one in settled:
                self._tell(queue, one)
        return settled

    def _settle_all(self, lost: Sequence[LostRun]) -> tuple[Settled, ...]:
        """Station by station; an earlier bench may have left runs on another one."""
        if not lost:
            self._log.note("nothing to do", "Nothing was running, so there is nothing to make safe.")
            return ()
        places = {run: self._place(run) for run in lost}
        settled: list[Settled] = []
        for place in dict.fromkeys(places.values()):
            here = self._reach_and_settle(place, [run for run in lost if places[run] == place])
            for one in here:
                safing = {} if one.safing is None else one.safing.as_json()
                kind = "NOT SAFE" if one.safe == "failed" else "settled"
                run = one.run
                self._log.note(kind, one.text(), run=run.id, run_id=run.run_id, error=one.error, **safing)
            settled += here
        return tuple(settled)

    def _place(self, run: LostRun) -> OwnerRecord:
        """The record of the bench, or one with the station of the run where that is another."""
        gone = self._gone
        station, target = run.station or gone.station, run.target or gone.target
        if (station, target) == (gone.station, gone.target):
            return gone
        return replace(gone, station=station, target=target, world=None)

    def _reach_and_settle(self, place: OwnerRecord, lost: Sequence[LostRun]) -> tuple[Settled, ...]:
        from bench.runs.survival.settle import Settled, unreached

        if place.target == "simulated":
            return tuple(Settled(run, None, ENDED) for run in lost)
        if place.target == "served" and place.world is None:
            return unreached(lost, "it ran on a served world of which the endpoint is not known any more")
        try:
            return self._settle(place, lost)
        except Exception as error:
            return unreached(lost, f"could not reach the station {place.station}: {error}")

    def _settle(self, place: OwnerRecord, lost: Sequence[LostRun]) -> tuple[Settled, ...]:
        """Raises the last CommunicationError when the tries are used up, any other BenchError at once."""
        from bench.runs.survival.reopening import reopened
        from bench.runs.survival.settle import settle

        for left in reversed(range(TRIES)):
            try:
                with reopened(place) as station:
                    assert station is not None  # a simulated one comes not so far
                    with self._ports(station.station, place) as ports:
                        settled = settle(station, lost, by=WHO)
                        ports.clean = all(one.safe != "failed" for one in settled)
                        return settled
            except CommunicationError as error:
                if not left:
                    raise
                self._log.note("not reached", f"The station could not be reached, trying again: {error}")
                wall.sleep(PAUSE_S)
        raise AssertionError("the last try returns or raises")

    def _ports(self, station: Station, place: OwnerRecord) -> PortLocks:
        """So that no bench with another data folder talks there meanwhile."""
        mine = OwnerRecord.own(
            station=Path(place.station), target=place.target, world=None, command=GUARD_COMMAND
        )
        ports = ports_of(station, place.target, place.world)
        try:
            return PortLocks.take(ports, mine, self._data_dir, wait_s=PORTS_S, making_safe=True)
        except StorageError as error:
            self._log.note("no port locks", f"Its ports cannot be locked, and are used all the same: {error}")
            return PortLocks(())

    def _tell(self, queue: RunQueue, one: Settled) -> None:
        """Into the history of the run; the next start of a bench then acts by the run's policy."""
        if not one.run.key or (one.safing is None and one.error != ENDED):
            return  # the queue does not know it, or it is not lost
        end = one.run.recorded_end() or {"status": "interrupted", "safe": "verified"}
        why = f"the bench was lost; {_HOW[one.safe]}"
        if end["status"] != "interrupted":
            why = f"its folder says so, and the queue was not told before {why}"
        # what a run had made safe before its end, the guard may have found no reason to touch
        safe = end["safe"] if one.safe == "kept" and end["status"] != "interrupted" else one.safe
        facts = {"reason": end.get("reason") or why, "safe": safe or end["safe"]}
        try:
            queue.note_state(one.run.key, end["status"], who=WHO, why=why, **facts)
        except (BenchError, OSError) as error:
            self._log.note("queue not told", f"The queue could not be told of run {one.run.id}: {error}")


ENDED = "its simulated instruments ended with the bench"
_HOW = {
    None: ENDED,
    "verified": "its instruments are safe",
    "kept": "its instruments guard themselves and were left as they are",
    "failed": "NOT SAFE: treat its outputs as live",
}
