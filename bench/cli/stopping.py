"""What Ctrl+C does, said aloud: once an orderly abort, twice safe now."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from bench.runs.engine.control import QueueControl


class AnnouncingControl(QueueControl):
    """A QueueControl that tells the person what their Ctrl+C has started."""

    CTRL_C: ClassVar[str] = "Ctrl+C"

    def __init__(self, say: Callable[[str], None]) -> None:
        super().__init__()
        self._say = say
        self._times = 0

    def interrupt(self, reason: str) -> None:
        """See QueueControl; acts first, speaks then."""
        super().interrupt(reason)
        self._times += 1
        if self._times == 1:
            self._say("Stopping in order: this run shuts down, no other starts. Ctrl+C again: safe now.")
        elif self._times == 2:
            self._say("Safe now: the outputs are switched off at once.")

    def terminate(self, reason: str) -> None:
        """See QueueControl."""
        first = self.stop_reason is None
        super().terminate(reason)
        if first and reason != self.CTRL_C:
            self._say(f"Stopping in order ({reason}); the next start goes on where this one was cut off.")
