"""Live: a run as it is measured, any column against any other, a furnace as a whole; history first."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bench.service.models.queue import QueueItem
from bench.service.models.runs import RunSummary
from gui.logic.furnace.columns import TEMPERATURES, of_furnace
from gui.logic.series import RunSeries
from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.states import GOES_ON, status_sign
from gui.logic.wording import quantity_text
from gui.session import Screen, Session
from gui.views.live_axes import Axes
from gui.widgets.parts import MARGIN, button, combo, label

if TYPE_CHECKING:
    from gui.views.furnace.live import FurnaceLive
    from gui.widgets.furnace_plot import FurnacePlot
    from gui.widgets.plot import CurvePlot


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
        self.axes = Axes(session.settings)
        self.axes.chosen.connect(self._show_axes)
        self.run.activated.connect(lambda _: self.watch(str(self.run.currentData()), by_hand=True))
        self.plots = QStackedWidget()
        self._made: list[CurvePlot | FurnacePlot] = []
        self.whole = button(
            "Whole run", lambda: self.shown.follow(True), keys="F", tip="Keep all of it in view"
        )
        self.as_furnace = QCheckBox("Furnace")
        self.as_furnace.setToolTip("Temperatures, output and gas together, or any column against any other")
        self.as_furnace.setChecked(session.settings.value("live/furnace", "yes") == "yes")
        self.as_furnace.clicked.connect(self._furnace_chosen)
        self.as_furnace.hide()
        self.export = button("Export figure…", self.choose_file, keys="Ctrl+E")
        self.state = label("", "heading")
        self.value = label("", "reading")
        self.note = label("", "faint", wrap=True)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        caption = label("Run", "faint")
        caption.setBuddy(self.run)
        left: tuple[QWidget, ...] = (caption, self.run, self.axes)
        right: tuple[QWidget, ...] = (self.as_furnace, self.whole, self.export)
        for widget in left:
            head.addWidget(widget)
        head.addStretch(1)
        for widget in right:
            head.addWidget(widget)
        line = QHBoxLayout()
        line.addWidget(self.state)
        line.addStretch(1)
        line.addWidget(self.value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addWidget(self.plots, 1)
        layout.addWidget(self.note)

    @functools.cached_property
    def plot(self) -> CurvePlot:
        """Made once there is a run to draw: the window is seen sooner than what draws is loaded."""
        from gui.widgets.plot import CurvePlot

        found = CurvePlot()
        self._take_in(found)
        return found

    @functools.cached_property
    def furnace(self) -> FurnaceLive:
        """Made once there is a run of a furnace."""
        from gui.views.furnace.live import FurnaceLive

        found = FurnaceLive(self.session)
        self._take_in(found.plot)
        return found

    def _take_in(self, plot: CurvePlot | FurnacePlot) -> None:
        self._made.append(plot)
        self.plots.addWidget(plot)
        plot.redrawn.connect(functools.partial(self._note, plot))
        plot.follows_changed.connect(self._show_follow)

    def dress(self) -> None:
        """In the colours of the theme that holds now."""
        for plot in self._made:
            plot.dress()

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
        if "furnace" in vars(self):
            self.furnace.leave()
        self.as_furnace.hide()
        self._show_plot()
        place = self.run.findData(run_id)
        if place < 0:
            self.run.addItem(run_id, run_id)
            place = self.run.count() - 1
        self.run.setCurrentIndex(place)

    @property
    def shown(self) -> CurvePlot | FurnacePlot:
        """The plot that is seen."""
        return self.furnace.plot if self._together else self.plot

    @property
    def _together(self) -> bool:
        """Whether all of a furnace is shown at once."""
        return not self.as_furnace.isHidden() and self.as_furnace.isChecked()

    # -- which columns ------------------------------------------------------------------------------------

    def _fill(self, series: RunSeries) -> None:
        """Once the columns are known."""
        self._filled = series.run_id
        self.axes.fill(series)
        self.as_furnace.setVisible(of_furnace(series.columns))
        if of_furnace(series.columns):
            self.furnace.watch(series)
        self._show_plot()

    def _furnace_chosen(self, chosen: bool) -> None:
        self.session.settings.setValue("live/furnace", "yes" if chosen else "no")
        self._show_plot()

    def _show_plot(self) -> None:
        """All of a furnace at once, or the columns that were chosen."""
        self.plots.setCurrentWidget(self.shown)
        self.axes.setVisible(not self._together)
        self._show_follow()

    def _show_axes(self) -> None:
        if self.series is not None:
            self.plot.show_series(self.series, *self.axes.columns())

    # -- what is said -------------------------------------------------------------------------------------

    def tick(self, fresh: Freshness) -> None:
        """See Screen."""
        series = self.series
        stale = fresh.standing != "fresh"
        shown = next((run for run in self._known if series is not None and run.run_id == series.run_id), None)
        simulated = self._simulated if shown is None else shown.simulated
        marks = [word for word, holds in (("SIMULATED", simulated), ("STALE", stale)) if holds]
        for plot in self._made:
            plot.show_mark(" · ".join(marks))
        if series is None:
            self.state.setText("No run has begun yet.")
            return
        if series.columns and self._filled != series.run_id and series.numeric():
            self._fill(series)
        item = self._items.get(series.run_id)
        if "furnace" in vars(self):
            self.furnace.tick(going=item is not None and item.state in GOES_ON)
        state = series.ended or (item.state if item is not None else "")
        words = status_sign(state).text if state else "waiting for rows"
        self.state.setText(series.refused or f"{words} · {series.rows} rows" + (" · STALE" if stale else ""))
        self.value.setText(self._newest(series) if self._filled else "")

    def _newest(self, series: RunSeries) -> str:
        """The newest value of what is drawn."""
        names = TEMPERATURES if self._together else (self.axes.up.currentText(),)
        units = {one.name: one.unit for one in series.numeric() if one.name in names}
        found = [(name, series.last(name)) for name in names if name in units]
        return "    ".join(
            f"{name}  {quantity_text(last, units[name])}" for name, last in found if last is not None
        )

    def _note(self, plot: CurvePlot | FurnacePlot, note: str) -> None:
        if plot is self.shown:
            self.note.setText(note)
            self.note.setVisible(bool(note))

    def _show_follow(self) -> None:
        self.whole.setEnabled(not self.shown.follows)

    # -- export -------------------------------------------------------------------------------------------

    def choose_file(self) -> None:
        """Ask for a name, then export."""
        if self.series is None:
            return
        folder = str(self.session.settings.value("live/folder", "") or "")
        what = "furnace" if self._together else self.axes.up.currentText()
        start = str(Path(folder) / f"{self.series.run_id}-{what.lower().replace(' ', '-')}.png")
        name, _ = QFileDialog.getSaveFileName(self, "Export figure", start, "Figures (*.png *.svg)")
        if name:
            self.export_to(Path(name))

    def export_to(self, path: Path) -> None:
        """Write the plot as it is seen."""
        try:
            self.shown.export(path)
        except OSError as error:
            self.session.say(f"cannot write {path}: {error}", "bad")
            return
        self.session.settings.setValue("live/folder", str(path.parent))
        self.session.say(f"Wrote {path}", "good")
