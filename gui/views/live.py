"""Live: a run as it is measured, any column against any other; history first, then what comes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout

from bench.service.models.queue import QueueItem
from bench.service.models.runs import RunSummary
from bench.service.models.station import ColumnInfo
from gui.logic.series import RunSeries
from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.states import GOES_ON, status_sign
from gui.logic.wording import quantity_text
from gui.session import Screen, Session
from gui.widgets.parts import MARGIN, button, combo, label
from gui.widgets.plot import CurvePlot

X_FIRST = "Time"
NOT_TO_LOOK_AT = ("Attempt", "Point", "Pass", "Group")


class LiveScreen(Screen):
    """By itself it shows the run that began last; once somebody has chosen one it stays with that."""

    name = "live"
    title = "Live"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.series: RunSeries | None = None
        self._by_hand = False
        self._items: dict[str | None, QueueItem] = {}
        self._known: list[RunSummary] = []
        self._seen: dict[str | None, str] | None = None
        self._filled = ""
        self._simulated = False
        self.run = combo("Run", 300)
        self.x_axis = combo("Horizontal axis", 120)
        self.y_axis = combo("Vertical axis", 150)
        self.run.activated.connect(lambda _: self.watch(str(self.run.currentData()), by_hand=True))
        self.x_axis.activated.connect(lambda _: self._axes_chosen())
        self.y_axis.activated.connect(lambda _: self._axes_chosen())
        self.plot = CurvePlot()
        self.plot.redrawn.connect(self._note)
        self.plot.follows_changed.connect(self._show_follow)
        self.whole = button(
            "Whole run", lambda: self.plot.follow(True), keys="F", tip="Keep all of it in view"
        )
        self.export = button("Export figure…", self.choose_file, keys="Ctrl+E")
        self.state = label("", "heading")
        self.value = label("", "reading")
        self.note = label("", "faint", wrap=True)
        head = QHBoxLayout()
        for text, widget in (("Run", self.run), ("y", self.y_axis), ("against x", self.x_axis)):
            caption = label(text, "faint")
            caption.setBuddy(widget)
            head.addWidget(caption)
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.whole)
        head.addWidget(self.export)
        line = QHBoxLayout()
        line.addWidget(self.state)
        line.addStretch(1)
        line.addWidget(self.value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.note)

    # -- which run ----------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        self._simulated = snapshot.station.simulated
        begun: dict[str | None, QueueItem] = {item.run_id: item for item in snapshot.queue if item.run_id}
        seen: dict[str | None, str] = {run_id: item.state for run_id, item in begun.items()}
        if seen != self._seen:
            self._seen = seen
            self.session.ask(lambda client: client.runs(), self._take_runs)
        self._items = begun
        going = [item for item in begun.values() if item.state in GOES_ON]
        if going and not self._by_hand:
            newest = max(going, key=lambda item: item.run_id or "")
            if self.series is None or self.series.run_id != newest.run_id:
                self.watch(str(newest.run_id))

    def _take_runs(self, runs: list[RunSummary]) -> None:
        self._known = runs
        names = {run.run_id: f"{run.id}   {run.started[:16].replace('T', ' ')}" for run in runs}
        for run_id, item in self._items.items():
            if item.state in GOES_ON and run_id is not None:
                names[run_id] = f"▶ #{item.key} {item.id}"
        chosen = self.series.run_id if self.series is not None else None
        self.run.clear()
        for run_id, text in sorted(names.items(), reverse=True):
            self.run.addItem(text, run_id)
        if chosen is not None:
            self.run.setCurrentIndex(max(0, self.run.findData(chosen)))
        elif names:
            self.watch(str(self.run.itemData(0)))

    def watch(self, run_id: str, *, by_hand: bool = False) -> None:
        """Show this run."""
        self._by_hand = by_hand
        if self.series is not None and self.series.run_id == run_id:
            return
        if self.series is not None:
            self.session.link.follower.leave(self.series.run_id)
        self.series = self.session.link.follower.follow(run_id)
        self._filled = ""
        self.plot.show_series(None, None, None)
        place = self.run.findData(run_id)
        if place < 0:
            self.run.addItem(run_id, run_id)
            place = self.run.count() - 1
        self.run.setCurrentIndex(place)

    # -- which columns ------------------------------------------------------------------------------------

    def _fill_axes(self, series: RunSeries) -> None:
        """Once the columns are known: as they were chosen last for such columns."""
        self._filled = series.run_id
        columns = series.numeric()
        names = [column.name for column in columns]
        kept = str(self.session.settings.value(f"live/axes/{'|'.join(names)}", "") or "").split("|")
        x = kept[0] if len(kept) == 2 and kept[0] in names else X_FIRST if X_FIRST in names else names[0]
        y = kept[1] if len(kept) == 2 and kept[1] in names else _first_to_look_at(columns, x)
        for chooser, chosen in ((self.x_axis, x), (self.y_axis, y)):
            chooser.clear()
            chooser.addItems(names)
            chooser.setCurrentText(chosen)
        self._show_axes()

    def _axes_chosen(self) -> None:
        if self.series is not None and self._filled:
            names = [column.name for column in self.series.numeric()]
            axes = f"{self.x_axis.currentText()}|{self.y_axis.currentText()}"
            self.session.settings.setValue(f"live/axes/{'|'.join(names)}", axes)
        self._show_axes()

    def _show_axes(self) -> None:
        if self.series is None:
            return
        by_name = {column.name: column for column in self.series.numeric()}
        x, y = by_name.get(self.x_axis.currentText()), by_name.get(self.y_axis.currentText())
        self.plot.show_series(self.series, x, y)

    # -- what is said -------------------------------------------------------------------------------------

    def tick(self, fresh: Freshness) -> None:
        """See Screen."""
        series = self.series
        stale = fresh.standing != "fresh"
        shown = next((run for run in self._known if series is not None and run.run_id == series.run_id), None)
        simulated = self._simulated if shown is None else shown.simulated
        marks = [word for word, holds in (("SIMULATED", simulated), ("STALE", stale)) if holds]
        self.plot.show_mark(" · ".join(marks))
        if series is None:
            self.state.setText("No run has begun yet.")
            return
        if series.columns and self._filled != series.run_id and series.numeric():
            self._fill_axes(series)
        item = self._items.get(series.run_id)
        state = series.ended or (item.state if item is not None else "")
        words = status_sign(state).text if state else "waiting for rows"
        self.state.setText(series.refused or f"{words} · {series.rows} rows" + (" · STALE" if stale else ""))
        last = series.last(self.y_axis.currentText()) if self._filled else None
        unit = next((one.unit for one in series.numeric() if one.name == self.y_axis.currentText()), "")
        self.value.setText(
            "" if last is None else f"{self.y_axis.currentText()}  {quantity_text(last, unit)}"
        )

    def _note(self, note: str) -> None:
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _show_follow(self, follows: bool) -> None:
        self.whole.setEnabled(not follows)

    # -- export -------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a name, then export."""
        if self.series is None:
            return
        folder = str(self.session.settings.value("live/folder", "") or "")
        start = str(
            Path(folder) / f"{self.series.run_id}-{self.y_axis.currentText().lower().replace(' ', '-')}.png"
        )
        name, _ = QFileDialog.getSaveFileName(self, "Export figure", start, "Figures (*.png *.svg)")
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the plot as it is seen."""
        try:
            self.plot.export(path)
        except OSError as error:
            self.session.say(f"cannot write {path}: {error}", "bad")
            return
        self.session.settings.setValue("live/folder", str(path.parent))
        self.session.say(f"Wrote {path}", "good")


def _first_to_look_at(columns: list[ColumnInfo], x: str) -> str:
    names = [column.name for column in columns if column.kind == "number" and column.name != x]
    names = [name for name in names if name not in NOT_TO_LOOK_AT] or [columns[-1].name]
    measured = [name for name in names if not name.startswith("Set ")]
    return (measured or names)[0]
