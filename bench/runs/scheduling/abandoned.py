"""What was recorded of a run that nobody goes on with is analysed, where its procedure says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.analysing import analysed, stored_procedure
from bench.runs.engine.ending import describe
from bench.runs.storage.folder import RunFolder

if TYPE_CHECKING:
    from bench.runs.engine.services import RunServices


def analyse_abandoned(path: Path, services: RunServices) -> str:
    """Write its result; why that could not be done, else an empty text. Raises nothing."""
    try:
        folder = RunFolder.open(path)
        procedure = stored_procedure(folder, services.station.station.procedures)
        if procedure is None or procedure.analyse_when != "recorded" or not len(folder.table()):
            return ""
        record = folder.record()
        analysis = analysed(procedure, record)
        folder.write_analysis(analysis, procedure.draw(record, analysis) if services.figures else {})
        services.catalogue.note(folder)
    except Exception as error:  # the run stays what it is, and its rows stay where they are
        return f"what was recorded of it could not be analysed: {describe(error)}"
    return ""
