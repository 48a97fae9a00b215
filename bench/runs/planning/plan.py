"""A checked plan: every run of a queue with everything it needs resolved, before anything is connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from bench.runs.engine.leases import Resource
from bench.runs.estimate import Estimate
from bench.samples import Sample, SampleBook
from bench.station.model import Station

if TYPE_CHECKING:
    from bench.runs.procedure import Procedure

OnFailure: TypeAlias = Literal["refuse", "run", "hold"]
Resume: TypeAlias = Literal["restart", "resume", "attach", "abandon"]


@dataclass(frozen=True)
class PlannedRun:
    """One run. `roles` and `fixtures` map the procedure's words to the station's; `instruments` are all that
    the run may use, `resources` what it leases; `parameters` are in the units that the procedure declares.
    `stock` marks a procedure that knows only pymeasure. `spec` is the run's table with the defaults of its
    procedure merged in, as the queue keeps it; `after` are ids of this file, `held` says why a person has to
    release it first, `policy` is its own resume policy, None
    for the procedure's.
    """

    id: str
    procedure: type[Procedure]
    parameters: Mapping[str, Any]
    sample: Sample | None
    roles: Mapping[str, str]
    fixtures: Mapping[str, str]
    instruments: tuple[str, ...]
    resources: frozenset[Resource]
    estimate: Estimate
    stock: bool = False
    spec: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0
    not_before: str | None = None
    after: tuple[str, ...] = ()
    on_failure: OnFailure = "refuse"
    held: str = ""
    policy: Resume | None = None

    @property
    def resume(self) -> Resume:
        """What is done with the run if it is cut off."""
        return self.policy or self.procedure.resume

    def parameters_in_full(self) -> dict[str, Any]:
        """Every parameter with the value it will have, defaults included."""
        values: dict[str, Any] = self.make().parameter_values()
        return values

    def parameter_units(self) -> dict[str, str]:
        """The unit of each parameter that has one."""
        objects = self.make().parameter_objects()
        return {
            name: unit for name, parameter in objects.items() if (unit := getattr(parameter, "units", None))
        }

    def make(self) -> Procedure:
        """A fresh procedure object with the parameters set."""
        return self.procedure(**self.parameters)


@dataclass(frozen=True)
class Plan:
    """A queue file, checked against its station and its samples."""

    path: Path
    station: Station
    samples: SampleBook | None
    runs: tuple[PlannedRun, ...] = field(default=())

    @property
    def estimate(self) -> Estimate:
        """All runs, one after another."""
        return sum((run.estimate for run in self.runs), Estimate(0.0, 0))
