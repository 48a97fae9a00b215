"""The state of the bench as last heard, in one piece, and whether that is still fresh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.core import wall
from bench.service.client import Client
from bench.service.models.alarms import Alarm
from bench.service.models.interlocks import InterlockInfo
from bench.service.models.queue import QueueItem, Step
from bench.service.models.station import FixtureInfo, Health, Instrument, ProcedureInfo, StationInfo
from gui.logic.states import LATCHED

STALE_AFTER_S = 4.0
"""Older than this, and nothing on the screen may be taken for the present."""


@dataclass(frozen=True)
class Snapshot:
    """Everything the screens show. `taken` is on the PC's monotonic clock."""

    station: StationInfo
    procedures: tuple[ProcedureInfo, ...]
    health: Health
    instruments: tuple[Instrument, ...]
    fixtures: tuple[FixtureInfo, ...]
    queue: tuple[QueueItem, ...]
    alarms: tuple[Alarm, ...]
    interlocks: tuple[InterlockInfo, ...]
    taken: float

    @property
    def steps(self) -> tuple[Step, ...]:
        """What waits for a person, the oldest first."""
        found = [step for item in self.queue for step in item.steps]
        return tuple(sorted(found, key=lambda step: step.step))

    @property
    def latched(self) -> tuple[InterlockInfo, ...]:
        """Interlocks that keep runs waiting until a person releases them."""
        return tuple(rule for rule in self.interlocks if rule.standing == LATCHED)

    def item(self, key: int) -> QueueItem | None:
        """The run of this number, None if it is not known."""
        return next((item for item in self.queue if item.key == key), None)


def look(client: Client, before: Snapshot | None, *, every: bool) -> Snapshot:
    """Ask for all of it. What only changes with the service is asked once for each start of a service."""
    health = client.health()
    same = before is not None and before.health.started == health.started
    return Snapshot(
        station=before.station if before is not None and same else client.station(),
        procedures=before.procedures if before is not None and same else tuple(client.procedures()),
        health=health,
        instruments=tuple(client.instruments()),
        fixtures=tuple(client.fixtures()),
        queue=tuple(client.queue(every=every)),
        alarms=tuple(client.alarms()),
        interlocks=tuple(client.interlocks()),
        taken=wall.now(),
    )


Standing = Literal["looking", "fresh", "stale"]


@dataclass(frozen=True)
class Freshness:
    """How far what is shown may be trusted; `text` says so in words."""

    standing: Standing
    text: str
    age_s: float = 0.0


def freshness(snapshot: Snapshot | None, lost: str, now: float) -> Freshness:
    """`lost` is why the last attempt failed, empty if it did not."""
    if snapshot is None:
        return Freshness("looking", lost or "looking for the service")
    age = max(0.0, now - snapshot.taken)
    if not lost and age <= STALE_AFTER_S:
        return Freshness("fresh", "connected", age)
    why = lost or "the service is slow to answer"
    return Freshness("stale", why, age)
