"""The tails of the runs that somebody follows, found by the name of the run folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.core.errors import BenchError
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.storage.request import check_name
from bench.service.feed.tail import RowTail


class UnknownRunError(BenchError):
    """There is no run of this name."""


class Tails:
    """One tail a run, as long as anybody uses it. May be used from any thread."""

    def __init__(self, data_dir: Path) -> None:
        self._runs = data_dir / RUNS
        self._tails: dict[str, tuple[RowTail, int]] = {}
        self._mutex = threading.Lock()

    def folder(self, run_id: str) -> RunFolder:
        """The folder of a run: `run_id` is a name in the folder of runs and never a path.

        Raises UnknownRunError, StorageError.
        """
        try:
            path = self._runs / check_name(run_id, "run folder")
        except ValueError:
            raise _unknown(run_id) from None
        if not path.is_dir():
            raise _unknown(run_id)
        return RunFolder.open(path)

    @contextmanager
    def tail(self, run_id: str) -> Iterator[RowTail]:
        """Its tail, as far as the file goes now."""
        tail = self.take(run_id)
        try:
            yield tail
        finally:
            self.give_back(run_id)

    def take(self, run_id: str) -> RowTail:
        """Its tail, until `give_back`. Raises UnknownRunError, StorageError."""
        with self._mutex:
            tail, users = self._tails.get(run_id) or (RowTail(self.folder(run_id)), 0)
            self._tails[run_id] = (tail, users + 1)
        if not users:
            tail.scan()
        return tail

    def give_back(self, run_id: str) -> None:
        """One who used it less."""
        with self._mutex:
            tail, users = self._tails[run_id]
            if users > 1:
                self._tails[run_id] = (tail, users - 1)
            else:
                del self._tails[run_id]

    def followed(self) -> list[RowTail]:
        """All that somebody uses."""
        with self._mutex:
            return [tail for tail, _ in self._tails.values()]


def _unknown(run_id: str) -> UnknownRunError:
    return UnknownRunError(f"there is no run {run_id[:120]!r}", remedy="GET /runs lists them")
