"""Paints the progress of a run behind its number of per cent."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.views.queue_model import FRACTION_ROLE
from gui.widgets.theme import current


class ProgressDelegate(QStyledItemDelegate):
    """A bar along the bottom of the cell, so that the number stays readable."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """See Qt."""
        super().paint(painter, option, index)
        fraction = index.data(FRACTION_ROLE)
        if fraction is None:
            return
        theme = current()
        cell = QRectF(option.rect).adjusted(6, 0, -6, -3)
        bar = QRectF(cell.left(), cell.bottom() - 4, cell.width(), 4)
        painter.fillRect(bar, QColor(theme.line))
        bar.setWidth(bar.width() * min(1.0, max(0.0, float(fraction))))
        painter.fillRect(bar, QColor(theme.accent))
