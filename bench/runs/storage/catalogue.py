"""An index of all runs beside the data: fast to ask, never the truth, rebuilt from the folders any time."""

from __future__ import annotations

import builtins
import contextlib
import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from bench.runs.storage.files import StorageError, refused
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.storage.index import CatalogueError, Index, LostError, RunEntry
from bench.runs.storage.integrity import INFO
from bench.runs.storage.names import Names, names_in

__all__ = ["FILE", "Catalogue", "CatalogueError", "RunEntry", "entry_of"]

FILE = "catalogue.sqlite"

T = TypeVar("T")
_log = logging.getLogger(__name__)


def entry_of(folder: RunFolder) -> RunEntry:
    """What the catalogue says about a run folder. Raises StorageError."""
    info, end = folder.info, folder.end()
    results = {
        name: {"value": result.value, "unit": result.unit, "U": result.U, "flags": list(result.flags)}
        for name, result in folder.results().items()
    }
    return RunEntry(
        run_id=folder.path.name,
        id=info.get("id", ""),
        procedure=info.get("procedure", ""),
        sample=(info.get("sample") or {}).get("name"),
        status=end["status"],
        reason=end["reason"] or "",
        safe=end["safe"],
        simulated=bool(info.get("simulated", False)),
        started=info.get("started") or "",
        ended=info.get("ended"),
        folder=f"{RUNS}/{folder.path.name}",
        results=results,
        batch=_name((info.get("parameters") or {}).get("batch")),
        sample_batch=_name((info.get("sample") or {}).get("batch")),
    )


def _name(given: object) -> str | None:
    """A batch as it is looked up; a parameter of this name that is no text names none."""
    return given.strip() or None if isinstance(given, str) else None


class Catalogue:
    """The index of `data_dir`, in `catalogue.sqlite`. Nothing is opened before it is used.

    What is missing, damaged, half built or of another version is built from the folders, whenever that turns
    out. Every method raises CatalogueError where the file cannot be used, because it is locked for too long
    or may not be written; except `note`, which is what a run calls.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.path = data_dir / FILE
        self._index = Index(self.path)

    def note(self, folder: RunFolder) -> bool:
        """`update` that never raises: a failure leaves a line of kind "warning" in the run's journal.

        False if it failed. The folder should still be open for writing.
        """
        try:
            self.update(folder)
        except Exception as error:  # no run fails because of its index, whatever is wrong with that
            with contextlib.suppress(StorageError):
                folder.journal.append("warning", text="the catalogue was not updated", error=str(error))
            return False
        return True

    def add(self, folder: RunFolder) -> None:
        """Add a run."""
        self.update(folder)

    def update(self, folder: RunFolder) -> None:
        """Bring the entry of a run up to date, or add it. Raises StorageError if the folder is damaged."""
        entry = entry_of(folder)
        self._on_index(lambda: self._index.put(entry))

    def get(self, run_id: str) -> RunEntry | None:
        """One run by its run id (the name of its folder), None if there is none."""
        found = self._on_index(lambda: self._index.select({"run_id": run_id}))
        return self._looked_after(found[0]) if found else None

    def list(
        self,
        *,
        procedure: str | None = None,
        sample: str | None = None,
        status: str | None = None,
        id: str | None = None,
        batch: str | None = None,
        sample_batch: str | None = None,
        limit: int | None = None,
    ) -> tuple[RunEntry, ...]:
        """Runs, the last started first; those only whose entries have all these values, if asked."""
        asked = {
            "procedure": procedure,
            "sample": sample,
            "id": id,
            "batch": batch,
            "sample_batch": sample_batch,
        }
        equal = {name: value for name, value in asked.items() if value is not None}
        for entry in self._on_index(lambda: self._index.select({**equal, "status": "running"})):
            self._looked_after(entry)
        wanted = equal if status is None else {**equal, "status": status}
        return self._on_index(lambda: self._index.select(wanted, limit))

    def names(self) -> Names:
        """The samples and batches that there are runs of."""
        self._on_index(lambda: None)
        return names_in(self.path)

    def rebuild(self) -> tuple[str, ...]:
        """Forget everything and read all folders. Returns what could not be read, one text a folder."""
        entries, problems = self._read(self._names())
        try:
            self._replace(entries)
        except LostError:
            self._index.mend()
            self._replace(entries)
        return tuple(problems)

    def _replace(self, entries: builtins.list[RunEntry]) -> None:
        if not self._index.open(lambda: entries):
            self._index.replace(entries)

    def _names(self) -> frozenset[str]:
        """The folders there are."""
        try:
            with os.scandir(self.data_dir / RUNS) as found:
                return frozenset(entry.name for entry in found if entry.is_dir())
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            raise refused(error, self.data_dir / RUNS, "reading") from error

    def _read(self, names: Iterable[str]) -> tuple[builtins.list[RunEntry], builtins.list[str]]:
        entries, problems = [], []
        for name in sorted(names):
            path = self.data_dir / RUNS / name
            try:
                entries.append(entry_of(RunFolder.open(path)))
            except (StorageError, KeyError, TypeError, AttributeError) as error:
                problems.append(f"{path / INFO}: {error}")
        return entries, problems

    def _on_index(self, act: Callable[[], T]) -> T:
        """On an index that is whole: what was lost, before or meanwhile, is built anew first."""
        try:
            self._open()
            return act()
        except LostError:
            self.rebuild()
            return act()

    def _open(self) -> None:
        """At the first use also amended: entries that a power cut or a failed `note` has cost are added."""
        if self._index.is_open:
            return
        if self._index.open(lambda: self._read(self._names())[0]):
            return
        there, known = self._names(), self._index.run_ids()
        if there != known:
            missing, _ = self._read(there - known)
            try:
                self._index.amend(missing, known - there)
            except LostError:
                raise
            except CatalogueError as error:  # locked at the moment: who looks next does it
                _log.warning("the catalogue was not amended: %s", error)

    def _looked_after(self, entry: RunEntry) -> RunEntry:
        """A run that was going on when it was noted may have been killed since."""
        if entry.status != "running":
            return entry
        try:
            now = entry_of(RunFolder.open(self.data_dir / entry.folder))
        except StorageError:
            return entry
        if now != entry:
            self._on_index(lambda: self._index.put(now))
        return now
