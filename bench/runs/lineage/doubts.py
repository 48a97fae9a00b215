"""What speaks against the batches of samples that are to be measured, said beforehand; it refuses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.lineage.remarks import doubts_on, name_of, not_here
from bench.runs.lineage.treatments import treatment_of
from bench.runs.storage.catalogue import Catalogue
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RUNS

if TYPE_CHECKING:
    from bench.runs.planning.plan import PlannedRun


def doubts_in(
    runs: Iterable[PlannedRun], data_dir: Path, *, on_hardware: bool = False
) -> dict[str, tuple[str, ...]]:
    """By sample, in words: its batch has no furnace run in the data folder, or one that went wrong.

    With `on_hardware` also one that was only simulated, for that has made nothing that can be measured.
    A batch that one of these runs makes or treats is not judged yet. A catalogue that cannot be used leaves
    everything unsaid: no run waits for an index.
    """
    planned = list(runs)
    coming = {_text(run.parameters.get("batch")) for run in planned}
    batches = {
        run.sample.name: batch
        for run in planned
        if run.sample is not None and (batch := _text(run.sample.batch)) and batch not in coming
    }
    found = {sample: _doubts(data_dir, batch, on_hardware) for sample, batch in batches.items()}
    return {sample: doubts for sample, doubts in found.items() if doubts}


def _doubts(data_dir: Path, batch: str, on_hardware: bool) -> tuple[str, ...]:
    try:
        runs = Catalogue(data_dir).list(batch=batch) if (data_dir / RUNS).is_dir() else ()
    except StorageError:
        return ()
    if not runs:
        return (not_here(batch),)
    simulated = [name_of(run) for run in reversed(runs) if run.simulated and on_hardware]
    return (
        *doubts_on(treatment_of(data_dir, run) for run in reversed(runs)),
        *(f"{name} was simulated: it has made nothing" for name in simulated),
    )


def _text(given: object) -> str:
    return given.strip() if isinstance(given, str) else ""
