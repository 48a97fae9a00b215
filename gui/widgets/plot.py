"""Curves of any length, drawn in the same few milliseconds, and never more often than they can afford."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pyqtgraph.exporters
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem

from bench.core import wall
from bench.service.models.station import ColumnInfo
from gui.logic.series import Curve, RunSeries
from gui.logic.wording import PREFIXED, WRITTEN
from gui.widgets.curve_item import CurveItem
from gui.widgets.theme import LIGHT, Theme, current

SOONEST_MS = 100
LATEST_MS = 2000
ROOM_AHEAD = 0.15
"""Of the width of what there is."""
SHARE = 0.1
"""Of the window's time that drawing may take."""
EXPORT_WIDTH = 1600

PER_PIXEL = 4
"""Stretches of an envelope at most; at least one, since a pyramid grows by fours."""
NOTHING = Curve(np.empty(0), np.empty(0), 0)

PenMaker = Callable[[Theme], QPen]


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]
    """Follows a RunSeries: while `follows`, the whole of it is in view; panning or zooming stops that."""

    redrawn = Signal(str)
    """After each redraw, what is not shown as it was measured."""
    follows_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setMenuEnabled(False)
        self.setAccessibleName("Plot of the run")
        self.series: RunSeries | None = None
        self.x_name = ""
        self.y_names: tuple[str, ...] = ()
        self.follows = True
        self.cost_ms = 0.0
        """What the last redraw took, painting included."""
        self._drawn: object = None
        item = self.getPlotItem()
        item.hideButtons()
        item.disableAutoRange()
        item.showGrid(x=True, y=True, alpha=0.18)
        for side in ("left", "bottom"):  # axes and grid cost more to paint than the curve, and seldom change
            item.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.pens: tuple[PenMaker, ...] = (_plain,)
        """One for each curve; asked again in each theme."""
        self.curve = CurveItem()
        self._curves = [self.curve]
        item.addItem(self.curve)
        self.mark = pg.TextItem("", anchor=(1, 0))
        self.mark.setParentItem(item.vb)
        item.vb.sigRangeChangedManually.connect(self._by_hand)
        item.vb.sigResized.connect(lambda *_: self._arrange_mark())
        self._timer = QTimer(self)
        self._timer.setInterval(SOONEST_MS)
        self._timer.timeout.connect(self.redraw)
        self._timer.start()
        self.dress()

    def dress(self, theme: Theme | None = None) -> None:
        """In the colours of a theme, of the one that holds now if none is given."""
        theme = theme or current()
        self.setBackground(theme.card)
        for side in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(side)
            axis.setPen(theme.line)
            axis.setTextPen(theme.text)
        for curve, pen in zip(self._curves, self.pens, strict=False):
            curve.setPen(pen(theme))
        self.mark.setColor(theme.tones["notice"])
        font = QFont()
        font.setBold(True)
        self.mark.setFont(font)

    def show_series(
        self,
        series: RunSeries | None,
        x: ColumnInfo | None,
        y: ColumnInfo | None,
        *,
        more: Sequence[ColumnInfo] = (),
    ) -> None:
        """Another run, or other columns: `y`, and `more` in the same unit, against `x`."""
        self.series = series
        self.x_name = x.name if x else ""
        self.y_names = tuple(one.name for one in (y, *more) if one is not None)
        self._provide(len(self.y_names))
        self.label("bottom", x)
        self.label("left", y)
        self.follow(True)

    def label(self, side: str, info: ColumnInfo | None) -> None:
        """What the axis at this side says: the column and its unit, with prefixes where it takes them."""
        axis = self.getPlotItem().getAxis(side)
        prefixed = info is not None and info.unit in PREFIXED
        axis.setSIPrefixEnableRanges(None if prefixed else ())  # otherwise 0.5 K is drawn as 500
        axis.enableAutoSIPrefix(prefixed)
        if info is None:
            axis.setLabel("")
        elif prefixed:
            axis.setLabel(info.name, units=PREFIXED[info.unit])
        else:
            unit = WRITTEN.get(info.unit, info.unit)
            axis.setLabel(f"{info.name} / {unit}" if unit else info.name)

    def _provide(self, wanted: int) -> None:
        """As many curves as there are columns; those that are too many show nothing."""
        for _ in range(wanted - len(self._curves)):
            self._curves.append(CurveItem())
            self.getPlotItem().addItem(self._curves[-1])
        for item in self._curves[wanted:]:
            item.show_curve(NOTHING)
        self.dress()

    def show_mark(self, text: str) -> None:
        """A word over the plot, also in what is exported: SIMULATED, STALE."""
        self.mark.setText(text)
        self._arrange_mark()

    def follow(self, wanted: bool) -> None:
        """Keep the whole run in view, or leave the view as it is."""
        self.follows = wanted
        self._drawn = None
        self.follows_changed.emit(wanted)
        self.redraw()

    def redraw(self) -> None:
        """Draw if there is something new and the window can be seen."""
        series = self.series
        if series is None or not self.isVisible():
            return
        view = self.getPlotItem().vb
        between = tuple(view.viewRange()[0])
        now = (series, series.version, self.x_name, self.y_names, None if self.follows else between)
        if now == self._drawn:
            return
        began = wall.now()
        self._drawn = now
        if self.follows:
            self._fit(series)
            between = tuple(view.viewRange()[0])
        notes: dict[str, None] = {}
        for item, name in zip(self._curves, self.y_names, strict=False):
            curve = series.curve(self.x_name, name, between, stretches=PER_PIXEL * int(view.width()))
            item.show_curve(curve)
            nothing = "" if not len(curve.y) or np.isfinite(curve.y).any() else f"{name} has no value so far"
            notes[curve.note or nothing] = None
        self.cost_ms = 1e3 * (wall.now() - began)
        self.redrawn.emit("; ".join(filter(None, notes)))

    def showEvent(self, event: QShowEvent) -> None:
        """See QWidget; what came while it could not be seen is drawn at once."""
        super().showEvent(event)
        self.redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """See QWidget; what it costs stretches the time to the next redraw."""
        began = wall.now()
        super().paintEvent(event)
        self.cost_ms += 1e3 * (wall.now() - began)
        wanted = int(min(LATEST_MS, max(SOONEST_MS, self.cost_ms / SHARE)))
        if abs(wanted - self._timer.interval()) > SOONEST_MS / 2:
            self._timer.setInterval(wanted)

    def export(self, path: Path) -> None:
        """As SVG or PNG, by the ending, always on white. Raises OSError where it cannot be written."""
        self.dress(LIGHT)
        try:
            if path.suffix.lower() == ".svg":
                self._export_svg(path)
            else:
                exporter = pg.exporters.ImageExporter(self.getPlotItem())
                exporter.parameters()["width"] = EXPORT_WIDTH
                exporter.export(str(path))
        finally:
            self.dress()
        if not path.is_file() or not path.stat().st_size:
            raise OSError(f"nothing was written to {path}")

    def _export_svg(self, path: Path) -> None:
        generator = QSvgGenerator()  # pyqtgraph's own exporter fails on the paths of PySide6
        generator.setFileName(str(path))
        generator.setSize(self.size())
        generator.setViewBox(self.rect())
        painter = QPainter(generator)
        self.render(painter)
        painter.end()

    def _fit(self, series: RunSeries) -> None:
        xs = series.bounds(self.x_name)
        all_ys = [one for one in map(series.bounds, self.y_names) if one is not None]
        if xs is None or not all_ys or not np.isfinite([*xs, *np.ravel(all_ys)]).all():
            return
        ys = min(low for low, _ in all_ys), max(high for _, high in all_ys)
        view = self.getPlotItem().vb
        shown_x, shown_y = view.viewRange()
        room = 0.0 if series.ended else ROOM_AHEAD  # so that the axes need not move with each row
        x = None if _fits(shown_x, xs, room) else _padded(*_some(*xs), ahead=room)
        y = None if _fits(shown_y, ys, ROOM_AHEAD) else _padded(*_some(*ys), ahead=0.05)
        if x is not None or y is not None:
            view.setRange(xRange=x, yRange=y, padding=0, disableAutoRange=True)

    def _by_hand(self, *_: object) -> None:
        if self.follows:
            self.follow(False)

    def _arrange_mark(self) -> None:
        box = self.getPlotItem().vb.boundingRect()
        self.mark.setPos(box.right() - 8, box.top() + 6)


def _plain(theme: Theme) -> QPen:
    pen = QPen(QColor(theme.curves[0]))  # a wider one costs six times as much
    pen.setCosmetic(True)
    return pen


def _fits(shown: Sequence[float], data: tuple[float, float], room: float) -> bool:
    """Whether the data is in view, and not lost in too wide a one."""
    inside = shown[0] <= data[0] and data[1] <= shown[1]
    return inside and data[1] - data[0] > (shown[1] - shown[0]) * (0.85 - room)


def _padded(low: float, high: float, *, ahead: float) -> tuple[float, float]:
    """With a margin, and some more where the next values will be."""
    width = high - low
    return low - 0.03 * width, high + (0.03 + ahead) * width


def _some(low: float, high: float) -> tuple[float, float]:
    """A range that is not empty."""
    if high > low:
        return low, high
    width = abs(low) * 1e-3 or 1.0
    return low - width, high + width
