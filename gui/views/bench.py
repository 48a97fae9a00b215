"""The bench: every furnace, instrument and fixture at a glance."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.traces import Traces
from gui.session import Screen, Session
from gui.views.furnace.board import FurnaceBoard
from gui.views.now import NowCard
from gui.views.tiles import FixtureTile, InstrumentTile, Tile
from gui.widgets.parts import MARGIN, button, label

NARROWEST = 320


class BenchScreen(Screen):
    """Tiles in as many columns as fit."""

    name = "bench"
    title = "Bench"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.instruments: dict[str, InstrumentTile] = {}
        self.fixtures: dict[str, FixtureTile] = {}
        self.furnaces = FurnaceBoard(session, self._rearrange)
        self._traces = Traces()
        self._columns = 0
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setSpacing(MARGIN)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._grid.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self._inside)
        self.summary = label("", "title")
        self.what_now = label("", "faint")
        self.now = NowCard()
        self.start = button("Plan a run", lambda: session.go.emit("new"), kind="primary")
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.addWidget(self.summary)
        words.addWidget(self.what_now)
        head.addLayout(words, 1)
        head.addWidget(self.start, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(MARGIN)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.now)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        names = [one.name for one in snapshot.instruments], [one.name for one in snapshot.fixtures]
        if names != (list(self.instruments), list(self.fixtures)):
            self._build(*names)
        self._traces.feed(snapshot.instruments, snapshot.taken)
        for instrument in snapshot.instruments:
            self.instruments[instrument.name].show_instrument(instrument, self._traces)
        for fixture in snapshot.fixtures:
            self.fixtures[fixture.name].show_fixture(fixture)
        self.furnaces.show_snapshot(snapshot)
        self.now.show_snapshot(snapshot)
        health = snapshot.health
        used = sum(one.lease is not None for one in snapshot.instruments)
        self.summary.setText(
            f"{snapshot.station.name}: {used} of {len(snapshot.instruments)} instruments in use"
        )
        self.what_now.setText(
            f"{health.going} going on · {health.waiting} waiting · {health.steps} steps for a person"
            f" · {health.alarms} alarms"
        )

    def tick(self, fresh: Freshness) -> None:
        """See Screen."""
        for tile in self._tiles():
            tile.tick(fresh)

    def badge(self, snapshot: Snapshot) -> str:
        """See Screen."""
        return "⚠" if snapshot.health.unsafe else ""

    def _build(self, instruments: list[str], fixtures: list[str]) -> None:
        for tile in (*self.instruments.values(), *self.fixtures.values()):
            self._grid.removeWidget(tile)
            tile.deleteLater()
        self.instruments = {name: InstrumentTile(name) for name in instruments}
        self.fixtures = {name: FixtureTile(name) for name in fixtures}
        self._rearrange()

    def _tiles(self) -> list[Tile]:
        return [*self.furnaces.tiles, *self.instruments.values(), *self.fixtures.values()]

    def _rearrange(self) -> None:
        self._columns = 0
        self._arrange()

    def _arrange(self) -> None:
        """Each at the next place that is wide enough for it."""
        columns = max(1, (self.width() - 2 * MARGIN) // (NARROWEST + MARGIN))
        if columns == self._columns:
            return
        for column in range(max(columns, self._grid.columnCount())):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 0)
        row = column = 0
        for tile in self._tiles():
            span = min(tile.span, columns)
            if column + span > columns:
                row, column = row + 1, 0
            self._grid.addWidget(tile, row, column, 1, span)
            column += span
        self._grid.setRowStretch(row + 1, 1)  # tiles stay as low as their words allow

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See QWidget."""
        super().resizeEvent(event)
        self._arrange()
