"""What is missing or doubtful in a lineage, in words for the person who has to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bench.runs.lineage.model import Lineage, SampleRuns, Treatment, Verdict
from bench.runs.storage.index import RunEntry

GOOD = "pass"


def remarks_on(
    batch: str | None, treatments: Sequence[Treatment], samples: Sequence[SampleRuns]
) -> tuple[str, ...]:
    """All of them, the gravest first."""
    if batch is None:
        return ("the sample names no batch",)
    if not treatments:
        return (not_here(batch),)
    return (
        *doubts_on(treatments),
        *_who_made_it(treatments),
        *_too_early(treatments, samples),
        *_mixed(treatments, samples),
    )


def not_here(batch: str) -> str:
    """Of a batch that nobody has made, or whose furnace run lies in another data folder."""
    return f"no furnace run of batch '{batch}' in this data folder"


def name_of(run: RunEntry) -> str:
    """As a person knows it."""
    return f"{run.id} ({run.procedure})"


def doubts_on(treatments: Iterable[Treatment]) -> Iterator[str]:
    """Furnace runs that did not do what they should."""
    for one in treatments:
        name = name_of(one.run)
        if one.unread:
            yield f"{name}: {one.unread}"
        if one.run.status == "running":
            yield f"{name} still goes on"
        elif one.run.status != "done":
            yield f"{name} ended as {one.run.status}: {one.run.reason}".rstrip(": ")
        if one.accepted is None:
            if one.run.status == "done":
                yield f"{name} was not judged: it has no result 'accepted'"
        elif one.accepted != GOOD:
            yield f"{name} was not accepted: {'; '.join(_reasons(one)) or one.accepted}"


def _reasons(one: Treatment) -> Iterator[str]:
    for verdict in one.verdicts:
        if verdict.verdict != GOOD:
            yield _reason(verdict)


def _reason(verdict: Verdict) -> str:
    unit = "" if verdict.unit == "1" else f" {verdict.unit}"
    name = verdict.quantity.replace("_", " ")
    if verdict.verdict == "not measured":
        return f"{name} not measured"
    value = "not known" if verdict.value is None else f"{verdict.value:.6g}{unit}"
    limit = "" if verdict.limit is None else f", has to be {verdict.sense} {verdict.limit:.6g}{unit}"
    return f"{name} {value}{limit}{' (marginal)' if verdict.verdict == 'marginal' else ''}"


def _who_made_it(treatments: Sequence[Treatment]) -> Iterator[str]:
    made = [one for one in treatments if one.masses_g is not None]
    if not made:
        yield "no run has noted what was weighed in"
    if len(made) > 1:
        ids = ", ".join(one.run.run_id for one in made)
        yield f"{len(made)} runs have made a batch of this name: {ids}"


def _too_early(treatments: Sequence[Treatment], samples: Sequence[SampleRuns]) -> Iterator[str]:
    first = next((one.run for one in treatments if one.masses_g is not None), None)
    if first is None:
        return
    for run in (run for sample in samples for run in sample.runs if run.started < first.started):
        yield f"{run.run_id} began before the batch was made"


def _mixed(treatments: Sequence[Treatment], samples: Sequence[SampleRuns]) -> Iterator[str]:
    runs = [*(one.run for one in treatments), *(run for sample in samples for run in sample.runs)]
    simulated = [run.run_id for run in runs if run.simulated]
    if simulated and len(simulated) < len(runs):
        yield f"simulated runs beside runs on hardware: {', '.join(simulated)} simulated"


def lineage_of(batch: str | None, treatments: Sequence[Treatment], samples: Sequence[SampleRuns]) -> Lineage:
    """With its remarks."""
    return Lineage(batch, tuple(treatments), tuple(samples), remarks_on(batch, treatments, samples))
