"""A small trace of the recent past, drawn as one path: 64 of them cost less than one plot widget."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.logic.pyramid import Floats
from gui.widgets.theme import current


def path_of(x: Floats, y: Floats) -> QPainterPath:
    """A path through points, NaN being a gap. What makes it is loaded when there is something to draw."""
    from pyqtgraph.functions import arrayToQPath

    path: QPainterPath = arrayToQPath(x, y, connect="finite")
    return path


class Trace(QWidget):
    """Shows (when, value) pairs scaled to what there is. Decoration: the number stands beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._points: Floats = np.empty((0, 2))
        self.faded = False
        self.setMinimumHeight(34)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("recent past of the reading")

    def sizeHint(self) -> QSize:
        """See QWidget."""
        return QSize(120, 34)

    def show_points(self, points: Floats, *, faded: bool) -> None:
        """Draw these from now on: shape (n, 2)."""
        if faded != self.faded or not np.array_equal(points, self._points):
            self._points, self.faded = points, faded
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """See QWidget."""
        if len(self._points) < 2:
            return
        painter = QPainter(self)
        data = self._points
        (t0, low), (t1, high) = data.min(axis=0), data.max(axis=0)
        width, height = self.width() - 4.0, self.height() - 6.0
        x = 2.0 + width * (data[:, 0] - t0) / max(t1 - t0, 1e-9)
        middle = 3.0 + height / 2
        span = high - low
        y = 3.0 + height * (1.0 - (data[:, 1] - low) / span) if span > 0 else np.full(len(data), middle)
        theme = current()
        pen = QPen(QColor(theme.faint if self.faded else theme.curves[0]))
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(path_of(x, y))
        painter.end()
