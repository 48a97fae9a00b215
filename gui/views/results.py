"""Results: every run that has begun, what came of it with U and flags, and its figures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from bench.service.models.runs import ResultInfo, RunInFull, RunSummary, Verification
from bench.service.models.trace import TraceInfo
from gui.logic.origin import origin_text
from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.states import ENDED, Sign, status_sign
from gui.logic.wording import NOTHING, clock_text, result_text
from gui.session import Screen, Session
from gui.views.rows_model import RowsModel
from gui.widgets.figure import Figure
from gui.widgets.parts import MARGIN, button, combo, enable, label, table

Line = tuple[str, ResultInfo]


class ResultsScreen(Screen):
    """The list on the left, the chosen run on the right."""

    name = "results"
    title = "Results"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.run: RunInFull | None = None
        self._seen: object = None
        self.runs: RowsModel[RunSummary] = RowsModel(
            [
                ("State", lambda run: status_sign(run.status)),
                ("Id", lambda run: run.id),
                ("Sample", lambda run: run.sample or ""),
                ("Began", lambda run: clock_text(run.started)[5:16]),
                ("", lambda run: "simulated" if run.simulated else ""),
            ]
        )
        self.results: RowsModel[Line] = RowsModel(
            [
                ("Quantity", lambda line: line[0].replace("_", " ")),
                ("Value ± U", lambda line: result_text(line[1].value, line[1].U, line[1].unit)),
                ("k", lambda line: NOTHING if line[1].k is None else f"{line[1].k:.3g}"),
                ("Flags", _flags),
            ]
        )
        self.list = table(self.runs, "Runs")
        self.list.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        for column, width in enumerate((90, 125, 75, 95, 80)):
            self.list.setColumnWidth(column, width)
        self.list.horizontalHeader().setStretchLastSection(True)
        self.values = table(self.results, "Results", stretch=3)
        self.values.setWordWrap(True)
        for column, width in enumerate((130, 190, 50)):
            self.values.setColumnWidth(column, width)
        self.title_line = label("Choose a run.", "title", wrap=True)
        self.facts = label("", "faint", wrap=True)
        self.origin = label("", "faint", wrap=True)
        self.origin.setAccessibleName("Where it comes from")
        self.figures = combo("Figure")
        self.figures.activated.connect(lambda _: self._fetch_figure())
        self.figure = Figure()
        self.export = button("Export figure…", self.choose_file, keys="Ctrl+E")
        self.plot = button("Plot rows", self._plot, tip="Show its rows on the live screen")
        self.verify = button(
            "Verify", self._verify, tip="Is it what was written, and does the result follow?"
        )
        self._lay_out()
        self._judge()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        for widget in (self.figures, self.export, self.plot, self.verify):
            line.addWidget(widget, 1 if widget is self.figures else 0)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(MARGIN, 0, 0, 0)
        column.addWidget(self.title_line)
        column.addWidget(self.facts)
        column.addWidget(self.origin)
        column.addWidget(self.values, 2)
        column.addLayout(line)
        column.addWidget(self.figure, 3)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(right)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([480, 700])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addWidget(self.splitter)

    # -- the list -----------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        seen = (snapshot.health.started, [(item.run_id, item.state) for item in snapshot.queue])
        if seen != self._seen:
            self._seen = seen
            self.session.ask(lambda client: client.runs(limit=500), self._take)
        elif self.isVisible() and self.run is not None and self.run.status not in ENDED:
            self._chosen()

    def _take(self, runs: list[RunSummary]) -> None:
        chosen = self.run.run_id if self.run is not None else None
        before = next((one.status for one in self.runs.rows if one.run_id == chosen), None)
        self.runs.show(runs)
        row = next((place for place, one in enumerate(runs) if one.run_id == chosen), 0 if runs else -1)
        if row >= 0:
            self.list.selectRow(row)
            if chosen is None or runs[row].status != before:
                self._chosen()

    def tick(self, fresh: Freshness) -> None:
        """See Screen."""
        self._judge()

    def _chosen(self) -> None:
        row = self.list.currentIndex().row()
        if 0 <= row < len(self.runs.rows):
            run_id = self.runs.rows[row].run_id
            self.session.ask(lambda client: client.run(run_id), self._show)

    # -- one run ------------------------------------------------------------------------------------------

    def _show(self, run: RunInFull) -> None:
        row = self.list.currentIndex().row()
        if not 0 <= row < len(self.runs.rows) or self.runs.rows[row].run_id != run.run_id:
            return  # another was chosen meanwhile
        new = self.run is None or self.run.run_id != run.run_id or self.run.figures != run.figures
        self.run = run
        simulated = "  ·  SIMULATED" if run.simulated else ""
        self.title_line.setText(f"{status_sign(run.status).text}  {run.id}{simulated}")
        safe = {"verified": "left safe, verified", "failed": "NOT SAFE", "kept": "kept on"}.get(
            run.safe or "", ""
        )
        self.facts.setText(
            " · ".join(
                text
                for text in (
                    run.reason,
                    f"{run.procedure}, sample {run.sample or 'none'}",
                    f"{run.rows} rows, {run.attempt} attempt{'s' if run.attempt != 1 else ''}",
                    safe,
                    run.run_id,
                )
                if text
            )
        )
        self.results.show(list(run.results.items()))
        self.values.resizeRowsToContents()
        names = list(run.figures)
        if names != [self.figures.itemText(place) for place in range(self.figures.count())]:
            self.figures.clear()
            self.figures.addItems(names)
        if new:
            self.figure.clear("" if names else "there is no figure so far")
            self._fetch_figure()
            self._fetch_origin(self.runs.rows[row])
        self._judge()

    def _fetch_origin(self, run: RunSummary) -> None:
        self.origin.setText("")
        self.origin.setVisible(False)
        if run.batch is not None or run.sample_batch is not None:
            self.session.ask(
                lambda client: client.trace(run.run_id), lambda trace: self._show_origin(run.run_id, trace)
            )

    def _show_origin(self, run_id: str, trace: TraceInfo) -> None:
        if self.run is not None and self.run.run_id == run_id:
            self.origin.setText(origin_text(trace))
            self.origin.setVisible(True)

    def _fetch_figure(self) -> None:
        run, name = self.run, self.figures.currentText()
        if run is None or not name:
            return
        kind = "svg" if "svg" in run.figures.get(name, []) else "png"
        run_id = run.run_id
        self.session.ask(
            lambda client: client.figure(run_id, name, kind),
            lambda data: self.figure.show_data(data, kind) if self._shows(run_id, name) else None,
        )

    def _shows(self, run_id: str, name: str) -> bool:
        return self.run is not None and self.run.run_id == run_id and self.figures.currentText() == name

    def _judge(self) -> None:
        enable(self.export, self.figure.there, "this run has no figure")
        enable(self.plot, self.run is not None, "choose a run")
        enable(self.verify, self.run is not None, "choose a run")

    def _plot(self) -> None:
        if self.run is not None:
            self.session.watch.emit(self.run.run_id)

    def _verify(self) -> None:
        if self.run is not None:
            run_id = self.run.run_id
            self.session.ask(lambda client: client.verify(run_id), self._verified)

    def _verified(self, found: Verification) -> None:
        wrong = [f"{check.name}: {check.outcome}" for check in found.checks if check.outcome != "ok"]
        words = "verified: as it was written" if found.ok else "NOT as it was written"
        self.session.say(f"{found.run_id}: {words} {'; '.join(wrong)}", "good" if found.ok else "bad")

    # -- export -------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a name, then write the figure as the analysis drew it."""
        if self.run is None or not self.figure.there:
            return
        folder = str(self.session.settings.value("live/folder", "") or "")
        start = str(Path(folder) / f"{self.run.run_id}-{self.figures.currentText()}.{self.figure.kind}")
        name, _ = QFileDialog.getSaveFileName(self, "Export figure", start, f"Figure (*.{self.figure.kind})")
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the file that the service gave."""
        try:
            path.write_bytes(self.figure.data)
        except OSError as error:
            self.session.say(f"cannot write {path}: {error.strerror}", "bad")
            return
        self.session.settings.setValue("live/folder", str(path.parent))
        self.session.say(f"Wrote {path}", "good")


def _flags(line: Line) -> str | Sign:
    flags = line[1].flags
    return Sign("△", "; ".join(flags), "notice") if flags else ""
