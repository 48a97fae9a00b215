"""A file that only grows by whole records: flushed one by one, fsynced every second, hashed as it grows.

Why no acknowledged record is lost:

- Killed process (`kill -9`): `append` returns only after write(2) took every byte, so the record is in the
  operating system's cache, which outlives the process.
- Power cut: an fsync begins at most SYNC_DELAY_S after the first record that no fsync covers, in a thread of
  its own on the PC's time, so a run that goes quiet, or one whose virtual time races, is covered as well. The
  half second left is for the disk. What was acknowledged more than a second ago is therefore on the disk,
  unless the disk needs more than half a second for an fsync (or lies about it).
- Refused write (disk full): the part that may have been written is cut off again, so that the file ends with
  a whole record and the next one can be tried when there is space.
- Failed fsync: never tried again as if nothing had been, because the system drops the unwritten pages after
  reporting it once (P. Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020).
  Every later append says so.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.core import wall
from bench.core.wall import Deferred
from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError, refused, sync_directory, write_all

SYNC_DELAY_S = 0.5
"""The longest real time between an append and the start of the fsync that covers it."""

_FLAGS = os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_CHUNK = 1 << 20
_LOCK_TRIES = 20


class Extent(NamedTuple):
    """How far the file goes: whole records, their bytes, and the SHA-256 of those bytes."""

    records: int
    offset: int
    sha256: str


Measure = Callable[[bytes], tuple[int, int]]
"""What a reopened file holds: how many whole records, in how many bytes from its start."""


class AppendedFile:
    """Made by `create` or `reopen`. Every method may be called from any thread.

    `torn` is what followed the last whole record when the file was reopened, and was cut off.
    """

    def __init__(self, path: Path, descriptor: int, records: int, data: bytes, torn: bytes) -> None:
        self.path = path
        self.torn = torn
        self._descriptor = descriptor
        self._end = (records, len(data))  # replaced as one, so that no exception leaves it half changed
        self._hash: hashlib._Hash | None = hashlib.sha256(data)
        self._synced = 0
        self._broken: StorageError | None = None
        self._lock = threading.Lock()
        self._syncing = Deferred(self._sync_quietly, SYNC_DELAY_S, f"fsync {path.name}")

    @classmethod
    def create(cls, path: Path, *, exclusive: bool = False) -> AppendedFile:
        """A new, empty file whose name is durable; `exclusive` locks it against other writers.

        Raises StorageError, also if the file exists.
        """
        descriptor = _opened(path, os.O_CREAT | os.O_EXCL, "creating")
        try:
            if exclusive:
                _lock(descriptor, path)
            sync_directory(path.parent)
        except OSError as error:
            os.close(descriptor)
            raise refused(error, path, "creating") from error
        except StorageError:
            os.close(descriptor)
            raise
        return cls(path, descriptor, 0, b"", b"")

    @classmethod
    def reopen(cls, path: Path, measure: Measure, *, exclusive: bool = False) -> AppendedFile:
        """Go on behind the whole records that `measure` finds; what follows them is cut off.

        Raises StorageError (also if `exclusive` and somebody else writes it) and whatever `measure` raises;
        nothing was changed then.
        """
        descriptor = _opened(path, 0, "opening")
        try:
            if exclusive:
                _lock(descriptor, path)
            data = path.read_bytes()
            records, size = measure(data)
            if len(data) > size:
                os.ftruncate(descriptor, size)
        except OSError as error:
            os.close(descriptor)
            raise refused(error, path, "opening") from error
        except BaseException:
            os.close(descriptor)
            raise
        return cls(path, descriptor, records, data[:size], data[size:])

    @property
    def records(self) -> int:
        """How many records have been appended, with those that were there at the start."""
        return self._end[0]

    def append(self, data: bytes, records: int = 1) -> None:
        """Add `records` whole records; on return they survive the end of this process.

        Raises StorageError, and then none of them is in the file.
        """
        with self._lock:
            self._check()
            before, size = self._end
            try:
                write_all(self._descriptor, data)
                if self._hash is not None:
                    self._hash.update(data)
                self._end = (before + records, size + len(data))
            except OSError as error:
                self._cut_back()
                raise refused(error, self.path, "appending to", self._state()) from error
            except BaseException:  # a signal handler raised: what was written was never acknowledged
                self._cut_back()
                self._hash = None
                raise
        self._syncing.ask()

    def sync(self) -> None:
        """Return when everything appended before the call survives a power cut. Raises StorageError."""
        self._check()
        target = self._end[1]
        if target == self._synced:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self._broken = refused(
                error,
                self.path,
                "fsync of",
                "records that were appended since the last fsync may not survive a power cut",
            )
            raise self._broken from error
        self._synced = target

    def extent(self) -> Extent:
        """What has been appended so far."""
        with self._lock:
            records, size = self._end
            if self._hash is None:
                self._hash = _hash_of(self.path, size)
            return Extent(records, size, self._hash.hexdigest())

    def close(self) -> None:
        """Sync and close; twice is allowed. Raises StorageError if the sync fails; it is closed then too."""
        if self._descriptor < 0:
            return
        self._syncing.close()
        try:
            self.sync()
        finally:
            with self._lock:
                descriptor, self._descriptor = self._descriptor, -1
                os.close(descriptor)

    def _check(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._descriptor < 0:
            raise StorageError(f"{self.path} is closed", path=self.path)

    def _state(self) -> str:
        return f"the file ends with its last whole record, {self._end[0]} in all, and can be continued"

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._descriptor, self._end[1])
        except OSError as error:
            self._broken = refused(
                error,
                self.path,
                "cutting off half a record of",
                f"the first {self._end[1]} bytes are whole; readers drop the rest",
            )

    def _sync_quietly(self) -> None:
        try:
            self.sync()
        except StorageError:
            pass  # kept in _broken: the next append, sync or close raises it


def _opened(path: Path, flags: int, doing: str) -> int:
    try:
        return os.open(path, _FLAGS | flags, 0o666)
    except OSError as error:
        raise refused(error, path, doing) from error


def _lock(descriptor: int, path: Path) -> None:
    for _ in range(_LOCK_TRIES):  # somebody who only looks whether it is taken holds it for an instant
        if filelock.take(descriptor):
            return
        wall.sleep(0.01)
    raise StorageError(
        f"somebody else is writing {path}",
        path=path,
        state="nothing was changed",
        remedy="wait until that run has ended",
    )


def _hash_of(path: Path, size: int) -> hashlib._Hash:
    digest = hashlib.sha256()
    if size:
        with path.open("rb") as file:
            left = size
            while left and (chunk := file.read(min(left, _CHUNK))):
                digest.update(chunk)
                left -= len(chunk)
    return digest


def sha256_of(path: Path, size: int) -> str:
    """SHA-256 of the first `size` bytes of a file. Raises OSError."""
    return _hash_of(path, size).hexdigest()
