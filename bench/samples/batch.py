"""A batch: what one synthesis made, and what was done to it since. Samples name the batch they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a person did to the batch; their initials are in the journal of the run."""

    what: str
    utc: str


@dataclass(frozen=True, slots=True)
class Batch:
    """`masses_g` is what was weighed in, by substance; `steps` are in their order.

    `Sample.batch` is `id`: sample, pellet and cell lead back to the synthesis by it.
    """

    id: str
    masses_g: Mapping[str, float]
    steps: tuple[Step, ...] = ()

    def then(self, what: str, utc: str) -> Batch:
        """The same batch after one more step."""
        return Batch(self.id, self.masses_g, (*self.steps, Step(what, utc)))

    def as_json(self) -> dict[str, Any]:
        """For a run's facts."""
        return {**asdict(self), "steps": [asdict(step) for step in self.steps]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Batch:
        """What `as_json` gave. Raises KeyError or TypeError for anything else."""
        steps = tuple(Step(**step) for step in document["steps"])
        return cls(document["id"], dict(document["masses_g"]), steps)
