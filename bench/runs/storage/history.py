"""What the journal of a run says about it: facts, checkpoints, attempts, and how it ended.

Written by `bench.runs.storage.folder` and the run's context as lines of these kinds:
"fact" {name, value}; "checkpoint" {label, state, rows, offset, sha256}, after the fsync of those rows;
"attempt" {attempt, from_row, from_seq, at_row}: rows from `from_row` up to `at_row`, and the facts and
checkpoints in the lines after `from_seq`, are superseded by what follows; "end" {status, reason, safe, rows,
sha256, about}, the last the digest of run.json.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.runs.storage.journal import Entry


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place to resume from: `rows` rows in `offset` bytes (header included) with this SHA-256 are durable.

    `seq` is its line in the journal, `state` what the procedure wants back.
    """

    label: str
    state: dict[str, Any]
    rows: int
    offset: int
    sha256: str
    seq: int


def _standing(entries: Iterable[Entry], kind: str) -> list[Entry]:
    """The lines of one kind that no later attempt supersedes."""
    standing: list[Entry] = []
    for entry in entries:
        if entry.kind == kind:
            standing.append(entry)
        elif entry.kind == "attempt":
            standing = [line for line in standing if line.seq <= entry.facts["from_seq"]]
    return standing


def facts_of(entries: Iterable[Entry]) -> dict[str, Any]:
    """The facts that count, the last of each name."""
    return {entry.facts["name"]: entry.facts["value"] for entry in _standing(entries, "fact")}


def checkpoints_of(entries: Iterable[Entry]) -> list[Checkpoint]:
    """The checkpoints that a resume may start from, oldest first."""
    return [
        Checkpoint(
            entry.facts["label"],
            entry.facts["state"],
            entry.facts["rows"],
            entry.facts["offset"],
            entry.facts["sha256"],
            entry.seq,
        )
        for entry in _standing(entries, "checkpoint")
    ]


def attempt_of(entries: Iterable[Entry]) -> int:
    """The number of the last attempt, 1 for a run that was never resumed."""
    return max((entry.facts["attempt"] for entry in entries if entry.kind == "attempt"), default=1)


def fruitless_of(entries: Iterable[Entry]) -> int:
    """How many attempts there were, up to the last one, since the one that wrote the last checkpoint."""
    count = 1
    for entry in entries:
        if entry.kind == "checkpoint":
            count = 0
        elif entry.kind == "attempt":
            count += 1
    return count


def superseded_rows(entries: Iterable[Entry], rows: int) -> NDArray[np.bool_]:
    """For each of the `rows` rows of the file whether a later attempt supersedes it."""
    mask = np.zeros(rows, dtype=np.bool_)
    for entry in entries:
        if entry.kind == "attempt":
            mask[entry.facts["from_row"] : entry.facts["at_row"]] = True
    return mask


def end_of(entries: Sequence[Entry]) -> Entry | None:
    """The line that says how the run ended, None if it has not, or went on after it."""
    last = [entry for entry in entries if entry.kind in ("end", "attempt")]
    return last[-1] if last and last[-1].kind == "end" else None
