"""What a trace finds: batches, the runs that made and treated them, and the runs on their samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from bench.runs.storage.index import RunEntry

Kind: TypeAlias = Literal["sample", "batch", "run"]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done to a batch, when by the bench clock, by whom, and in which run it was noted."""

    what: str
    utc: str
    by: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One criterion of a run, as its table `acceptance` has it: `value` has to be `sense` `limit`."""

    quantity: str
    value: float | None
    sense: str
    limit: float | None
    unit: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """A run that made a batch (then `masses_g` is there: what was weighed in, by substance) or treated it.

    `accepted` is "pass", "fail", "marginal" or "not measured"; None where the run was not judged. `unread`
    says why its folder could not be read.
    """

    run: RunEntry
    accepted: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    masses_g: Mapping[str, float] | None = None
    steps: tuple[Step, ...] = ()
    unread: str = ""

    def as_json(self, data_dir: Path) -> dict[str, Any]:
        """For programs."""
        return {
            **self.run.as_json(data_dir),
            "accepted": self.accepted,
            "criteria": [asdict(verdict) for verdict in self.verdicts],
            "made": self.masses_g is not None,
            "unread": self.unread,
        }


@dataclass(frozen=True, slots=True)
class SampleRuns:
    """A sample and the runs on it, in the order of time."""

    name: str
    runs: tuple[RunEntry, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """One batch from its first furnace run to the last measurement; `batch` is None for samples without one.

    All runs are in the order in which they began. `remarks` are what is missing or doubtful, in words.
    """

    batch: str | None
    treatments: tuple[Treatment, ...]
    samples: tuple[SampleRuns, ...]
    remarks: tuple[str, ...]

    @property
    def masses_g(self) -> Mapping[str, float]:
        """What was weighed in, as the last run that made it says; empty where none does."""
        made = [one.masses_g for one in self.treatments if one.masses_g is not None]
        return made[-1] if made else {}

    @property
    def steps(self) -> tuple[Step, ...]:
        """All that was done to it."""
        return tuple(step for treatment in self.treatments for step in treatment.steps)

    def as_json(self, data_dir: Path) -> dict[str, Any]:
        """For programs."""
        return {
            "batch": self.batch,
            "masses_g": dict(self.masses_g),
            "steps": [asdict(step) for step in self.steps],
            "treatments": [treatment.as_json(data_dir) for treatment in self.treatments],
            "samples": [
                {"sample": sample.name, "runs": [run.as_json(data_dir) for run in sample.runs]}
                for sample in self.samples
            ],
            "remarks": list(self.remarks),
        }


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer: what `name` turned out to be, and a lineage for each batch that it leads to."""

    name: str
    kind: Kind
    lineages: tuple[Lineage, ...]

    def as_json(self, data_dir: Path) -> dict[str, Any]:
        """The document of `bench trace --json`; its shape is in docs/reference/command-line.md."""
        return {
            "name": self.name,
            "kind": self.kind,
            "lineages": [lineage.as_json(data_dir) for lineage in self.lineages],
        }
