"""Between the engine, whose threads must never wait, and the service's loop: what happened, and a bell.

The engine's side appends to a deque and rings; everything else is done on the other side.
"""

from __future__ import annotations

import asyncio
import collections
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bench.core import wall
from bench.runs.engine.events import (
    AmbientRead,
    Notice,
    OperatorAnswered,
    OperatorAsked,
    Progressed,
    RowRecorded,
    RunEvent,
    RunFinished,
    RunStarted,
    StatusChanged,
)
from bench.runs.interlocks.board import kelvin_of
from bench.runs.storage.plain import plain
from bench.service.feed.log import EventLog

GATHER_S = 0.02
"""What comes within this time goes out together."""
PROGRESS_EVERY_S = 0.25
MOST_RUNS = 256
"""So many are remembered; the oldest that have ended are forgotten first."""


@dataclass
class GoingRun:
    """What is known of a run that goes on, or went on last under this id."""

    key: int
    folder: str
    procedure: str
    units: Mapping[str, str]
    instruments: tuple[str, ...] = ()
    fraction: float = 0.0
    told: float = 0.0
    ended: bool = False


class RunListener(Protocol):
    """Hears of each row in the thread of its run, where nothing may take long."""

    def began(self, run: GoingRun) -> None:
        """A run begins."""
        ...

    def row(self, run: GoingRun, row: Mapping[str, Any]) -> None:
        """One row of it."""
        ...

    def room(self, kelvin: float | None) -> None:
        """The temperature of the room in K, None where the thermometer had no value."""
        ...

    def warned(self, run: GoingRun, text: str) -> None:
        """It tells of trouble while it goes on."""
        ...

    def winding_up(self, run: GoingRun) -> None:
        """It is in its shutdown."""
        ...

    def ended(self, run: GoingRun) -> None:
        """It publishes no more."""
        ...


class Hub:
    """A subscriber of RunEvents. `watch` registers what is called, in the loop, after something happened."""

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.listener: RunListener | None = None
        self._runs: dict[str, GoingRun] = {}
        self._mutex = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._rung = False
        self._touched: collections.deque[tuple[str, bool]] = collections.deque()
        self._bells: set[Callable[[], None]] = set()

    def attach(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """The loop to ring in; None when it is about to end."""
        self._loop = loop

    def watch(self, bell: Callable[[], None]) -> None:
        """Call `bell` in the loop, soon after anything happened."""
        self._bells.add(bell)

    def unwatch(self, bell: Callable[[], None]) -> None:
        """Call it no more."""
        self._bells.discard(bell)

    def runs(self) -> dict[str, GoingRun]:
        """By the name of the run folder: what was last heard of each run that this service has seen."""
        with self._mutex:
            return {run.folder: run for run in self._runs.values()}

    def known(self, run_id: str) -> GoingRun | None:
        """The run that goes on, or went on last, under this id."""
        return self._runs.get(run_id)

    def touched(self) -> dict[str, bool]:
        """Names of run folders that have new rows since this was last asked, and whether the run ended."""
        found: dict[str, bool] = {}
        while self._touched:
            folder, ended = self._touched.popleft()
            found[folder] = ended or found.get(folder, False)
        return found

    def __call__(self, event: RunEvent) -> None:
        """One event of the engine, in the thread of the run."""
        known = self._runs.get(event.run_id)
        if isinstance(event, RowRecorded):
            if known is not None:
                self._touched.append((known.folder, False))
                if self.listener is not None:
                    self.listener.row(known, event.row)
        elif isinstance(event, RunStarted):
            with self._mutex:
                self._runs.pop(event.run_id, None)
                self._runs[event.run_id] = known = _going(event)
                while len(self._runs) > MOST_RUNS and next(iter(self._runs.values())).ended:
                    del self._runs[next(iter(self._runs))]
            if self.listener is not None:
                self.listener.began(known)
            self._tell(known, "run started", sample=event.sample, procedure=event.procedure)
        elif isinstance(event, Progressed):
            self._progress(known, event)
        else:
            self._other(known, event)
        self.ring()

    def ring(self) -> None:
        """Something has happened; from any thread."""
        loop = self._loop
        if loop is None or self._rung:
            return
        self._rung = True
        try:
            loop.call_soon_threadsafe(loop.call_later, GATHER_S, self._answer)
        except RuntimeError:  # the loop has just ended
            self._rung = False

    def _answer(self) -> None:
        self._rung = False
        for bell in tuple(self._bells):
            bell()

    def _progress(self, known: GoingRun | None, event: Progressed) -> None:
        if known is None:
            return
        known.fraction = event.fraction
        now = wall.now()
        if now - known.told >= PROGRESS_EVERY_S or event.fraction >= 1.0:
            known.told = now
            self._tell(known, "progress", fraction=event.fraction, text=event.text)

    def _other(self, known: GoingRun | None, event: RunEvent) -> None:
        if isinstance(event, StatusChanged):
            self._tell(known, "phase", phase=event.phase)
            if event.phase == "shutdown" and known is not None and self.listener is not None:
                self.listener.winding_up(known)
        elif isinstance(event, AmbientRead):
            if self.listener is not None:
                self.listener.room(kelvin_of(event.reading))
        elif isinstance(event, OperatorAsked):
            request = event.request
            self._tell(
                known, "operator asked", instruction=request.instruction, confirms=list(request.confirms)
            )
        elif isinstance(event, OperatorAnswered):
            self._tell(known, "operator answered", by=event.by)
        elif isinstance(event, Notice):
            self._tell(known, "notice", level=event.level, text=event.text)
            if event.level == "warning" and known is not None and self.listener is not None:
                self.listener.warned(known, event.text)
        elif isinstance(event, RunFinished):
            self._tell(known, "run finished", status=event.status, safe=event.safe, reason=event.reason)
            if known is not None:
                known.ended = True
                self._touched.append((known.folder, True))
                if self.listener is not None:
                    self.listener.ended(known)

    def _tell(self, known: GoingRun | None, kind: str, **facts: Any) -> None:
        if known is None:
            self.log.add(kind, None, None, plain(facts, kind))
        else:
            self.log.add(kind, known.key, known.folder, plain(facts, kind))


def _going(event: RunStarted) -> GoingRun:
    return GoingRun(event.key, event.folder, event.procedure, event.units, event.instruments)
