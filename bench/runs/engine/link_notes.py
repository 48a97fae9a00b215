"""Lost connections in the record of a run: when one was lost, when it came back, how long it took."""

from __future__ import annotations

from collections.abc import Collection

from bench.core.link_events import LinkEvent
from bench.runs.engine.control import RunControl
from bench.runs.engine.run_log import RunLog


class LinkNotes:
    """A LinkWatcher for the instruments of one run, `names`; an abort of the run ends its patience."""

    def __init__(self, log: RunLog, control: RunControl, names: Collection[str]) -> None:
        self._log = log
        self._control = control
        self._names = frozenset(names)

    def told(self, event: LinkEvent) -> None:
        """See LinkWatcher."""
        if event.instrument not in self._names:
            return
        self._log.note(
            event.kind,
            instrument=event.instrument,
            command=event.command,
            text=event.what,
            duration_s=event.duration_s,
            attempts=event.attempts,
        )
        lasted = f" after {event.duration_s:.1f} s" if event.kind != "link lost" else ""
        self._log.announce("warning", f"{event.instrument}: {event.kind}{lasted}: {event.what}")

    def patient(self, instrument: str) -> bool:
        """See LinkWatcher."""
        return instrument not in self._names or self._control.abort_reason is None
