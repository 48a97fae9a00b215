"""The queue as a table that can be reordered by dragging; it never moves a row itself, the service does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from bench.service.models.queue import QueueItem
from gui.logic.eta import Expected
from gui.logic.states import GOES_ON, WAITS, run_sign
from gui.logic.wording import NOTHING, clock_text, duration_text
from gui.widgets.theme import tone_colour

HEADINGS = (
    "Run",
    "State",
    "Id",
    "Procedure",
    "Sample",
    "Progress",
    "What it waits for, how it ended",
    "Ends in",
)
NUMBER, STATE, ID, PROCEDURE, SAMPLE, PROGRESS, WHY, ENDS = range(len(HEADINGS))
WIDTHS = (52, 120, 150, 150, 90, 110, 240, 90)
MIME = "application/x-bench-run"
Index = QModelIndex | QPersistentModelIndex
FRACTION_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class QueueModel(QAbstractTableModel):
    """What goes on, what waits, and (if asked) what has ended."""

    dragged = Signal(int, str, int)
    """Number of a run, "before" or "after", and the number of another."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[QueueItem] = []
        self._expected: dict[int, Expected] = {}
        self._fractions: dict[int, float] = {}
        self._phases: dict[int, str] = {}

    def show(
        self,
        items: Sequence[QueueItem],
        expected: dict[int, Expected],
        fractions: dict[int, float],
        phases: dict[int, str],
    ) -> None:
        """A new state; the selection stays where the rows are the same."""
        same = [one.key for one in items] == [one.key for one in self.items]
        if not same:
            self.beginResetModel()
        self.items = list(items)
        self._expected, self._fractions, self._phases = expected, dict(fractions), dict(phases)
        if not same:
            self.endResetModel()
        elif self.items:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.items) - 1, len(HEADINGS) - 1))

    def row_of(self, key: int) -> int:
        """The row of a run, -1 if it is not shown."""
        return next((row for row, item in enumerate(self.items) if item.key == key), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See Qt."""
        return 0 if parent.isValid() else len(self.items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See Qt."""
        return 0 if parent.isValid() else len(HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADINGS[section]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """See Qt."""
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(item, index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == STATE:
            return tone_colour(run_sign(item).tone)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(item)
        if role == FRACTION_ROLE and index.column() == PROGRESS and item.state in GOES_ON:
            return self._fractions.get(item.key, 0.0)
        return None

    def _text(self, item: QueueItem, column: int) -> str:
        if column == PROGRESS:
            return f"{100 * self._fractions.get(item.key, 0.0):.0f} %" if item.state in GOES_ON else ""
        if column == ENDS:
            return self._ends(item)
        texts = {
            NUMBER: f"#{item.key}",
            STATE: run_sign(item).text,
            ID: item.id,
            PROCEDURE: item.procedure,
            SAMPLE: item.sample or "",
            WHY: self._why(item),
        }
        return texts[column]

    def _why(self, item: QueueItem) -> str:
        if item.steps:
            return item.steps[0].instruction
        if item.state in GOES_ON:  # what it waited for last is over
            return self._phases.get(item.key, "")
        return item.waiting_for

    def _ends(self, item: QueueItem) -> str:
        expected = self._expected.get(item.key)
        if expected is None:
            return clock_text(item.changed)[11:16] if item.state not in WAITS | GOES_ON else NOTHING
        if not math.isfinite(expected.ends_s):
            return "?"
        return duration_text(expected.ends_s)

    def _tip(self, item: QueueItem) -> str:
        parameters = item.spec.get("parameters", {})
        lines = [f"#{item.key} {item.id}, queued by {item.by or 'nobody named'} {clock_text(item.added)}"]
        lines += [f"{name} = {value}" for name, value in parameters.items()]
        lines += [f"takes {', '.join(item.resources) or 'nothing'}"]
        if item.priority:
            lines.append(f"priority {item.priority}")
        return "\n".join([*lines, *([self._why(item)] if self._why(item) else [])])

    # -- dragging -----------------------------------------------------------------------------------------

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only what waits can be dragged, and only between what waits."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self.items[index.row()].state in WAITS else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """See Qt."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """See Qt."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The number of the run that is dragged."""
        data = QMimeData()
        key = self.items[indexes[0].row()].key
        data.setData(MIME, QByteArray(str(key).encode()))
        return data

    def dropMimeData(
        self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: Index
    ) -> bool:
        """Ask for the move; the rows change when the service has done it."""
        if not data.hasFormat(MIME):
            return False
        key = int(bytes(data.data(MIME).data()).decode())
        place = row if row >= 0 else parent.row() if parent.isValid() else len(self.items)
        waiting = [(number, item.key) for number, item in enumerate(self.items) if item.state in WAITS]
        others = [(number, other) for number, other in waiting if other != key]
        if not others:
            return False
        behind = next((other for number, other in others if number >= place), None)
        if behind is not None:
            self.dragged.emit(key, "before", behind)
        else:
            self.dragged.emit(key, "after", others[-1][1])
        return False  # so that the view removes nothing
