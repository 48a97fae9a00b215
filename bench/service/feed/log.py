"""The last events in order, numbered, for subscribers that come, go and come again."""

from __future__ import annotations

import collections
import secrets
import threading
from collections.abc import Mapping
from typing import Any

from bench.core import wall
from bench.service.models.live import Event

KEPT = 4096
"""Events; a subscriber that is further behind is told that it has missed some."""


class EventLog:
    """May be written and read from any thread. `epoch` is another one in each service."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(4)
        self._events: collections.deque[Event] = collections.deque(maxlen=KEPT)
        self._seq = 0
        self._mutex = threading.Lock()

    @property
    def last(self) -> int:
        """Number of the newest event, 0 if there is none."""
        return self._seq

    def add(
        self,
        kind: str,
        run: int | None = None,
        run_id: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """Something has happened."""
        with self._mutex:
            self._seq += 1
            utc = wall.utc().isoformat(timespec="milliseconds")
            self._events.append(
                Event(
                    epoch=self.epoch,
                    seq=self._seq,
                    utc=utc,
                    kind=kind,
                    run=run,
                    run_id=run_id,
                    facts=dict(facts or {}),
                )
            )

    def after(self, seq: int) -> list[Event]:
        """Those behind number `seq`; the first is of kind "gap" where older ones are kept no more."""
        with self._mutex:
            found = [event for event in self._events if event.seq > seq] if seq < self._seq else []
        if found and found[0].seq > seq + 1:
            gap = found[0].model_copy(
                update={"seq": found[0].seq - 1, "kind": "gap", "run": None, "run_id": None, "facts": {}}
            )
            found.insert(0, gap)
        return found
