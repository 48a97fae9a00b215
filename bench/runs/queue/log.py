"""queue.jsonl: appended by several processes in turn, each line with the hash of the one before.

The form of a line is that of a run's journal (bench.runs.storage.journal). Whoever writes holds the lock of
`queue.lock`, has read everything before, and fsyncs once for all lines of an operation. Half a line at the
end, left by a kill, was never acknowledged: the next writer cuts it off and notes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.queue.changes import Change
from bench.runs.queue.store import Mark
from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError, refused, sync_directory, whole_length, write_all
from bench.runs.storage.journal import Entry, line_of, parsed_line
from bench.runs.storage.plain import plain

FILE = "queue.jsonl"
LOCK = "queue.lock"
PATIENCE_S = 10.0
"""Real seconds to wait for another process that is writing; an operation takes milliseconds."""
_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class QueueError(BenchError):
    """The queue cannot do that; nothing was changed."""


class QueueLog:
    """The journal of the queue in `data_dir`, which is made if need be."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / FILE
        self._lock_path = data_dir / LOCK

    def size(self) -> int:
        """Bytes, 0 if there is no journal yet."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise refused(error, self.path, "reading") from error

    def read(self, mark: Mark) -> tuple[list[Change], Mark]:
        """The whole lines behind `mark`, and where they end. Raises StorageError where they do not follow."""
        try:
            with self.path.open("rb") as file:
                file.seek(mark.offset)
                data = file.read()
        except FileNotFoundError:
            data = b""
        except OSError as error:
            raise refused(error, self.path, "reading") from error
        changes = []
        for line in data[: whole_length(data)].split(b"\n")[:-1]:
            entry, before = parsed_line(self.path, line, mark.seq + 1)
            if before != mark.before or entry.seq != mark.seq + 1:
                raise StorageError(
                    f"{self.path}, line {mark.seq + 1} does not follow the one before",
                    path=self.path,
                    state="nothing was changed",
                    remedy="the file was altered after it was written: restore it from a copy",
                )
            mark = Mark(mark.offset + len(line) + 1, entry.seq, hashlib.sha256(line).hexdigest())
            changes.append(_change(entry))
        return changes, mark

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Nobody else writes meanwhile. Raises QueueError if somebody does for too long, StorageError."""
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(filelock.held(self._lock_path, PATIENCE_S))
            except TimeoutError as error:
                raise QueueError(
                    f"another process has been writing {self.path} for {PATIENCE_S:g} s",
                    state="nothing was changed",
                    remedy="look for a bench command that hangs, and try again",
                ) from error
            except OSError as error:
                raise refused(error, self._lock_path, "opening") from error
            yield

    def append(self, mark: Mark, changes: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Add lines behind `mark`, which is the end of the last whole line; under the lock.

        They are durable when this returns; if it raises StorageError, nothing was added.
        """
        torn = self.size() - mark.offset
        lines = []
        if torn > 0:
            changes = [("torn", {"who": "bench", "why": "a kill left half a line", "bytes": torn}), *changes]
        utc = wall.utc().isoformat(timespec="microseconds")
        seq, before = mark.seq, mark.before
        for kind, facts in changes:
            seq += 1
            line = line_of(seq, utc, None, kind, facts=plain(facts, kind), before=before)
            before = hashlib.sha256(line).hexdigest()
            lines.append(line + b"\n")
        self._write(mark.offset, b"".join(lines))

    def _write(self, offset: int, data: bytes) -> None:
        fresh = not self.path.exists()
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | _BINARY, 0o666)
            try:
                os.ftruncate(descriptor, offset)
                os.lseek(descriptor, offset, os.SEEK_SET)
                try:
                    write_all(descriptor, data)
                    os.fsync(descriptor)
                except BaseException:
                    os.ftruncate(descriptor, offset)
                    raise
            finally:
                os.close(descriptor)
            if fresh:
                sync_directory(self.path.parent)
        except OSError as error:
            raise refused(error, self.path, "writing") from error


def _change(entry: Entry) -> Change:
    return Change(entry.seq, entry.utc, entry.kind, int(entry.facts.get("key", 0)), entry.facts)
