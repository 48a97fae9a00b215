"""Finds the run that a person means: by folder, by its id or the start of it, or by its name in the queue."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.errors import BenchError

if TYPE_CHECKING:
    from bench.runs.storage.folder import RunFolder

_SHOWN = 8


class UnknownRunError(BenchError):
    """No run, or more than one, is meant."""


def find_run(data: Path, text: str) -> RunFolder:
    """The run that `text` names: a folder, a run id, the unique start of one, or an id from a queue file.

    An id from a queue may have been run often: the newest is meant. Raises UnknownRunError, StorageError.
    """
    from bench.runs.storage.folder import RUNS, RunFolder

    called = run_called(data, text)
    if called is not None:
        return called
    runs, names = data / RUNS, _names(data)
    queued = [folder for name in names if (folder := RunFolder.open(runs / name)).info.get("id") == text]
    if queued:
        return max(queued, key=lambda folder: str(folder.info.get("started", "")))
    where = f"there are {len(names)} runs in {runs}" if names else f"there are no runs in {runs}"
    raise UnknownRunError(
        f"there is no run '{text}'",
        state=where,
        remedy="`bench show` lists the runs; --data DIR names another data folder",
    )


def run_called(data: Path, text: str) -> RunFolder | None:
    """By folder, run id or the unique start of one, without opening any other run; None if there is none.

    Raises UnknownRunError where it is the start of several, StorageError.
    """
    from bench.runs.storage.folder import RUNS, RunFolder

    given = Path(text)
    if given.is_dir() and (given / "run.json").is_file():
        return RunFolder.open(given)
    starting = [name for name in _names(data) if name.startswith(text)] if text else []
    if text in starting or len(starting) == 1:
        return RunFolder.open(data / RUNS / (text if text in starting else starting[0]))
    if starting:
        raise UnknownRunError(
            f"'{text}' is the start of {len(starting)} runs: {_some(starting)}",
            remedy="write more of the run id",
        )
    return None


def _names(data: Path) -> list[str]:
    from bench.runs.storage.folder import RUNS

    runs = data / RUNS
    return sorted(path.name for path in runs.iterdir() if path.is_dir()) if runs.is_dir() else []


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    rest = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + rest
