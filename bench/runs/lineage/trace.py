"""Follows a name through the catalogue: a sample, a batch or a run, to its batch and all that came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bench.core.errors import BenchError
from bench.core.files.names import did_you_mean
from bench.runs.lineage.model import Kind, Lineage, SampleRuns, Trace
from bench.runs.lineage.remarks import lineage_of
from bench.runs.lineage.treatments import treatment_of
from bench.runs.storage.catalogue import Catalogue, RunEntry, entry_of
from bench.runs.storage.folder import RUNS, RunFolder


class UnknownNameError(BenchError):
    """No sample, batch or run of the data folder has this name."""


class Tracer:
    """Asks the index, and opens the folders of furnace runs only. Methods raise StorageError."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def trace(self, name: str) -> Trace:
        """The first that has this name of: a sample, a batch, a run by run id, the newest run by queue id.

        Raises UnknownNameError.
        """
        runs = self._catalogue.list(sample=name)
        if runs:
            return self._answer(name, "sample", runs)
        batch = name.strip()
        if self._catalogue.list(batch=batch, limit=1) or self._catalogue.list(sample_batch=batch, limit=1):
            return Trace(name, "batch", (self.of_batch(batch),))
        run = self._catalogue.get(name) or next(iter(self._catalogue.list(id=name, limit=1)), None)
        if run is not None:
            return self.of_run(run)
        known = self._catalogue.names()
        raise UnknownNameError(
            f"no sample, batch or run is called '{name}'",
            state=f"{self._catalogue.data_dir} has runs on {len(known.samples)} samples, of "
            f"{len(known.batches)} batches",
            remedy=did_you_mean(name, {*known.samples, *known.batches}, what="samples and batches"),
        )

    def of_run(self, run: RunEntry) -> Trace:
        """From a measured run up to its furnace runs; all of its batch for a furnace run."""
        if run.batch is not None:
            return Trace(run.run_id, "run", (self.of_batch(run.batch),))
        if run.sample is None:
            remark = f"{run.run_id} is on no sample, and its parameters name no batch"
            return Trace(run.run_id, "run", (Lineage(None, (), (), (remark,)),))
        return self._answer(run.run_id, "run", (run,))

    def of_batch(self, batch: str) -> Lineage:
        """A batch with all of its samples."""
        return self._lineage(batch, self._catalogue.list(sample_batch=batch))

    def _answer(self, name: str, kind: Kind, runs: tuple[RunEntry, ...]) -> Trace:
        batches = dict.fromkeys(run.sample_batch for run in reversed(runs))  # in the order of time
        lineages = [
            self._lineage(batch, [run for run in runs if run.sample_batch == batch]) for batch in batches
        ]
        if len(lineages) > 1:
            named = ", ".join("none" if batch is None else f"'{batch}'" for batch in batches)
            remark = f"the sample has not always named the same batch: {named}"
            lineages = [replace(one, remarks=(*one.remarks, remark)) for one in lineages]
        return Trace(name, kind, tuple(lineages))

    def _lineage(self, batch: str | None, measured: Iterable[RunEntry]) -> Lineage:
        found = () if batch is None else self._catalogue.list(batch=batch)
        treatments = [treatment_of(self._catalogue.data_dir, run) for run in reversed(found)]
        samples: dict[str, list[RunEntry]] = {}
        for run in sorted(measured, key=lambda run: (run.started, run.run_id)):
            if run.batch is None and run.sample is not None:  # a furnace run stands with those
                samples.setdefault(run.sample, []).append(run)
        return lineage_of(
            batch, treatments, [SampleRuns(name, tuple(runs)) for name, runs in samples.items()]
        )


def origin_of(folder: RunFolder) -> Trace:
    """Of a run folder, in the data folder that it lies in; a copy elsewhere has none. Raises StorageError."""
    run, runs = entry_of(folder), folder.path.resolve().parent
    if runs.name == RUNS:
        return Tracer(Catalogue(runs.parent)).of_run(run)
    samples = () if run.sample is None else (SampleRuns(run.sample, (run,)),)
    return Trace(run.run_id, "run", (lineage_of(run.batch or run.sample_batch, (), samples),))
