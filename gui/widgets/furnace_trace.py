"""Set-point, control and vessel of a furnace in one small picture, with the soak's band and the segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gui.logic.furnace.columns import TEMPERATURES
from gui.logic.furnace.soaking import band_box, segment_marks
from gui.logic.pyramid import Floats
from gui.logic.series import RunSeries
from gui.logic.wording import duration_text
from gui.widgets.parts import label
from gui.widgets.theme import Theme, current
from gui.widgets.trace import path_of

STRETCHES = 300
STYLES = (Qt.PenStyle.DashLine, Qt.PenStyle.SolidLine, Qt.PenStyle.DotLine)
"""Of set-point, control and vessel, so that they are not told apart by colour alone."""
_SAMPLES = ("╌╌", "──", "┈┈")
_LEFT, _BELOW, _ABOVE = 46.0, 18.0, 6.0


def curve_pen(place: int, theme: Theme) -> QPen:
    """Of the curve at this place of TEMPERATURES."""
    pen = QPen(QColor(temperature_colour(place, theme)))
    pen.setCosmetic(True)
    pen.setStyle(STYLES[place])
    return pen


def temperature_colour(place: int, theme: Theme) -> str:
    """Set-point in the colour of small print, what was measured in colours of its own."""
    return (theme.faint, theme.curves[0], theme.curves[1])[place]


class Legend(QWidget):
    """Names of the curves, each in its colour behind a piece of its line."""

    def __init__(self) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        self._names = [label() for _ in TEMPERATURES]
        for name in self._names:
            layout.addWidget(name)
        layout.addStretch(1)
        self.dress()

    def dress(self, theme: Theme | None = None) -> None:
        """In the colours of a theme, of the one that holds now if none is given."""
        theme = theme or current()
        for place, (name, text, sample) in enumerate(zip(self._names, TEMPERATURES, _SAMPLES, strict=True)):
            name.setText(f"{sample} {text}")
            name.setStyleSheet(f"color: {temperature_colour(place, theme)};")


class FurnaceTrace(QWidget):
    """The whole run. The series is asked when it is painted; `show_run` says that there is something new."""

    def __init__(self) -> None:
        super().__init__()
        self._series: RunSeries | None = None
        self._recipe: Mapping[str, Any] = {}
        self._drawn: object = None
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(110)
        self.setAccessibleName("temperatures of the run so far")

    def sizeHint(self) -> QSize:
        """See QWidget."""
        return QSize(320, 150)

    def show_run(self, series: RunSeries, recipe: Mapping[str, Any], *, faded: bool) -> None:
        """Draw it from now on; painted again only if something is new."""
        drawn = (series, series.version, faded, current().name)
        self._series, self._recipe, self._faded = series, recipe, faded
        if drawn != self._drawn:
            self._drawn = drawn
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """See QWidget."""
        series = self._series
        if series is None:
            return
        curves = [series.curve("Time", name, stretches=STRETCHES) for name in TEMPERATURES]
        values = np.concatenate([curve.y for curve in curves])
        time = curves[0].x
        if len(time) < 2 or not np.isfinite(values).any():
            return
        low, high = _rounded(float(np.nanmin(values)), float(np.nanmax(values)))
        frame = QRectF(_LEFT, _ABOVE, self.width() - _LEFT - 4.0, self.height() - _ABOVE - _BELOW)
        scale = _Scale(frame, float(time[0]), max(float(time[-1]), float(time[0]) + 1e-9), low, high)
        painter = QPainter(self)
        self._paint_ground(painter, scale, series)
        painter.setClipRect(frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in (0, 2, 1):  # what is controlled lies on top
            curve = curves[place]
            if len(curve.x) and np.isfinite(curve.y).any():
                pen = curve_pen(place, current())
                pen.setWidthF(1.6)
                if self._faded:
                    pen.setColor(QColor(current().faint))
                painter.setPen(pen)
                painter.drawPath(path_of(scale.x(curve.x), scale.y(curve.y)))
        painter.end()

    def _paint_ground(self, painter: QPainter, scale: _Scale, series: RunSeries) -> None:
        """Band, segments, and the two axes in four words."""
        theme, frame = current(), scale.frame
        box = band_box(series, self._recipe)
        if box is not None:
            begin, end, low, high = box
            colour = QColor(theme.tones["good"])
            colour.setAlpha(90)
            x0, x1 = (float(scale.x(np.array([one]))[0]) for one in (begin, end))
            y0, y1 = (float(scale.y(np.array([one]))[0]) for one in (low, high))
            painter.fillRect(QRectF(x0, y1, max(1.0, x1 - x0), max(2.0, y0 - y1)), colour)
        painter.setPen(QColor(theme.line))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.drawLine(frame.topLeft(), frame.bottomLeft())
        for time, _ in segment_marks(series):
            x = float(scale.x(np.array([time]))[0])
            painter.drawLine(round(x), round(frame.top()), round(x), round(frame.bottom()))
        painter.setPen(QColor(theme.faint))
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        side = QRectF(0, frame.top() - 6, _LEFT - 6, 16)
        painter.drawText(side, right, f"{scale.high:g} °C")
        side.moveBottom(frame.bottom() + 4)
        painter.drawText(side, right, f"{scale.low:g}")
        under = QRectF(frame.left(), frame.bottom() + 2, frame.width(), _BELOW)
        painter.drawText(under, left, "0")
        painter.drawText(under, right, duration_text(scale.end - scale.begin))


class _Scale:
    """From seconds and degrees to pixels."""

    def __init__(self, frame: QRectF, begin: float, end: float, low: float, high: float) -> None:
        self.frame, self.begin, self.end, self.low, self.high = frame, begin, end, low, high

    def x(self, time: Floats) -> Floats:
        """Across."""
        return self.frame.left() + self.frame.width() * (time - self.begin) / (self.end - self.begin)

    def y(self, degrees: Floats) -> Floats:
        """Down."""
        return self.frame.bottom() - self.frame.height() * (degrees - self.low) / (self.high - self.low)


def _rounded(low: float, high: float) -> tuple[float, float]:
    """Whole tens of degrees around both."""
    low, high = 10.0 * np.floor(low / 10.0), 10.0 * np.ceil(high / 10.0)
    return low, high if high > low else low + 10.0
