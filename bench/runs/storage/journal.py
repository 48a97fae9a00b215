"""The journal of a run: one JSON line for everything that happened, each with the hash of the line before.

A line: {"seq": 1, "utc": PC time, "time_s": bench clock or null, "kind", "facts": {...}, "before": hash}.
`before` is the SHA-256 of the bytes of the line before without its line end, 64 zeros in the first line, so a
line that is changed, dropped or put in breaks the chain where it was done. `append` returns when the line
survives the end of the process, `sync` when it survives a power cut (which a second does by itself, see
`bench.runs.storage.appended`).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.core import wall
from bench.core.clock import Clock
from bench.runs.storage.appended import AppendedFile
from bench.runs.storage.files import StorageError, refused, whole_length
from bench.runs.storage.plain import json_bytes, plain

_FIRST = "0" * 64
_KEYS = {"seq", "utc", "time_s", "kind", "facts", "before"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `utc` is ISO 8601, `time_s` the bench clock in seconds where there was one."""

    seq: int
    utc: str
    time_s: float | None
    kind: str
    facts: dict[str, Any]


class Journal:
    """Appends to the journal at `path`, a new one or one to go on with. One process at a time: it is locked.

    Half a line at the end, left by a kill, is cut off, and what it held is kept in a line of kind "torn".
    Raises StorageError where the system refuses, where somebody else writes this journal, or where its last
    whole line is damaged. Every method may be called from any thread.
    """

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.RLock()
        self._before = _FIRST
        if path.exists():
            self._file = AppendedFile.reopen(path, self._measure, exclusive=True)
        else:
            self._file = AppendedFile.create(path, exclusive=True)
        if self._file.torn:
            self.append("torn", bytes=len(self._file.torn), latin1=self._file.torn.decode("latin-1"))

    def _measure(self, data: bytes) -> tuple[int, int]:
        whole = whole_length(data)
        lines = data[:whole].split(b"\n")[:-1]
        if lines:
            _entry(self._path, lines[-1], len(lines))
            self._before = hashlib.sha256(lines[-1]).hexdigest()
        return len(lines), whole

    def append(self, kind: str, /, **facts: Any) -> None:
        """Add a line. Raises StorageError, ValueError for facts JSON cannot hold; then nothing was added."""
        noted = plain(facts, kind)
        time_s = None if self._clock is None else float(self._clock.now())
        with self._lock:
            seq = self._file.records + 1
            utc = wall.utc().isoformat(timespec="microseconds")
            line = line_of(seq, utc, time_s, kind, facts=noted, before=self._before)
            follows = hashlib.sha256(line).hexdigest()
            try:
                self._file.append(line + b"\n")
            finally:  # a signal handler may raise after the line was added
                if self._file.records == seq:
                    self._before = follows

    def sync(self) -> None:
        """Return when every line so far survives a power cut. Raises StorageError."""
        self._file.sync()

    def position(self) -> tuple[int, str]:
        """How many lines there are, and the hash that the next one will carry."""
        with self._lock:
            return self._file.records, self._before

    def close(self) -> None:
        """Sync, close and give the lock back. Raises StorageError."""
        self._file.close()


def line_of(
    seq: int, utc: str, time_s: float | None, kind: str, *, facts: dict[str, Any], before: str
) -> bytes:
    """One line without its end."""
    entry = {"seq": seq, "utc": utc, "time_s": time_s, "kind": kind, "facts": facts, "before": before}
    return json_bytes(entry)


def parsed_line(path: Path, line: bytes, number: int) -> tuple[Entry, str]:
    """A line and the hash it carries of the line before. Raises StorageError for a damaged one."""
    try:
        entry = _parsed(line)
    except ValueError as error:
        raise StorageError(
            f"{path}, line {number}: {error}",
            path=path,
            state="the file was not changed",
            remedy="the file was altered after it was written: restore it from a copy",
        ) from None
    found = Entry(entry["seq"], entry["utc"], entry["time_s"], entry["kind"], entry["facts"])
    return found, str(entry["before"])


def read(path: Path) -> list[Entry]:
    """The whole lines; half a line at the end is left out. Raises StorageError for a damaged one."""
    return [_entry(path, line, number) for number, line in _lines(path)]


def verify(path: Path) -> list[str]:
    """What is wrong with the chain: nothing, or the first line that breaks it.

    Half a line at the end is no break: a kill leaves it. Lines cut off at the end leave a whole chain; the
    end record of the run (`RunFolder.verify`) knows how many there were. Raises StorageError only if the
    file cannot be read.
    """
    before = _FIRST
    for number, line in _lines(path):
        try:
            entry = _parsed(line)
        except ValueError as error:
            return [f"{path.name}, line {number}: {error}"]
        if entry["seq"] != number:
            return [f"{path.name}, line {number}: it is numbered {entry['seq']}"]
        if entry["before"] != before:
            return [
                f"{path.name}, line {number}: it does not follow the line before, one of them was changed"
            ]
        before = hashlib.sha256(line).hexdigest()
    return []


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(error, path, "reading") from error
    return enumerate(data[: whole_length(data)].split(b"\n")[:-1], 1)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise ValueError(f"it is no JSON ({error})") from None
    if not isinstance(entry, dict) or entry.keys() != _KEYS or not isinstance(entry["facts"], dict):
        raise ValueError("it is no line of a journal")
    return entry


def _entry(path: Path, line: bytes, number: int) -> Entry:
    return parsed_line(path, line, number)[0]
