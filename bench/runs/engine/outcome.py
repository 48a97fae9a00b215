"""How a queue ended: one outcome a run, as a program reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.uncertainty import Result
from bench.runs.engine.events import Safety, Status


@dataclass(frozen=True)
class RunOutcome:
    """One run. `folder` is None if none could be made; `reason` is for people, empty for a clean `done`."""

    id: str
    procedure: str
    sample: str | None
    status: Status
    simulated: bool
    safe: Safety
    folder: Path | None
    results: Mapping[str, Result] = field(default_factory=dict)
    tables: Mapping[str, Path] = field(default_factory=dict)
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The fixed form that `bench run --json` promises; paths are absolute."""
        return {
            "id": self.id,
            "procedure": self.procedure,
            "sample": self.sample,
            "status": self.status,
            "simulated": self.simulated,
            "safe": self.safe,
            "folder": None if self.folder is None else str(self.folder.resolve()),
            "results": {name: result.as_json() for name, result in self.results.items()},
            "tables": {name: str(path.resolve()) for name, path in self.tables.items()},
        }


@dataclass(frozen=True)
class QueueOutcome:
    """All runs of a queue, in the order of the queue file.

    `taken_up` are runs of earlier queues that had been cut off and were gone on with first.
    """

    runs: tuple[RunOutcome, ...]
    taken_up: tuple[RunOutcome, ...] = ()

    @property
    def all_done(self) -> bool:
        """Whether every run is `done`."""
        return all(run.status == "done" for run in self.runs)

    @property
    def all_safe(self) -> bool:
        """Whether every run, also of earlier queues, left its instruments safe, or kept on purpose."""
        return all(run.safe != "failed" for run in (*self.runs, *self.taken_up))

    def as_json(self) -> dict[str, Any]:
        """The document that `bench run --json` prints."""
        document: dict[str, Any] = {"runs": [run.as_json() for run in self.runs]}
        if self.taken_up:
            document["taken_up"] = [run.as_json() for run in self.taken_up]
        return document
