"""Whether a run folder is still what was written: the chain of the journal, the rows, their number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.storage import history, journal
from bench.runs.storage.appended import sha256_of
from bench.runs.storage.files import StorageError, refused
from bench.runs.storage.history import Checkpoint
from bench.runs.storage.journal import Entry

if TYPE_CHECKING:
    from bench.runs.storage.folder import RunFolder

INFO = "run.json"
DATA = "data.csv"
JOURNAL = "journal.jsonl"


def check_prefix(data: Path, checkpoint: Checkpoint) -> None:
    """Raise StorageError unless the rows up to the checkpoint are those that it was made of."""
    try:
        same = (
            data.stat().st_size >= checkpoint.offset
            and sha256_of(data, checkpoint.offset) == checkpoint.sha256
        )
    except OSError as error:
        raise refused(error, data, "reading") from error
    if not same:
        raise StorageError(
            f"the rows up to the checkpoint '{checkpoint.label}' in {data} are not what they were",
            path=data,
            state="nothing was changed",
            remedy="restore the file from a copy, or start a new run",
        )


def verify(folder: RunFolder) -> list[str]:
    """What was altered after it was written, as texts with their places; empty where all is as it was.

    A run that has ended is checked as a whole; one that has not, as far as its last checkpoint and the chain
    of its journal go. Raises StorageError if a file cannot be read.
    """
    path = folder.path / JOURNAL
    if not path.exists():
        return [f"{JOURNAL} is missing"] if folder.info.get("ended") else []
    problems = journal.verify(path)
    if problems:
        return problems
    entries = journal.read(path)
    for checkpoint in history.checkpoints_of(entries)[-1:]:
        try:
            check_prefix(folder.path / DATA, checkpoint)
        except StorageError as error:
            problems.append(error.what)
    if folder.info.get("ended"):
        problems += _against_the_end(folder, entries)
    return problems


def _against_the_end(folder: RunFolder, entries: list[Entry]) -> list[str]:
    problems = []
    lines = folder.info["journal"]["lines"]
    if len(entries) < lines:
        problems.append(f"{JOURNAL} has {len(entries)} lines, {lines} when the run ended")
    data = folder.path / DATA
    try:
        digest = sha256_of(data, data.stat().st_size)
    except OSError as error:
        return [*problems, f"{DATA} cannot be read: {error}"]
    if digest != folder.info["sha256"]:
        problems.append(f"{DATA} is not what it was when the run ended")
    return problems
