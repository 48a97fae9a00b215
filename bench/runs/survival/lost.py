"""The runs that were going on when their bench was lost: from the queue, or else from the run folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.survival.record import Target

if TYPE_CHECKING:
    from bench.runs.queue.queue import RunQueue


@dataclass(frozen=True)
class LostRun:
    """A run whose bench is gone. `key` is its number in the queue, 0 if the queue does not know it.

    `folder` is None if it was lost before it had one. `on_host_loss` is "make_safe" or "keep". `station` (the
    path of its file) and `target` are None where they are those of the bench.
    """

    key: int
    id: str
    run_id: str
    folder: Path | None
    instruments: tuple[str, ...]
    on_host_loss: str
    resume: str
    station: str | None = None
    target: Target | None = None

    def recorded_end(self) -> dict[str, Any] | None:
        """How it ended, where its folder says so: the queue may just not have been told."""
        if self.folder is None:
            return None
        try:
            end = RunFolder.open(self.folder).end()
        except StorageError:
            return None
        return None if end["safe"] is None else end


def lost_in_queue(queue: RunQueue, data_dir: Path) -> tuple[LostRun, ...]:
    """What the queue holds for going on, and what was interrupted before and could not be made safe."""
    items = queue.list(states=("running", "paused", "interrupted"))
    return tuple(
        LostRun(
            key=item.key,
            id=item.id,
            run_id=item.run_id or "",
            folder=None if item.folder is None else data_dir / item.folder,
            instruments=tuple(item.instruments),
            on_host_loss=item.on_host_loss,
            resume=item.resume,
            station=item.station,
            target=item.target,
        )
        for item in items
        if item.state != "interrupted" or item.safe == "failed"
    )


def lost_in_folders(data_dir: Path) -> tuple[LostRun, ...]:
    """Every run without an end record that nobody writes, for when the queue cannot be read.

    That may be more than what was lost now, which does no harm. A folder that cannot be read is left out.
    """
    folders = data_dir / RUNS
    found = []
    for path in sorted(folders.iterdir()) if folders.is_dir() else ():
        try:
            folder = RunFolder.open(path)
            if folder.status != "interrupted" or folder.end()["safe"] in ("verified", "kept"):
                continue
        except StorageError:
            continue
        info = folder.info
        found.append(
            LostRun(
                key=0,
                id=str(info.get("id", path.name)),
                run_id=path.name,
                folder=path,
                instruments=tuple(info.get("instruments", ())),
                on_host_loss=str(info.get("on_host_loss", "make_safe")),
                resume=str(info.get("resume", "abandon")),
            )
        )
    return tuple(found)
