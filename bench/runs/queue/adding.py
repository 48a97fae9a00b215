"""From runs that are to be queued to items with numbers; what may be changed before a run begins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, fields
from typing import Any

from bench.runs.queue.item import Item, NewItem
from bench.runs.queue.log import QueueError

EDITABLE = frozenset(
    {
        "spec",
        "priority",
        "not_before",
        "after",
        "on_failure",
        "resources",
        "instruments",
        "duration_s",
        "rows",
        "resume",
    }
)


def numbered(
    items: Sequence[NewItem], last: tuple[int, float], find: Callable[[str], Item]
) -> list[dict[str, Any]]:
    """The items as the journal keeps them. Raises QueueError for an unknown `after`, or one in a circle."""
    key, position = last
    keys = {item.id: key + number for number, item in enumerate(items, 1)}
    found = []
    for number, item in enumerate(items, 1):
        after = [keys[name] if name in keys else find(name).key for name in item.after]
        found.append(
            {**asdict(item), "after": after, "key": key + number, "position": position + float(number)}
        )
    _refuse_circle({one["key"]: one["after"] for one in found})
    return found


def copy_of(item: Item) -> NewItem:
    """A new run that asks for the same."""
    names = {entry.name for entry in fields(NewItem)} - {"after", "not_before", "held", "batch"}
    return NewItem(**{name: getattr(item, name) for name in names}, batch=f"copy of #{item.key}")


def refuse_cycle(key: int, after: Collection[int], get: Callable[[int], Item]) -> None:
    """Raises QueueError if run `key` would, over others, come after itself; or after one there is not."""
    seen: set[int] = set()
    ahead = list(after)
    while ahead:
        one = ahead.pop()
        if one == key:
            raise QueueError(f"run #{key} would come after itself", state="nothing was changed")
        if one not in seen:
            seen.add(one)
            ahead += get(one).after


def _refuse_circle(after: dict[int, list[int]]) -> None:
    """Only among the new ones: what is in the queue already comes after none of them."""
    waiting = {key: {other for other in others if other in after} for key, others in after.items()}
    free = [key for key, others in waiting.items() if not others]
    dependents: dict[int, list[int]] = {}
    for key, others in waiting.items():
        for other in others:
            dependents.setdefault(other, []).append(key)
    done = 0
    while free:
        key = free.pop()
        done += 1
        for dependent in dependents.get(key, ()):
            waiting[dependent].discard(key)
            if not waiting[dependent]:
                free.append(dependent)
    if done < len(after):
        raise QueueError("these runs would come after each other in a circle", state="nothing was queued")
