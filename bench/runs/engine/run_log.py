"""What a run says while it goes on: to its journal, to whoever watches, and to the program's log."""

from __future__ import annotations

import collections
import logging
import traceback
from typing import Any, Literal

from bench.core.errors import BenchError
from bench.runs.engine.ending import Ending
from bench.runs.engine.events import Notice, RunEvents, StatusChanged
from bench.runs.engine.safing import Safing
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder

_log = logging.getLogger(__name__)


class RunLog:
    """A journal that cannot be written fails the run (through `ending`); nothing here raises that."""

    def __init__(self, run_id: str, ending: Ending, events: RunEvents) -> None:
        self._run_id = run_id
        self._ending = ending
        self._events = events
        self._folder: RunFolder | None = None
        self._kept: collections.deque[tuple[str, dict[str, Any]]] = collections.deque()

    def open(self, folder: RunFolder) -> None:
        """From now on there is a journal."""
        self._folder = folder
        self._note_kept()

    def close(self) -> None:
        """The journal is closed, or good for nothing."""
        self._folder = None

    def note(self, kind: str, **facts: Any) -> None:
        """A line of the journal."""
        if self._folder is None:
            return
        try:
            self._folder.journal.append(kind, **facts)
        except (StorageError, ValueError) as error:
            if isinstance(error, StorageError):
                self.close()
            self._ending.note("failed", "storage", error)
            self.tell("error", f"the journal of run '{self._run_id}' cannot be written: {error}")

    def note_from_outside(self, kind: str, **facts: Any) -> None:
        """As `note`, from any thread; what comes before there is a journal is kept until there is one."""
        self._kept.append((kind, facts))
        if self._folder is not None:
            self._note_kept()

    def _note_kept(self) -> None:
        while self._kept:
            kind, facts = self._kept.popleft()
            self.note(kind, **facts)

    def phase(self, name: str) -> None:
        """The run enters a phase, or is paused or resumed."""
        self._events.publish(StatusChanged(self._run_id, name))
        self.note("phase", phase=name)

    def tell(self, level: Literal["warning", "error"], text: str, error: BaseException | None = None) -> None:
        """To the person at the screen, and into the journal with the traceback of `error`."""
        self.announce(level, text)
        parts = error.as_json() if isinstance(error, BenchError) else None
        trace = "".join(traceback.format_exception(error)) if error is not None else None
        self.note(level, text=text, error=parts, traceback=trace)

    def announce(self, level: Literal["warning", "error"], text: str) -> None:
        """To the person at the screen only: its line of the journal is another one."""
        _log.log(logging.ERROR if level == "error" else logging.WARNING, "%s", text)
        self._events.publish(Notice(self._run_id, level, text))

    def safing(self, what: str, safing: Safing) -> None:
        """How the instruments were left; what is not safe fails the run, loudly."""
        self.note(what, **safing.as_json())
        if safing.safe == "failed":
            self._ending.note("failed", "make safe", safing.text().splitlines()[0])
            self.tell("error", safing.text())
