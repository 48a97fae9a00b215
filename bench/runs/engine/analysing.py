"""The analysis of a run from its stored rows, and its figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.analysing import ANALYSED_ENDS, analysed
from bench.runs.engine.ending import describe
from bench.runs.engine.run_log import RunLog
from bench.runs.storage.folder import RunFolder

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.uncertainty import Result
    from bench.runs.procedure import Procedure
    from bench.runs.record import Analysis, RunRecord


class RunAnalysis:
    """`results` and the files of `tables`, empty until an analysis went well. `figures`: whether to draw.

    `ended` is how the run had ended, as far as the analysis was told.
    """

    def __init__(self, log: RunLog, *, figures: bool) -> None:
        self._log = log
        self._draws = figures
        self.results: Mapping[str, Result] = {}
        self.tables: Mapping[str, Path] = {}
        self.ended = ""

    def carry_out(self, procedure: Procedure, folder: RunFolder, ended: str = "done") -> None:
        """Results follow from the stored rows, so whoever has the folder can repeat this."""
        folder.rows.sync()
        record = folder.record(ended=ended)
        analysis = analysed(procedure, record)
        folder.write_analysis(analysis, self._figures(procedure, record, analysis))
        self.results = dict(analysis.results)
        self.tables = folder.tables()
        self.ended = ended

    def of_what_was_recorded(self, procedure: Procedure, folder: RunFolder, ended: str) -> None:
        """The same for a run that is not done, if its procedure says so. Raises nothing.

        How the run ended is settled before this, and nothing that goes wrong here changes it.
        """
        if procedure.analyse_when != "recorded" or ended not in ANALYSED_ENDS:
            return
        try:
            if folder.rows.position().rows:
                self._log.phase("analyse")
                self.carry_out(procedure, folder, ended)
        except BaseException as error:  # sys.exit() in an analysis too: the end has to be written
            self._log.tell(
                "warning", f"what was recorded of this run could not be analysed: {describe(error)}", error
            )

    def _figures(self, procedure: Procedure, record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
        if not self._draws:
            return {}
        try:
            return procedure.draw(record, analysis)
        except Exception as error:  # a figure can be drawn again, the measurement cannot
            self._log.tell("warning", f"the figures could not be drawn: {describe(error)}", error)
            return {}
