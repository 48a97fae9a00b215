"""Start-up after a loss: what was running is made safe before anything else, then each run by its policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from bench.core.errors import BenchError
from bench.runs.engine.services import RunServices
from bench.runs.queue.item import GOING, Item, State
from bench.runs.queue.queue import RunQueue
from bench.runs.scheduling.abandoned import analyse_abandoned
from bench.runs.scheduling.notes import QueueNotes
from bench.runs.scheduling.policy import A_PERSON, GOES_ON, decide
from bench.runs.scheduling.scheduler import holder_of
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.survival.settle import LostRun, Settled, settle

_ENDS = ("done", "failed", "aborted", "interrupted", "refused")


class Recovery:
    """Works on the queue of a bench that has just taken its data folder, before anything is scheduled."""

    def __init__(self, services: RunServices, queue: RunQueue, mine: Callable[[Item], bool]) -> None:
        self._services = services
        self._queue = queue
        self._mine = mine
        self._notes = QueueNotes(queue, services.events)

    def recover(self) -> None:
        """Everything a lost bench left: leases first, then safety, then the policy of each run."""
        lost = []
        for item in self._queue.list(states=(*GOING, "interrupted")):
            if item.state in GOING and self._ended_after_all(item):
                continue
            if item.state == "interrupted" and not self._undecided(item):
                continue
            if not self._mine(item):
                self._leave_to_another(item)
                continue
            lost.append(item)
        if lost:
            self._retake(lost)
            self._settle(lost)

    def _ended_after_all(self, item: Item) -> bool:
        """The folder is the truth: the run may have ended before the queue could be told."""
        end = self._end(item)
        if end is None:
            return False
        self._notes.state(
            item,
            cast("State", end["status"]),
            why="its folder says so; the bench was lost before the queue was told",
            reason=end["reason"] or "",
            safe=end["safe"],
        )
        return True

    def _end(self, item: Item) -> dict[str, str] | None:
        if item.folder is None:
            return None
        try:
            end = RunFolder.open(self._services.data_dir / item.folder).end()
        except StorageError:
            return None
        recorded = end["status"] in _ENDS and end["reason"] != "the run has no end record"
        return end if recorded else None

    def _undecided(self, item: Item) -> bool:
        """Interrupted ones that the guard found, that are not safe, or that a kill kept from being queued.

        Not those that a person knows of.
        """
        return item.safe == "failed" or item.changed_by == "guard" or item.waiting_for in (GOES_ON, A_PERSON)

    def _leave_to_another(self, item: Item) -> None:
        if item.target == "simulated":
            return  # nothing is energised; a simulated bench takes it up when one is started
        where = (
            f"{'the hardware' if item.target == 'hardware' else 'a served world'} of station {item.station}"
        )
        self._notes.tell(
            item.id,
            "error",
            f"run #{item.key} {item.id} was cut off on {where}, and is NOT taken care of by this bench: "
            f"start one for that station, or run 'bench safe' for it",
        )

    def _retake(self, lost: Sequence[Item]) -> None:
        for item in lost:
            try:
                self._services.leases.take(holder_of(item), item.resources)
            except BenchError as error:  # two that shared something can not both have been running
                self._notes.tell(item.id, "error", f"run #{item.key}: {error}")

    def _settle(self, lost: Sequence[Item]) -> None:
        energised = [item for item in lost if item.target != "simulated" and item.folder is not None]
        found = settle(self._services.station, [self._lost(item) for item in energised], by="start-up")
        settled = {one.run.key: one for one in found}
        for item in lost:
            self._decide(item, settled.get(item.key))

    def _lost(self, item: Item) -> LostRun:
        assert item.folder is not None
        return LostRun(
            key=item.key,
            id=item.id,
            run_id=item.run_id or "",
            folder=self._services.data_dir / item.folder,
            instruments=tuple(item.instruments),
            on_host_loss=item.on_host_loss,
            resume=item.resume,
        )

    def _decide(self, item: Item, settled: Settled | None) -> None:
        safe = "verified" if settled is None or settled.safing is None else settled.safing.safe
        if settled is not None and settled.safing is None:
            safe = "failed"
        lost = "the bench was lost while it ran"
        if safe == "failed":
            error = "" if settled is None else settled.error
            text = f"{lost}, and its instruments could NOT be made safe: treat the outputs as live. {error}"
            self._notes.state(item, "interrupted", why=text, reason=text, safe="failed")
            self._notes.tell(item.id, "error", f"run #{item.key} {item.id}: {text}")
            return  # its leases stay taken, so that nobody else touches what is live
        decision = decide(item, self._services.data_dir, kept=safe == "kept")
        how = "left as it is, on a device that guards itself" if safe == "kept" else "safe"
        reason = f"{lost}; its instruments are {how}"
        waits = {"abandon": "", "leave": A_PERSON}.get(decision.how, GOES_ON)
        left = A_PERSON in (waits, item.waiting_for) and (item.waiting_for, item.safe) != (waits, safe)
        if item.state != "interrupted" or left:
            self._notes.state(item, "interrupted", why=lost, reason=reason, safe=safe, waiting_for=waits)
        if decision.how == "leave":
            text = f"is neither taken up nor made safe: {decision.why}; its device goes on and guards itself"
            self._notes.tell(item.id, "error", f"run #{item.key} {item.id} {text}. It waits for {A_PERSON}")
            return  # its leases stay taken: the next run there would begin with making it safe
        if decision.how == "abandon":
            self._services.leases.release(holder_of(item))
            self._notes.tell(item.id, "warning", f"run #{item.key} {item.id} is not taken up: {decision.why}")
            if safe == "kept":
                self._make_safe_after_all(item)
            self._analyse(item)
            return
        self._notes.state(self._queue.get(item.key), "queued", why=f"{decision.how}: {decision.why}")
        self._notes.tell(
            item.id, "warning", f"run #{item.key} {item.id} was cut off; {decision.how}: {decision.why}"
        )

    def _analyse(self, item: Item) -> None:
        if item.folder is None:
            return
        failed = analyse_abandoned(self._services.data_dir / item.folder, self._services)
        if failed:
            self._notes.tell(item.id, "warning", f"run #{item.key} {item.id}: {failed}")

    def _make_safe_after_all(self, item: Item) -> None:
        """Nobody goes on with what was kept."""
        station = self._services.station
        try:
            for name in item.instruments:
                station.instrument(name)
            outcomes = station.make_safe(list(item.instruments))
            failed = [outcome.instrument for outcome in outcomes if outcome.outcome != "verified"]
        except BenchError as error:
            failed = [str(error)]
        if failed:
            self._notes.tell(item.id, "error", f"run #{item.key}: NOT SAFE: {', '.join(failed)}")
