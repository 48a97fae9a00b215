"""A table of objects: each column is a heading and a function that gives a text or a sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gui.logic.states import Sign
from gui.widgets.theme import tone_colour

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
Column = tuple[str, Callable[[T], str | Sign]]


class RowsModel(QAbstractTableModel, Generic[T]):
    """Shows `rows`; a row that is still there keeps the selection."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        super().__init__()
        self.rows: list[T] = []
        self._columns = list(columns)

    def show(self, rows: Sequence[T]) -> None:
        """These rows from now on."""
        if list(rows) == self.rows:
            return
        if len(rows) == len(self.rows) and self.rows:
            self.rows = list(rows)
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self._columns) - 1))
            return
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See Qt."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """See Qt."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """See Qt."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._columns[section][0]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """See Qt."""
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ForegroundRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        found = self._columns[index.column()][1](self.rows[index.row()])
        if role == Qt.ItemDataRole.ForegroundRole:
            return tone_colour(found.tone) if isinstance(found, Sign) else None
        return found.text if isinstance(found, Sign) else found
