"""Who may use what: exclusive leases on instruments and fixtures, taken together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from bench.core.errors import BenchError


class LeaseConflictError(BenchError):
    """Something this run needs is held by another; nothing was taken."""


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """What only one run may use: a fixture, the station, or an instrument.

    Channels of one instrument, like units of one bus, are entries of their own in the station file, so that
    each is leased by itself; what they share is the line, and that for a message at a time.
    """

    kind: Literal["instrument", "fixture", "station"]
    name: str

    def conflicts_with(self, other: Resource) -> bool:
        """True if they are not independent: the station contains everything."""
        return "station" in (self.kind, other.kind) or self == other

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def whole_station(name: str) -> Resource:
    """For a run that does not say what it uses."""
    return Resource("station", name)


class LeaseTable:
    """The leases of one station, by run. May be used from several threads."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()  # held for a few instructions, never across a wait
        self._held: dict[str, frozenset[Resource]] = {}

    def take(self, run_id: str, resources: Iterable[Resource]) -> frozenset[Resource]:
        """All of `resources` for `run_id`, or LeaseConflictError that names what is held by whom."""
        wanted = frozenset(resources)
        with self._mutex:
            if run_id in self._held:
                raise LeaseConflictError(f"run '{run_id}' already holds its leases")
            conflicts = sorted(
                f"{mine} (run '{holder}' holds {theirs})"
                for holder, held in self._held.items()
                for theirs in held
                for mine in wanted
                if mine.conflicts_with(theirs)
            )
            if conflicts:
                raise LeaseConflictError(
                    f"run '{run_id}' cannot have {', '.join(conflicts)}",
                    state="nothing was taken, no instrument was touched",
                    remedy="wait until that run has ended, or give this one other instruments",
                )
            self._held[run_id] = wanted
        return wanted

    def conflict(self, run_id: str, resources: Iterable[Resource]) -> str | None:
        """What of `resources` somebody else than `run_id` holds, and who; None if nothing."""
        wanted = sorted(resources)
        with self._mutex:
            for holder, held in self._held.items():
                if holder == run_id:
                    continue
                for mine in wanted:
                    if any(mine.conflicts_with(theirs) for theirs in held):
                        return f"{mine}, held by {holder}"
        return None

    def release(self, run_id: str) -> None:
        """Give back everything; does nothing if the run holds nothing."""
        with self._mutex:
            self._held.pop(run_id, None)

    def held(self) -> dict[str, frozenset[Resource]]:
        """A copy of the table."""
        with self._mutex:
            return dict(self._held)

    @contextmanager
    def taken(self, run_id: str, resources: Iterable[Resource]) -> Iterator[frozenset[Resource]]:
        """`take` and `release` around a block."""
        leases = self.take(run_id, resources)
        try:
            yield leases
        finally:
            self.release(run_id)
