"""One run in the queue: what was asked, where it stands, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal, TypeAlias

from bench.runs.engine.leases import Resource

State: TypeAlias = Literal[
    "queued", "waiting", "running", "paused", "interrupted", "done", "failed", "aborted", "refused"
]
Target: TypeAlias = Literal["hardware", "simulated", "served"]
OnFailure: TypeAlias = Literal["refuse", "run", "hold"]
"""What becomes of the runs that come after one that did not end as done."""

LIVE: frozenset[State] = frozenset({"queued", "waiting"})
GOING: frozenset[State] = frozenset({"running", "paused"})
FINAL: frozenset[State] = frozenset({"done", "failed", "aborted", "refused"})
OPEN: frozenset[State] = LIVE | GOING | {"interrupted"}
"""Everything that something is still to become of."""


@dataclass(frozen=True)
class NewItem:
    """A run to be queued.

    `spec` is its table of the queue file with the defaults of its procedure merged in; `station` and
    `samples` are absolute paths. `after` are ids in the same submission, or numbers or ids of runs that are
    in the queue already. `held` says why a person has to release it first, empty if nobody has to.
    """

    id: str
    procedure: str
    spec: Mapping[str, Any]
    station: str
    target: Target
    samples: str | None = None
    batch: str = ""
    seed: int | None = None
    resources: tuple[Resource, ...] = ()
    instruments: tuple[str, ...] = ()
    duration_s: float = 0.0
    rows: int = 0
    priority: int = 0
    not_before: str | None = None
    after: tuple[str, ...] = ()
    on_failure: OnFailure = "refuse"
    resume: str = "restart"
    on_host_loss: str = "make_safe"
    held: str = ""


@dataclass(frozen=True)
class OperatorStep:
    """A step that waits for a person: `instruction` says what to do, `confirms` what to confirm."""

    key: int
    step: int
    instruction: str
    action: str
    details: Mapping[str, Any]
    confirms: tuple[str, ...]
    since: str


@dataclass(frozen=True)
class Item:
    """A run in the queue, by its number `key`, which is never used again. Times are ISO 8601 in UTC.

    `after` are keys. `attempt` counts how often it was begun. `folder` is relative to the data folder.
    `safe` is how its instruments were left: "verified", "kept", "failed", None before they were touched.
    """

    key: int
    id: str
    procedure: str
    spec: Mapping[str, Any]
    station: str
    target: Target
    samples: str | None
    batch: str
    seed: int | None
    resources: tuple[Resource, ...]
    instruments: tuple[str, ...]
    duration_s: float
    rows: int
    priority: int
    not_before: str | None
    after: tuple[int, ...]
    on_failure: OnFailure
    resume: str
    on_host_loss: str
    held: str
    position: float
    added: str
    by: str
    changed: str
    changed_by: str
    state: State = "queued"
    waiting_for: str = ""
    run_id: str | None = None
    folder: str | None = None
    attempt: int = 0
    reason: str = ""
    safe: str | None = None
    steps: tuple[OperatorStep, ...] = field(default=())

    @property
    def order(self) -> tuple[float, float, int]:
        """Smaller goes first."""
        return (-self.priority, self.position, self.key)

    def as_json(self) -> dict[str, Any]:
        """For the view and for programs."""
        return asdict(self)


_FIELDS = frozenset(entry.name for entry in fields(Item))


def item_from_json(data: Mapping[str, Any]) -> Item:
    """The item that `as_json` wrote, also through JSON text."""
    values = {name: value for name, value in data.items() if name in _FIELDS}
    values["resources"] = tuple(Resource(one["kind"], one["name"]) for one in values["resources"])
    values["steps"] = tuple(
        OperatorStep(**{**step, "confirms": tuple(step["confirms"])}) for step in values.get("steps", ())
    )
    for name in ("instruments", "after"):
        values[name] = tuple(values[name])
    return Item(**values)
