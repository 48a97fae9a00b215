"""What a line of the queue's journal does to an item: pure functions, the same for every view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from bench.runs.queue.item import FINAL, GOING, LIVE, Item, OperatorStep, State, item_from_json

Fields: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One line. `key` is the run it is about, 0 for a submission. `facts` hold at least `who` and `why`."""

    seq: int
    utc: str
    kind: str
    key: int
    facts: Mapping[str, Any]


ALLOWED: Mapping[State, frozenset[State]] = {
    "queued": LIVE | {"running", "aborted", "refused"},
    "waiting": LIVE | {"running", "aborted", "refused"},
    "running": GOING | FINAL | {"interrupted"},
    "paused": GOING | FINAL | {"interrupted"},
    "interrupted": frozenset({"queued", "aborted", "interrupted", "done", "failed", "refused"}),
    "done": frozenset(),
    "failed": frozenset(),
    "aborted": frozenset(),
    "refused": frozenset(),
}
"""From each state to which others a run may go."""

_KEPT_FACTS = ("run_id", "folder", "attempt", "reason", "safe", "resume", "on_host_loss", "instruments")


def items_added(change: Change) -> list[Item]:
    """The items of a submission."""
    more = {"added": change.utc, "changed": change.utc, "by": change.facts["who"]}
    more["changed_by"] = change.facts["who"]
    return [item_from_json({**item, **more}) for item in change.facts["items"]]


def apply(item: Item, change: Change) -> Item:
    """The item after the change; kinds that say nothing about it leave it as it is."""
    act = _ACTS.get(change.kind)
    if act is None:
        return item
    by = str(change.facts.get("who", ""))
    return replace(item, **act(item, change), changed=change.utc, changed_by=by)


def _state(item: Item, change: Change) -> Fields:
    facts = {name: change.facts[name] for name in _KEPT_FACTS if name in change.facts}
    if "instruments" in facts:
        facts["instruments"] = tuple(facts["instruments"])
    state = cast("State", change.facts["state"])
    steps = item.steps if state in GOING else ()
    waiting_for = str(change.facts.get("waiting_for", ""))
    return {**facts, "state": state, "waiting_for": waiting_for, "steps": steps}


def _held(item: Item, change: Change) -> Fields:
    return {"held": str(change.facts["why"]) or "held"}


def _released(item: Item, change: Change) -> Fields:
    return {"held": "", "state": "queued", "waiting_for": ""}


def _moved(item: Item, change: Change) -> Fields:
    return {"position": float(change.facts["position"])}


def _edited(item: Item, change: Change) -> Fields:
    changes = dict(change.facts["changes"])
    edited = item_from_json({**item.as_json(), **changes})
    return {**{name: getattr(edited, name) for name in changes}, "state": "queued", "waiting_for": ""}


def _asked(item: Item, change: Change) -> Fields:
    facts = change.facts
    step = OperatorStep(
        key=item.key,
        step=int(facts["step"]),
        instruction=str(facts["instruction"]),
        action=str(facts["action"]),
        details=facts["details"],
        confirms=tuple(facts["confirms"]),
        since=change.utc,
    )
    return {"steps": (*item.steps, step)}


def _closed(item: Item, change: Change) -> Fields:
    return {"steps": tuple(step for step in item.steps if step.step != change.facts["step"])}


_ACTS: Mapping[str, Callable[[Item, Change], Fields]] = {
    "state": _state,
    "held": _held,
    "released": _released,
    "moved": _moved,
    "edited": _edited,
    "operator asked": _asked,
    "operator answered": _closed,
    "operator declined": _closed,
    "operator withdrawn": _closed,
}
"""What each kind of line changes of an item, by field."""
