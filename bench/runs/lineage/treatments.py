"""What the folder of a furnace run says of its batch: masses, steps with who did them, and verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.runs.lineage.model import Step, Treatment, Verdict
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.history import facts_of
from bench.runs.storage.index import RunEntry
from bench.runs.storage.journal import Entry
from bench.runs.storage.reading import read_table
from bench.runs.storage.tables import rows_of
from bench.samples import Batch

ACCEPTED = "accepted"
ACCEPTANCE = "acceptance"
BATCH, STEP = "batch", "batch step"
_DONE = "operator done"


def treatment_of(data_dir: Path, run: RunEntry) -> Treatment:
    """Never raises: a folder that cannot be read is part of the answer."""
    try:
        folder = RunFolder.open(data_dir / run.folder)
        entries = folder.entries()
        facts = facts_of(entries)
        made = Batch.from_json(facts[BATCH]) if BATCH in facts else None
        by = _who(entries)
        steps = [
            Step(step.what, step.utc, by.get((BATCH, place), ""), run.run_id)
            for place, step in enumerate(made.steps if made is not None else ())
        ]
        if STEP in facts:
            last = facts[STEP]
            steps.append(Step(last["what"], last["utc"], by.get((STEP, 0), ""), run.run_id))
        return Treatment(
            run,
            accepted_of(run.results),
            tuple(_verdicts(folder)),
            None if made is None else made.masses_g,
            tuple(steps),
        )
    except (StorageError, KeyError, TypeError, AttributeError) as error:
        return Treatment(run, accepted_of(run.results), unread=f"{run.folder} cannot be read: {error}")


def accepted_of(results: Mapping[str, Any]) -> str | None:
    """The verdict on a whole run: the first flag of its result `accepted`."""
    flags = (results.get(ACCEPTED) or {}).get("flags") or ()
    return str(flags[0]) if flags else None


def _who(entries: Iterable[Entry]) -> dict[tuple[str, int], str]:
    """By name of the fact and number of the step, who had answered last when the step was noted.

    A fact `batch` is noted anew after each step, which is then its last.
    """
    found: dict[tuple[str, int], str] = {}
    last = ""
    for entry in entries:
        if entry.kind == _DONE:
            last = str(entry.facts.get("by") or "")
        elif entry.kind == "fact" and entry.facts["name"] == BATCH:
            found[BATCH, len(entry.facts["value"]["steps"]) - 1] = last
        elif entry.kind == "fact" and entry.facts["name"] == STEP:
            found[STEP, 0] = last
    return found


def _verdicts(folder: RunFolder) -> Iterable[Verdict]:
    path = folder.tables().get(ACCEPTANCE)
    if path is None:
        return
    table = read_table(path)
    for row in rows_of(table.columns, table.arrays):
        yield Verdict(
            quantity=str(row["Quantity"]),
            value=_number(row["Value"]),
            sense=str(row["Criterion"]),
            limit=_number(row["Limit"]),
            unit=str(row["Unit"] or ""),
            verdict=str(row["Verdict"]),
        )


def _number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) else None
