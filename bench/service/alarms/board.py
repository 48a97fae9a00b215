"""The alarms that are there: latched until somebody acknowledges them, also over a restart."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.storage import journal
from bench.runs.storage.files import StorageError
from bench.runs.storage.journal import Entry, Journal
from bench.service.models.alarms import Alarm

FILE = "alarms.jsonl"


class UnknownAlarmError(BenchError):
    """There is no such alarm (any more)."""


@dataclass(frozen=True)
class Raised:
    """What a rule found. `key` is the same for the same cause: it is raised once until it was over."""

    key: str
    rule: str
    severity: str
    text: str
    guidance: str = ""
    run: int | None = None
    lasting: bool = True
    """Whether it holds until `clear`; else it is something that happened, and is told once for ever."""


Listener = Callable[[str, Alarm], None]
"""Called with "raised", "cleared" or "acknowledged"."""


class AlarmBoard:
    """May be used from any thread. Its journal is `alarms.jsonl`; a disk that is full costs the line."""

    def __init__(self, data_dir: Path, listener: Listener = lambda change, alarm: None) -> None:
        self._mutex = threading.RLock()
        self._alarms: dict[str, Alarm] = {}
        self._ever: set[str] = set()
        self._last = 0
        self.watched: int | None = None
        """Up to which line of the queue's journal runs were looked at; None where they never were."""
        self._listener = listener
        self._journal: Journal | None = None
        path = data_dir / FILE
        with contextlib.suppress(StorageError):
            for entry in journal.read(path) if path.exists() else ():
                self._replay(entry)
            self._journal = Journal(path)
        for key, alarm in self._alarms.items():  # what still holds is found again
            self._alarms[key] = alarm.model_copy(update={"active": False})

    def close(self) -> None:
        """Its last line was written."""
        if self._journal is not None:
            with contextlib.suppress(StorageError):
                self._journal.close()

    def note_watched(self, seq: int) -> None:
        """Runs were looked at up to this line of the queue's journal."""
        with self._mutex:
            self.watched = seq
            if self._journal is not None:
                with contextlib.suppress(StorageError):
                    self._journal.append("watched", seq=seq)

    def alarms(self) -> list[Alarm]:
        """All, the newest first."""
        with self._mutex:
            return sorted(self._alarms.values(), key=lambda alarm: -alarm.number)

    @property
    def unacknowledged(self) -> int:
        """How many nobody has acknowledged."""
        return sum(alarm.acknowledged is None for alarm in self.alarms())

    def raise_(self, raised: Raised) -> bool:
        """A rule has found something; False if that is known already."""
        with self._mutex:
            known = self._alarms.get(raised.key)
            if (not raised.lasting and raised.key in self._ever) or (known is not None and known.active):
                return False
            now = _now()
            if known is None:
                self._last += 1
                alarm = Alarm(
                    number=self._last,
                    rule=raised.rule,
                    severity=raised.severity,
                    text=raised.text,
                    guidance=raised.guidance,
                    raised=now,
                    active=raised.lasting,
                    acknowledged=None,
                    by="",
                    note="",
                    count=1,
                    run=raised.run,
                )
            else:
                again = {"active": raised.lasting, "text": raised.text, "count": known.count + 1}
                alarm = known.model_copy(update=again)
            self._take("raised", raised.key, alarm)
        self._listener("raised", alarm)
        return True

    def clear(self, key: str) -> None:
        """What raised it is over; it stays until it is acknowledged."""
        with self._mutex:
            known = self._alarms.get(key)
            if known is None or not known.active:
                return
            alarm = known.model_copy(update={"active": False})
            self._take("cleared", key, alarm)
        self._listener("cleared", alarm)

    def acknowledge(self, number: int, by: str, note: str) -> Alarm:
        """Somebody has seen it. Raises UnknownAlarmError."""
        with self._mutex:
            key = next((key for key, one in self._alarms.items() if one.number == number), None)
            if key is None:
                raise UnknownAlarmError(f"there is no alarm {number}", remedy="GET /alarms lists them")
            alarm = self._alarms[key].model_copy(update={"acknowledged": _now(), "by": by, "note": note})
            self._take("acknowledged", key, alarm)
        self._listener("acknowledged", alarm)
        return alarm

    def _take(self, change: str, key: str, alarm: Alarm) -> None:
        self._hold(key, alarm)
        if self._journal is not None:
            with contextlib.suppress(StorageError):
                self._journal.append(change, key=key, alarm=alarm.model_dump())

    def _hold(self, key: str, alarm: Alarm) -> None:
        self._ever.add(key)
        if alarm.acknowledged is not None and not alarm.active:
            self._alarms.pop(key, None)
        else:
            self._alarms[key] = alarm

    def _replay(self, entry: Entry) -> None:
        facts: dict[str, Any] = entry.facts
        if entry.kind == "watched":
            self.watched = int(facts["seq"])
        if "alarm" in facts:
            alarm = Alarm.model_validate(facts["alarm"])
            self._last = max(self._last, alarm.number)
            self._hold(str(facts["key"]), alarm)


def _now() -> str:
    return wall.utc().isoformat(timespec="seconds")


__all__ = ["FILE", "AlarmBoard", "Listener", "Raised", "UnknownAlarmError"]
