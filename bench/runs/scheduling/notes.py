"""Writes what becomes of runs into the queue; a queue that cannot be written never stops a run."""

from __future__ import annotations

from typing import Any

from bench.core.errors import BenchError
from bench.runs.engine.events import Notice, RunEvents
from bench.runs.queue.item import Item, State
from bench.runs.queue.queue import RunQueue
from bench.runs.storage.files import StorageError


class QueueNotes:
    """The scheduler's pen. What it could not write, the run folder says: start-up asks that first."""

    def __init__(self, queue: RunQueue, events: RunEvents) -> None:
        self._queue = queue
        self._events = events

    def state(self, item: Item, state: State, *, why: str = "", **facts: Any) -> bool:
        """Note a change of state; False, with a notice for the person, if it could not be written."""
        try:
            self._queue.note_state(item.key, state, why=why, **facts)
        except (StorageError, BenchError) as error:
            self.tell(item.id, "error", f"the queue could not note that run #{item.key} is {state}: {error}")
            return False
        return True

    def waits(self, item: Item, waiting_for: str) -> None:
        """Note what a run waits for, if that is new."""
        if item.waiting_for != waiting_for:
            self.state(item, "waiting", waiting_for=waiting_for)

    def hold(self, item: Item, why: str) -> None:
        """Have a person look before it may start."""
        try:
            self._queue.hold(item.key, who="bench", why=why)
        except (StorageError, BenchError) as error:
            self.tell(item.id, "error", f"run #{item.key} could not be held: {error}")

    def tell(self, run_id: str, level: str, text: str) -> None:
        """To whoever watches."""
        self._events.publish(Notice(run_id, "error" if level == "error" else "warning", text))
