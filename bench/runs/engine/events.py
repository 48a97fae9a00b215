"""What a run tells the outside while it goes on: simple records to whoever subscribed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from bench.core.readings import Reading
from bench.runs.engine.operators import OperatorRequest

Status: TypeAlias = Literal["done", "failed", "aborted", "interrupted", "refused", "waiting"]
"""How a run ended. "refused": the bench did not start it; "interrupted": the bench or its link was lost;
"waiting": it was not started and stays in the queue."""

Safety: TypeAlias = Literal["verified", "kept", "failed"]
"""How the run left its instruments. "kept": on purpose, on a device that guards itself."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins; `index` of `total` in the queue, from 1.

    `key` is its number in the queue, `folder` the name of its folder, `units` are those of its columns,
    `instruments` all that it may use.
    """

    run_id: str
    procedure: str
    sample: str | None
    index: int
    total: int
    expected_duration_s: float
    expected_rows: int
    key: int = 0
    folder: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    instruments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowRecorded:
    """One acknowledged row, by column name; `count` rows so far."""

    run_id: str
    row: Mapping[str, Any]
    count: int


@dataclass(frozen=True, slots=True)
class AmbientRead:
    """The temperature of the room in K, as a run logs it; `run_id` is empty where the bench itself looked."""

    run_id: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Progressed:
    """`fraction` of the run from 0 to 1."""

    run_id: str
    fraction: float
    text: str


@dataclass(frozen=True, slots=True)
class OperatorAsked:
    """A person (or the simulated one) is asked to do something; a subscriber may answer the request."""

    run_id: str
    request: OperatorRequest


@dataclass(frozen=True, slots=True)
class OperatorAnswered:
    """They have."""

    run_id: str
    by: str
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The run enters a phase: connect, startup, execute, paused, shutdown, safe, analyse."""

    run_id: str
    phase: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should read now, such as a disk that is full."""

    run_id: str
    level: Literal["info", "warning", "error"]
    text: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run has ended; nothing follows."""

    run_id: str
    status: Status
    safe: Safety
    reason: str


RunEvent: TypeAlias = (
    RunStarted
    | RowRecorded
    | AmbientRead
    | Progressed
    | OperatorAsked
    | OperatorAnswered
    | StatusChanged
    | Notice
    | RunFinished
)
Subscriber: TypeAlias = Callable[[RunEvent], None]


class RunEvents:
    """Hands each event to each subscriber, in the thread where it happens.

    A subscriber that raises is dropped and logged: whoever watches a run never hurts it.
    """

    def __init__(self, *subscribers: Subscriber) -> None:
        self._subscribers = list(subscribers)

    def subscribe(self, subscriber: Subscriber) -> None:
        """Add one."""
        self._subscribers.append(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        """Take it away; does nothing if it is not there."""
        if subscriber in self._subscribers:
            self._subscribers.remove(subscriber)

    def publish(self, event: RunEvent) -> None:
        """Never raises an Exception."""
        for subscriber in tuple(self._subscribers):
            try:
                subscriber(event)
            except Exception:
                self._subscribers.remove(subscriber)
                _log.exception("a subscriber failed on %s and was dropped", type(event).__name__)

    @property
    def watched(self) -> bool:
        """False if nobody listens, so that events need not be built."""
        return bool(self._subscribers)
