"""The tails of the runs that somebody follows, found by the name of the run folder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.core import wall
from bench.core.errors import BenchError
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.storage.request import check_name
from bench.service.feed.tail import RowTail

PATIENCE_S = 5.0
"""Real seconds for a run that has just begun to write what it is."""
UNUSED = 32
"""Tails that nobody uses and that are kept all the same, the last used ones."""


class UnknownRunError(BenchError):
    """There is no run of this name."""


class Tails:
    """One tail a run, as long as anybody uses it. May be used from any thread."""

    def __init__(self, data_dir: Path, begins: Callable[[str], bool] = lambda run_id: False) -> None:
        """`begins` tells of a run without a folder whether it is about to have one."""
        self._runs = data_dir / RUNS
        self._begins = begins
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
        """Its tail, as far as the file goes now, until `give_back`. Raises UnknownRunError, StorageError."""
        folder = self._with_columns(run_id)
        with self._mutex:
            tail, users = self._tails.pop(run_id, (None, 0))
            if tail is None or (not users and not tail.valid):
                tail, users = RowTail(folder), 0
            self._tails[run_id] = (tail, users + 1)
            self._forget()
        if not users:
            tail.scan()
        return tail

    def _with_columns(self, run_id: str) -> RunFolder:
        """The folder; of a run that is just beginning as soon as it says what its columns are."""
        until = wall.now() + PATIENCE_S
        while True:
            try:
                folder = self.folder(run_id)
                if "columns" in folder.info or wall.now() > until:
                    return folder
            except UnknownRunError:
                if wall.now() > until or not self._begins(run_id):
                    raise
            wall.sleep(0.02)

    def give_back(self, run_id: str) -> None:
        """One who used it less. It is kept for a while: somebody may ask again."""
        with self._mutex:
            tail, users = self._tails[run_id]
            self._tails[run_id] = (tail, max(0, users - 1))

    def _forget(self) -> None:
        unused = [run_id for run_id, (_, users) in self._tails.items() if not users]
        for run_id in unused[: max(0, len(unused) - UNUSED)]:
            del self._tails[run_id]

    def followed(self) -> list[RowTail]:
        """All that somebody uses."""
        with self._mutex:
            return [tail for tail, users in self._tails.values() if users]


def _unknown(run_id: str) -> UnknownRunError:
    return UnknownRunError(f"there is no run {run_id[:120]!r}", remedy="GET /runs lists them")
