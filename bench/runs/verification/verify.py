"""The checks of a run folder, one after another, each with what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.runs.storage import history, journal
from bench.runs.storage.files import StorageError, refused
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.history import Checkpoint
from bench.runs.storage.integrity import DATA, JOURNAL
from bench.runs.storage.resultfile import NAME as RESULT
from bench.runs.verification.reanalysis import compare_result

Outcome = Literal["ok", "altered", "differs", "not checked"]

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Check:
    """One check. "altered": something was changed after it was written; "differs": the result does not
    follow from the rows with the software of today; "not checked": `details` say why.
    """

    name: str
    outcome: Outcome
    details: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """False if something is wrong."""
        return self.outcome in ("ok", "not checked")


def verify_run(folder: RunFolder, procedures: Mapping[str, str] | None = None) -> tuple[Check, ...]:
    """Every check. `procedures` are further ones of a station file, by name. Writes nothing.

    What is covered: every line of the journal, every row up to the last checkpoint and, of a run that has
    ended, all of them; result.json and its tables. run.json is covered as far as the analysis uses it.
    """
    return (
        _guarded("journal chain", lambda: _chain(folder)),
        _guarded("rows up to each checkpoint", lambda: _prefixes(folder)),
        _guarded("end record", lambda: _end(folder)),
        _guarded("result follows from the rows", lambda: _result(folder, procedures or {})),
    )


def _guarded(name: str, check: Callable[[], tuple[Outcome, tuple[str, ...]]]) -> Check:
    try:
        return Check(name, *check())
    except StorageError as error:
        return Check(name, "altered", (error.what,))


def _chain(folder: RunFolder) -> tuple[Outcome, tuple[str, ...]]:
    path = folder.path / JOURNAL
    if not path.exists():
        return "altered", (f"{JOURNAL} is missing",)
    problems = journal.verify(path)
    return ("altered", tuple(problems)) if problems else ("ok", (f"{len(journal.read(path))} lines",))


def _prefixes(folder: RunFolder) -> tuple[Outcome, tuple[str, ...]]:
    checkpoints = history.checkpoints_of(folder.entries())
    if not checkpoints:
        return "not checked", ("the run has no checkpoint",)
    wrong = _altered_prefixes(folder.path / DATA, checkpoints)
    if wrong:
        return "altered", tuple(wrong)
    return "ok", (f"{len(checkpoints)} checkpoints, the last at row {checkpoints[-1].rows}",)


def _altered_prefixes(path: Path, checkpoints: list[Checkpoint]) -> list[str]:
    """In one pass over the file, however many checkpoints there are."""
    digest, at, wrong = hashlib.sha256(), 0, []
    try:
        with path.open("rb") as file:
            for checkpoint in sorted(checkpoints, key=lambda one: one.offset):
                while at < checkpoint.offset and (data := file.read(min(_CHUNK, checkpoint.offset - at))):
                    digest.update(data)
                    at += len(data)
                if at != checkpoint.offset or digest.hexdigest() != checkpoint.sha256:
                    wrong.append(f"the first {checkpoint.rows} rows are not those of '{checkpoint.label}'")
    except OSError as error:
        raise refused(error, path, "reading") from error
    return wrong


def _end(folder: RunFolder) -> tuple[Outcome, tuple[str, ...]]:
    if not folder.info.get("ended"):
        return "not checked", (f"the run has not ended: it is {folder.status}",)
    problems = folder.verify()
    rows = folder.info.get("rows")
    return ("altered", tuple(problems)) if problems else ("ok", (f"all {rows} rows are as they were",))


def _result(folder: RunFolder, procedures: Mapping[str, str]) -> tuple[Outcome, tuple[str, ...]]:
    if folder.status != "done" and not (folder.path / RESULT).exists():
        return "not checked", (f"the run is {folder.status}",)
    compared = compare_result(folder, procedures)
    if compared.skipped:
        return "not checked", (compared.skipped,)
    if compared.differences:
        return "differs", tuple(compared.differences)
    return "ok", tuple(compared.notes)
