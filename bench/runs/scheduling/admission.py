"""Whether a queued run may join the waiting line yet: held by a person, too early, or behind other runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bench.runs.queue.item import FINAL, Item


@dataclass(frozen=True, slots=True)
class Admission:
    """At most one is set; none of them: it may join the line.

    `waiting_for`: not yet, and for what (`until`: when that is over by itself). `refuse`: never, and why.
    `hold`: a person has to look first, and why.
    """

    waiting_for: str = ""
    until: datetime | None = None
    refuse: str = ""
    hold: str = ""

    @property
    def ready(self) -> bool:
        """Whether it may join the line."""
        return not (self.waiting_for or self.refuse or self.hold)


def admission(item: Item, get: Callable[[int], Item], utc: datetime) -> Admission:
    """What keeps `item` (queued or waiting) from the line at this moment."""
    if item.held:
        return Admission(waiting_for=f"its release by a person: {item.held}")
    for key in item.after:
        before = get(key)
        found = _after(before)
        if not found.ready:
            return found
    if item.not_before is not None:
        until = datetime.fromisoformat(item.not_before)
        if utc < until:
            return Admission(waiting_for=f"{until:%Y-%m-%d %H:%M:%S} UTC", until=until)
    return Admission()


def _after(before: Item) -> Admission:
    name = f"run #{before.key} {before.id}"
    if before.state == "done":
        return Admission()
    if before.state not in FINAL and before.state != "interrupted":
        return Admission(waiting_for=name)
    if before.on_failure == "run" and before.state in FINAL:
        return Admission()
    if before.on_failure == "refuse" and before.state in FINAL:
        return Admission(refuse=f"{name}, which it comes after, ended {before.state}")
    if before.state == "interrupted":
        return Admission(waiting_for=f"{name}, which was interrupted, to be taken up again or cancelled")
    return Admission(hold=f"{name} ended {before.state}")
