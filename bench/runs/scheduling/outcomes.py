"""Outcomes of runs that this process did not perform: refused, left in the queue, or ended earlier."""

from __future__ import annotations

from typing import cast

from bench.runs.analysing import is_of
from bench.runs.engine.events import Safety, Status
from bench.runs.engine.outcome import RunOutcome
from bench.runs.engine.services import RunServices
from bench.runs.planning.plan import PlannedRun
from bench.runs.queue.item import Item
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder


def not_run(run: PlannedRun, status: Status, reason: str, services: RunServices) -> RunOutcome:
    """A planned run that was not started; nothing was touched."""
    return RunOutcome(
        id=run.id,
        procedure=run.procedure.name,
        sample=None if run.sample is None else run.sample.name,
        status=status,
        simulated=services.station.simulated,
        safe="verified",
        folder=None,
        reason=reason,
    )


def outcome_of_item(
    item: Item, status: Status, reason: str, services: RunServices, *, safe: Safety = "verified"
) -> RunOutcome:
    """An item of the queue that was not started now; with the folder of an earlier attempt, if it has one."""
    sample = item.spec.get("sample")
    return RunOutcome(
        id=item.id,
        procedure=item.procedure,
        sample=sample if isinstance(sample, str) else None,
        status=status,
        simulated=services.station.simulated,
        safe=safe,
        folder=None if item.folder is None else services.data_dir / item.folder,
        reason=reason,
    )


def earlier_outcome(item: Item, services: RunServices) -> RunOutcome:
    """A run that was not performed now: it ended earlier (then from its folder), or still waits."""
    if item.state not in _ENDED:
        why = f"it stays in the queue and waits for {item.waiting_for or 'its turn'}"
        return outcome_of_item(item, "waiting", why, services)
    status = cast("Status", item.state)
    safe = cast("Safety", item.safe if item.safe in ("verified", "kept") else "failed")
    if item.folder is None:
        return outcome_of_item(item, status, item.reason, services)
    outcome = outcome_of_item(item, status, item.reason, services, safe=safe)
    try:
        folder = RunFolder.open(services.data_dir / item.folder)
        results = folder.results()
        if not is_of(results, status):
            return outcome
        return RunOutcome(**{**vars(outcome), "results": results, "tables": folder.tables()})
    except StorageError:
        return outcome


_ENDED = ("done", "failed", "aborted", "interrupted", "refused")
