"""The analysis of a stored run by its own procedure, marked where the run did not end as it should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bench.runs.record import Analysis
from bench.station import registry

if TYPE_CHECKING:
    from bench.core.uncertainty import Result
    from bench.runs.procedure import Procedure
    from bench.runs.record import RunRecord
    from bench.runs.storage.folder import RunFolder

ANALYSED_ENDS: Final = ("failed", "aborted", "interrupted")
"""Of these, what was recorded is analysed where the procedure says so; a refused run has recorded nothing."""


def ended_flag(status: str) -> str:
    """The flag of every result of such a run: "the run failed"."""
    return f"the run was {status}" if status in ("aborted", "interrupted") else f"the run {status}"


def is_of(results: Mapping[str, Result], status: str) -> bool:
    """Whether these results are of a run that ended so: one that failed after its analysis has none."""
    return status == "done" or all(ended_flag(status) in one.flags for one in results.values())


def analysed(procedure: Procedure, record: RunRecord) -> Analysis:
    """What `procedure.analyse` gives; each result of a run that is not done says so in its first flag."""
    analysis = procedure.analyse(record)
    if record.ended == "done":
        return analysis
    flag = ended_flag(record.ended)
    marked = {name: replace(one, flags=(flag, *one.flags)) for name, one in analysis.results.items()}
    return Analysis(marked, analysis.tables)


def stored_procedure(folder: RunFolder, procedures: Mapping[str, str]) -> Procedure | None:
    """The procedure of this run with its parameters, to analyse it again; None for one of stock pymeasure.

    `procedures` are further ones of a station file. Raises BenchError if there is none of that name, and
    whatever its constructor raises for parameters of an earlier version.
    """
    from bench.runs.procedure import Procedure

    found = registry.load_procedure(str(folder.info.get("procedure", "")), procedures)
    if not issubclass(found, Procedure):
        return None
    made: Procedure = found(**folder.info.get("parameters", {}))
    return made
