"""The analysis of a run from its stored rows, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.engine.ending import describe
from bench.runs.engine.run_log import RunLog
from bench.runs.storage.folder import RunFolder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.uncertainty import Result
    from bench.runs.procedure import Procedure
    from bench.runs.record import Analysis, RunRecord


class RunAnalysis:
    """`results` and the files of `tables`, empty until `carry_out` went well. `figures`: whether to draw."""

    def __init__(self, log: RunLog, *, figures: bool) -> None:
        self._log = log
        self._draws = figures
        self.results: Mapping[str, Result] = {}
        self.tables: Mapping[str, Path] = {}

    def carry_out(self, procedure: Procedure, folder: RunFolder) -> None:
        """Results follow from the stored rows, so whoever has the folder can repeat this."""
        folder.rows.sync()
        record = folder.record()
        analysis = procedure.analyse(record)
        folder.write_analysis(analysis, self._figures(procedure, record, analysis))
        self.results = dict(analysis.results)
        self.tables = folder.tables()

    def _figures(self, procedure: Procedure, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        if not self._draws:
            return {}
        try:
            return procedure.draw(record, analysis)
        except Exception as error:  # a figure can be drawn again, the measurement cannot
            self._log.tell("warning", f"the figures could not be drawn: {describe(error)}", error)
            return {}
