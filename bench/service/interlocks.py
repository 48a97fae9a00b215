"""Interlocks as a command beside a bench sees them: what a service tells, else what the queue says."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.interlocks.status import NotReleasedError
from bench.runs.queue.item import LIVE
from bench.runs.queue.queue import RunQueue
from bench.runs.survival.ownership import is_owned, owner_of
from bench.safety.interlock import Interlock
from bench.service.models.interlocks import InterlockInfo, Release
from bench.service.telling import rule_told
from bench.station import Station, load_station

PATIENCE_S = 10.0
"""Real seconds for a bench at work to answer by the queue's journal; it looks four times a second."""
_LOOK_EVERY_S = 0.1


class NoBenchError(BenchError):
    """No bench works on the data folder, so nothing is latched."""


class InterlockDesk(Protocol):
    """What both a client of a service and LocalInterlocks offer."""

    def interlocks(self) -> list[InterlockInfo]:
        """Each rule and how it stands."""
        ...

    def release_interlock(self, name: str, release: Release) -> InterlockInfo:
        """A person has looked: what is latched bars no run any more."""
        ...


class LocalInterlocks:
    """An InterlockDesk beside a bench that is no service: it is asked by the journal of the queue.

    Everything raises NoBenchError where no bench works, and StorageError.
    """

    def __init__(self, data_dir: Path, queue: RunQueue, *, patience_s: float = PATIENCE_S) -> None:
        self._data_dir = data_dir
        self._queue = queue
        self._patience_s = patience_s

    def interlocks(self) -> list[InterlockInfo]:
        """See InterlockDesk. Only what keeps runs waiting is known: the rest is in the bench's memory."""
        return [self._told(rule) for rule in self._station().interlocks.values()]

    def release_interlock(self, name: str, release: Release) -> InterlockInfo:
        """See InterlockDesk. Raises NotReleasedError with what the bench answers, or that it does not."""
        station = self._station()
        asked = self._queue.note_interlock("release asked", name, who=release.by, why=release.why)
        until = wall.now() + self._patience_s
        while wall.now() < until:
            for change in self._queue.catch_up():
                if change.facts.get("answers") == asked and change.kind == "interlock released":
                    return self._told(station.interlocks[name])
                if change.facts.get("answers") == asked:
                    raise NotReleasedError(change.facts["text"], state="it was not released")
            wall.sleep(_LOOK_EVERY_S)
        raise NotReleasedError(
            f"the bench does not answer within {self._patience_s:g} s",
            state="it may release it yet: the queue's journal says whether it did",
            remedy="look at the bench, then at 'bench interlock list'",
        )

    def _station(self) -> Station:
        owner = owner_of(self._data_dir) if is_owned(self._data_dir) else None
        if owner is None:
            raise NoBenchError(
                f"no bench works on {self._data_dir}",
                state="nothing is latched: a bench that starts looks anew",
                remedy="start it with 'bench run', 'bench queue run' or 'bench serve'",
            )
        return load_station(Path(owner.station))

    def _told(self, rule: Interlock) -> InterlockInfo:
        self._queue.catch_up()
        waits = (item.waiting_for for item in self._queue.list(states=LIVE))
        text = next((text for text in waits if text.startswith(f"interlock {rule.name}: ")), "")
        return rule_told(rule, "", standing="unknown", text=text)
