"""A lineage in words: what was weighed in, what was done, how each run went. For terminal and page alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.report import numbers
from bench.runs.lineage import Step, Treatment, origin_of
from bench.runs.storage.files import StorageError
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.index import RunEntry

RESULTS_SHOWN = 4
"""Of a measured run; an analysis names its main results first."""
_OF_TREATMENTS = ("peak_temperature", "in_band_soak")
_IN_LIMITS = "_in_limits"
_VERDICTS = {
    "pass": "accepted",
    "fail": "NOT ACCEPTED",
    "marginal": "not accepted: marginal",
    "not measured": "not accepted: not all was measured",
}

Named = tuple[str, Mapping[str, Any]]


def weighed_in(masses_g: Mapping[str, float]) -> str:
    """As in "SiO2 0.5 g, MgSO4 0.5 g (1 : 1 by mass)": the ratios are to the first."""
    listed = ", ".join(f"{name} {mass:.4g} g" for name, mass in masses_g.items())
    first = next(iter(masses_g.values()), 0.0)
    if len(masses_g) < 2 or not first > 0:
        return listed
    return f"{listed} ({' : '.join(f'{mass / first:.4g}' for mass in masses_g.values())} by mass)"


def step_line(step: Step) -> str:
    """When, what, by whom."""
    return f"{minute(step.utc)} {step.what}{f', by {step.by}' if step.by else ''}"


def minute(utc: str) -> str:
    """A time as it is written in lists."""
    return utc[:16].replace("T", " ")


def verdict(treatment: Treatment) -> str:
    """Whether a run did what it should."""
    if treatment.accepted is None:
        return "not judged"
    return _VERDICTS.get(treatment.accepted, treatment.accepted)


def origin(run: RunEntry) -> str:
    """On what it was done: one of the two words, always said."""
    return "simulated" if run.simulated else "hardware"


def treatment_results(run: RunEntry) -> Iterator[Named]:
    """How hot, how long, and whether its gas or vacuum was there."""
    for name, result in run.results.items():
        if result["value"] is not None and (name in _OF_TREATMENTS or name.endswith(_IN_LIMITS)):
            yield name, result


def measured_results(run: RunEntry) -> list[Named]:
    """The first ones; all of them are in the run."""
    return list(run.results.items())[:RESULTS_SHOWN]


def result_text(named: Named) -> str:
    """As in "conductivity (0.0499 ± 0.0014) S/m"."""
    name, result = named
    return f"{name.replace('_', ' ')} {numbers.result(result)}"


@dataclass(frozen=True)
class OriginBlock:
    """Where a run comes from, laid out for a page; each treatment: which, how it went, its results."""

    batch: str
    weighed_in: str
    steps: tuple[str, ...]
    treatments: tuple[tuple[str, str, str], ...]
    remarks: tuple[str, ...]


def origin_block(folder: RunFolder) -> OriginBlock | None:
    """None for a run that names no batch, nor its sample. A catalogue that cannot be used is a remark."""
    sample = folder.info.get("sample") or {}
    batch = (folder.info.get("parameters") or {}).get("batch") or sample.get("batch")
    if not isinstance(batch, str) or not batch.strip():
        return None
    try:
        (lineage,) = origin_of(folder).lineages
    except StorageError as error:
        return OriginBlock(batch.strip(), "", (), (), (f"not known here: {error}",))
    return OriginBlock(
        lineage.batch or batch,
        weighed_in(lineage.masses_g),
        tuple(step_line(step) for step in lineage.steps),
        tuple(_row(one) for one in lineage.treatments),
        lineage.remarks,
    )


def _row(one: Treatment) -> tuple[str, str, str]:
    how = f"{one.run.status}, {verdict(one)}, {origin(one.run)}"
    values = ", ".join(result_text(value) for value in treatment_results(one.run))
    return f"{one.run.id} ({one.run.procedure}), {minute(one.run.started)}", how, values
