"""Whether a run folder is still what was written: the chain of the journal, the rows, their number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
END = ("status", "reason", "safe", "rows", "sha256")
"""What the end line of the journal and run.json both say."""
_WRITTEN_LATER = frozenset({*END, "ended", "clock", "journal"})


def digest_of(info: Mapping[str, Any]) -> str:
    """SHA-256 of all in run.json that stands when the run ends: what was asked, simulated or not, by whom."""
    told = {name: value for name, value in info.items() if name not in _WRITTEN_LATER}
    return hashlib.sha256(json.dumps(told, sort_keys=True, allow_nan=False).encode()).hexdigest()


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
        problems += _against_the_journal(folder, entries)
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


def _against_the_journal(folder: RunFolder, entries: list[Entry]) -> list[str]:
    """run.json stands in no chain itself: the end line of the journal vouches for it."""
    end = history.end_of(entries)
    if end is None:
        return []
    problems = [
        f"{INFO}: {name} is {folder.info.get(name)!r}, and {end.facts[name]!r} in the journal"
        for name in END
        if name in end.facts and folder.info.get(name) != end.facts[name]
    ]
    about = end.facts.get("about")  # absent in folders of earlier versions
    if about is not None and about != digest_of(folder.info):
        problems.append(f"{INFO} is not what it was when the run ended: what was asked, or how")
    return problems
