"""An index of all runs beside the data: fast to ask, never the truth, rebuilt from the folders any time."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RUNS, RunFolder
from bench.runs.storage.index import CatalogueError, Index, RunEntry
from bench.runs.storage.integrity import INFO

__all__ = ["FILE", "Catalogue", "CatalogueError", "RunEntry", "entry_of"]

FILE = "catalogue.sqlite"


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
    )


class Catalogue:
    """The index of `data_dir`, in `catalogue.sqlite`. Nothing is opened before it is used.

    A file that is missing or of another version is built from the folders at the first use. Every method
    raises CatalogueError where the file cannot be used, except `note`, which is what a run calls.
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
        self._open()
        self._index.put(entry_of(folder))

    def get(self, run_id: str) -> RunEntry | None:
        """One run by its run id (the name of its folder), None if there is none."""
        self._open()
        found = self._index.select({"run_id": run_id})
        return self._looked_after(found[0]) if found else None

    def list(
        self,
        *,
        procedure: str | None = None,
        sample: str | None = None,
        status: str | None = None,
        limit: int | None = None,
    ) -> tuple[RunEntry, ...]:
        """Runs, the last started first; those of a procedure, a sample or a status only, if asked."""
        self._open()
        asked = {"procedure": procedure, "sample": sample}
        equal = {name: value for name, value in asked.items() if value is not None}
        for entry in self._index.select({**equal, "status": "running"}):
            self._looked_after(entry)
        return self._index.select(equal if status is None else {**equal, "status": status}, limit)

    def rebuild(self) -> tuple[str, ...]:
        """Forget everything and read all folders. Returns what could not be read, one text a folder."""
        entries, problems = [], []
        folders = self.data_dir / RUNS
        for path in sorted(folders.iterdir()) if folders.is_dir() else ():
            if not path.is_dir():
                continue
            try:
                entries.append(entry_of(RunFolder.open(path)))
            except (StorageError, KeyError, TypeError, AttributeError) as error:
                problems.append(f"{path / INFO}: {error}")
        try:
            self._index.replace(entries)
        except CatalogueError:  # damaged beyond writing
            self._index.remove()
            self._index.replace(entries)
        return tuple(problems)

    def _open(self) -> None:
        if self._index.open():
            self.rebuild()

    def _looked_after(self, entry: RunEntry) -> RunEntry:
        """A run that was going on when it was noted may have been killed since."""
        if entry.status != "running":
            return entry
        try:
            now = entry_of(RunFolder.open(self.data_dir / entry.folder))
        except StorageError:
            return entry
        if now != entry:
            self._index.put(now)
        return now
