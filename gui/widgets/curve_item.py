"""A curve; where it is an envelope, one upright line for each column of pixels instead of a zigzag."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from gui.logic.pyramid import Floats
from gui.logic.series import Curve


class CurveItem(pg.PlotCurveItem):  # type: ignore[misc]
    """Shows a Curve. A pen that is not solid is always drawn as a zigzag, for it has a pattern to keep."""

    def __init__(self) -> None:
        super().__init__(connect="finite", skipFiniteCheck=False)
        self._envelope = False
        self._columns: tuple[QTransform | None, QPainterPath] = (None, QPainterPath())

    def show_curve(self, curve: Curve) -> None:
        """Draw this from now on."""
        self._envelope = curve.envelope
        self._columns = (None, QPainterPath())
        self.setData(curve.x, curve.y)

    def paint(self, painter: QPainter, option: Any, widget: Any) -> None:
        """See QGraphicsItem."""
        if not self._envelope or self.opts["pen"].style() != Qt.PenStyle.SolidLine:
            super().paint(painter, option, widget)
            return
        to_pixels = painter.worldTransform()
        if self._columns[0] != to_pixels:
            x = to_pixels.m11() * self.xData[::2] + to_pixels.dx()
            y = to_pixels.m22() * self.yData + to_pixels.dy()
            self._columns = (QTransform(to_pixels), columns_of(x, y[::2], y[1::2]))
        painter.save()
        painter.resetTransform()
        painter.setPen(self.opts["pen"])
        painter.drawPath(self._columns[1])
        painter.restore()


def columns_of(x: Floats, one: Floats, other: Floats) -> QPainterPath:
    """Upright lines, in pixels: what the stretches that begin in a column of pixels span together.

    Neighbours are joined, so that a step is seen as one. NaN is a gap.
    """
    column = np.floor(x)
    first = np.flatnonzero(np.diff(column, prepend=column[0] - 1.0))
    top = np.fmin.reduceat(np.fmin(one, other), first)
    bottom = np.fmax.reduceat(np.fmax(one, other), first)
    known = np.isfinite(top[:-1]) & np.isfinite(top[1:])
    higher = np.where(known, np.fmin(top[:-1], bottom[1:]), top[:-1])
    lower = np.where(known, np.fmax(bottom[:-1], top[1:]), bottom[:-1])
    top[:-1], bottom[:-1] = higher, lower
    seen = np.isfinite(top)
    ends = np.column_stack([top[seen] - 0.5, bottom[seen] + 0.5]).ravel()
    path: QPainterPath = pg.functions.arrayToQPath(
        np.repeat(column[first][seen] + 0.5, 2), ends, connect="pairs"
    )
    return path
