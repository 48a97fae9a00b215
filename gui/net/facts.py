"""One run in full, asked for again while it goes on: what its procedure wrote down beside the rows."""

from __future__ import annotations

from collections.abc import Callable

from bench.core import wall
from bench.core.errors import BenchError
from bench.service.models.runs import RunInFull
from gui.net.link import Link

EVERY_S = 5.0
"""Of the PC: a run's journal is read whole for each answer."""


class RunFacts:
    """`heard` is called with each answer. Nothing is asked while an answer is awaited."""

    def __init__(self, link: Link, run_id: str, heard: Callable[[RunInFull], None]) -> None:
        self.run_id = run_id
        self.run: RunInFull | None = None
        self._link = link
        self._heard = heard
        self._asked = -float("inf")
        self._awaited = self._again = False

    def look(self, *, going: bool, now: bool = False) -> None:
        """Ask if it is time to: once for a run that has ended, or `now` because something happened."""
        if self._awaited:
            self._again |= now
            return
        settled = self.run is not None and self.run.ended is not None and not going
        if now or (not settled and wall.now() - self._asked >= EVERY_S):
            self._awaited, self._asked = True, wall.now()
            self._link.ask(lambda client: client.run(self.run_id), self._take, self._none)

    def _take(self, run: RunInFull) -> None:
        self.run, self._awaited = run, False
        again, self._again = self._again, False
        if again:
            self.look(going=True, now=True)
        self._heard(run)

    def _none(self, _error: BenchError) -> None:
        self._awaited = self._again = False  # the window says by itself that the service cannot be asked
