"""How a run that was cut off is taken up again: its folder, from where, and how long nothing was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from bench.core.clock.interface import Clock
from bench.runs.context import Restored
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.journal import Entry

How = Literal["resume", "attach", "restart"]

BEGAN = "began"
"""Key of run.json: {start_s, utc} of the clock where Time is zero."""


@dataclass(frozen=True)
class TakeUp:
    """A run to go on with: in its old folder, by its policy."""

    folder: Path
    how: How


@dataclass(frozen=True)
class TakenUp:
    """The folder, open for a new attempt. `restored` is None where it starts over.

    `elapsed_s`: clock seconds since the run began, which Time goes on from. `gap_s`: clock seconds in which
    nothing was recorded.
    """

    folder: RunFolder
    restored: Restored | None
    elapsed_s: float
    gap_s: float

    @property
    def attached(self) -> bool:
        """Whether it goes on with a device that may not have stopped."""
        return self.restored is not None and self.restored.attached


def clock_anchor(clock: Clock) -> dict[str, Any]:
    """The present instant, as run.json keeps it."""
    return {"start_s": clock.now(), "utc": clock.utc().isoformat()}


def take_up(asked: TakeUp, clock: Clock) -> TakenUp:
    """Open the folder for a new attempt. Raises StorageError as RunFolder.resume does."""
    before = RunFolder.open(asked.folder)
    entries = before.entries()
    checkpoints = [] if asked.how == "restart" else before.checkpoints()
    checkpoint = checkpoints[-1] if checkpoints else None
    now = clock.utc()
    last = _last_recorded(before, entries)
    began = _utc(before.info.get(BEGAN))
    gap_s = 0.0 if last is None else max(0.0, (now - last).total_seconds())
    attached = asked.how == "attach"
    folder = RunFolder.resume(asked.folder, checkpoint, clock=clock, keep_rows=attached)
    restored = None
    if checkpoint is not None:
        restored = Restored(checkpoint.label, checkpoint.state, checkpoint.rows, gap_s, attached)
    elif attached:
        restored = Restored("", {}, 0, gap_s, attached)
    folder.journal.append(
        "taken up",
        how=asked.how if restored is not None else "restart",
        checkpoint=None if checkpoint is None else checkpoint.label,
        last_recorded=None if last is None else last.isoformat(),
        gap_s=gap_s,
    )
    goes_on = restored is not None and began is not None
    elapsed_s = max(0.0, (now - began).total_seconds()) if goes_on and began is not None else 0.0
    return TakenUp(folder, restored, elapsed_s, gap_s)


def _last_recorded(folder: RunFolder, entries: Sequence[Entry]) -> datetime | None:
    """When the last line or the last row was written, on the clock of the attempt that wrote it."""
    anchor = folder.info.get("clock")
    at = _utc(anchor)
    times = [entry.time_s for entry in entries if entry.time_s is not None]
    if anchor is None or at is None or not times:
        return None
    found = at + timedelta(seconds=times[-1] - float(anchor["start_s"]))
    began = _utc(folder.info.get(BEGAN))
    timed = [column for column in folder.columns if column.name == "Time" and column.unit == "s"]
    if began is not None and timed:
        table = folder.table()
        if len(table):
            found = max(found, began + timedelta(seconds=float(table.column("Time")[-1])))
    return found


def _utc(anchor: Any) -> datetime | None:
    return None if not anchor else datetime.fromisoformat(str(anchor["utc"]))
