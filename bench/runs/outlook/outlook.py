"""All that can be known of a queue before it is started, in one object: for the command line and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeAlias

from bench.core.errors import Problem
from bench.runs.outlook.energised import Use
from bench.runs.outlook.measuring import Measured
from bench.runs.planning.plan import PlannedRun
from bench.runs.scheduling.forecast import Span
from bench.runs.storage.plain import plain
from bench.station.model import Station

How: TypeAlias = Literal["measured in simulation", "estimated", "unknown"]


@dataclass(frozen=True)
class RunOutlook:
    """One run. `run` is None if `problems` refuse it; `span` is None where `why_not` says why no start can be
    foretold. `steps` are what a person is asked, None where that is not known. `doubts` speak against the
    sample, and refuse nothing.
    """

    id: str
    run: PlannedRun | None
    problems: tuple[Problem, ...] = ()
    how: How = "unknown"
    duration_s: float = 0.0
    rows: int = 0
    bytes: int = 0
    uses: tuple[Use, ...] = ()
    span: Span | None = None
    why_not: str = ""
    steps: tuple[str, ...] | None = None
    measured: Measured | None = None
    doubts: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it could not run: something is wrong with it, or it did not end as done in simulation."""
        return self.run is None or (self.measured is not None and self.measured.status != "done")


@dataclass(frozen=True)
class Outlook:
    """A whole queue, started at `start`. `names` are the ids by the keys that spans speak of."""

    queue: Path
    station: Station
    start: datetime
    runs: tuple[RunOutlook, ...]
    names: Mapping[int, str]
    data_dir: Path
    free_bytes: int | None
    full: Problem | None

    @property
    def ok(self) -> bool:
        """Whether all could run."""
        return self.full is None and not any(run.refused for run in self.runs)

    @property
    def duration_s(self) -> float:
        """Until the last run has ended."""
        return max((run.span.end_s for run in self.runs if run.span is not None), default=0.0)

    @property
    def needed_bytes(self) -> int:
        """What all runs may take at most."""
        return sum(run.bytes for run in self.runs)

    def at(self, seconds: float) -> datetime:
        """The time so many seconds after the start."""
        return self.start + timedelta(seconds=seconds)

    def as_json(self) -> dict[str, Any]:
        """The document of `bench plan --json`; its shape is in docs/reference/command-line.md."""
        return {
            "ok": self.ok,
            "queue": str(self.queue.resolve()),
            "station": self.station.name,
            "start": self.start.isoformat(),
            "duration_s": self.duration_s,
            "disk": {
                "folder": str(self.data_dir.absolute()),
                "needed_bytes": self.needed_bytes,
                "free_bytes": self.free_bytes,
                "problem": None if self.full is None else asdict(self.full),
            },
            "runs": [self._run(run) for run in self.runs],
        }

    def _run(self, found: RunOutlook) -> dict[str, Any]:
        run, span, measured = found.run, found.span, found.measured
        return {
            "id": found.id,
            "refused": found.refused,
            "problems": [asdict(problem) for problem in found.problems],
            "doubts": list(found.doubts),
            "procedure": None if run is None else run.procedure.name,
            "sample": None if run is None or run.sample is None else run.sample.name,
            "takes": {
                "how": found.how,
                "duration_s": found.duration_s,
                "rows": found.rows,
                "bytes": found.bytes,
            },
            "start_s": None if span is None else span.start_s,
            "end_s": None if span is None else span.end_s,
            "start": None if span is None else self.at(span.start_s).isoformat(),
            "end": None if span is None else self.at(span.end_s).isoformat(),
            "waits_for": []
            if span is None
            else [{"run": self.names[wait.key], "because": wait.because} for wait in span.waits],
            "not_before": None if run is None else run.not_before,
            "why_not": found.why_not or None,
            "parameters": {} if run is None else plain(run.parameters_in_full()),
            "holds": [] if run is None else sorted(str(resource) for resource in run.resources),
            "instruments": [use.as_json() for use in found.uses],
            "operator_steps": None if found.steps is None else list(found.steps),
            "resume": None if run is None else run.resume,
            "on_host_loss": None if run is None else run.procedure.on_host_loss,
            "simulation": None
            if measured is None
            else {"status": measured.status, "reason": measured.reason or None},
        }
