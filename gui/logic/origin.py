"""Where a run comes from, in a line or two: its batch, how the furnace runs went, and what is doubtful."""

from __future__ import annotations

from bench.service.models.trace import LineageInfo, TraceInfo, Treatment

_VERDICTS = {"pass": "accepted", None: "not judged"}


def origin_text(trace: TraceInfo) -> str:
    """One line a batch, and one below it for each remark."""
    return "\n".join(line for lineage in trace.lineages for line in _lines(lineage))


def _lines(lineage: LineageInfo) -> list[str]:
    treatments = ", ".join(_treatment(one) for one in lineage.treatments)
    batch = f"Batch {lineage.batch}" if lineage.batch is not None else "No batch"
    return [f"{batch}: {treatments}" if treatments else batch, *(f"△ {one}" for one in lineage.remarks)]


def _treatment(one: Treatment) -> str:
    how = _VERDICTS.get(one.accepted, "not accepted") if one.status == "done" else one.status
    return f"{one.procedure} {how}{' (simulated)' if one.simulated else ''}"
