"""A furnace run in panels over one time: temperatures, output, and whatever else was measured."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsRectItem, QVBoxLayout, QWidget

from bench.service.models.station import ColumnInfo
from gui.logic.furnace.columns import TEMPERATURES, others, set_point_of
from gui.logic.furnace.soaking import band_box, segment_marks
from gui.logic.series import RunSeries
from gui.widgets.furnace_trace import Legend, curve_pen
from gui.widgets.plot import EXPORT_WIDTH, CurvePlot
from gui.widgets.theme import LIGHT, Theme, current

AXIS_WIDTH = 66
"""Of all panels, so that their times stand under each other."""
MOST_OTHERS = 2


class FurnacePlot(QWidget):
    """Like a CurvePlot: while `follows`, all of the run is in view; panning or zooming one moves all."""

    redrawn = Signal(str)
    follows_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.legend = Legend()
        self.temperatures = CurvePlot()
        self.temperatures.pens = tuple(functools.partial(curve_pen, place) for place in range(3))
        self.output = CurvePlot()
        self.others = [CurvePlot() for _ in range(MOST_OTHERS)]
        self.panels = [self.temperatures, self.output, *self.others]
        self._marks: list[tuple[CurvePlot, pg.InfiniteLine]] = []
        self._band = QGraphicsRectItem()
        self._series: RunSeries | None = None
        self._drawn: object = None
        self._further: list[ColumnInfo] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.legend)
        for panel in self.panels:
            layout.addWidget(panel, 3 if panel is self.temperatures else 1)
            panel.getPlotItem().getAxis("left").setWidth(AXIS_WIDTH)
            panel.follows_changed.connect(self._follow_together)
            if panel is not self.temperatures:
                panel.setXLink(self.temperatures)
        self._band.setPen(QPen(Qt.PenStyle.NoPen))
        self._band.setZValue(-10)
        self._band.hide()
        self.temperatures.getPlotItem().vb.addItem(self._band, ignoreBounds=True)
        self.temperatures.redrawn.connect(self.redrawn)
        self._following = False
        self.dress()

    @property
    def follows(self) -> bool:
        """Whether the whole run is kept in view."""
        return self.temperatures.follows

    def dress(self, theme: Theme | None = None) -> None:
        """In the colours of a theme, of the one that holds now if none is given."""
        theme = theme or current()
        for panel in self.panels:
            panel.dress(theme)
        self.legend.dress(theme)
        colour = QColor(theme.tones["good"])
        colour.setAlpha(70)
        self._band.setBrush(colour)
        for _, mark in self._marks:
            pen = QPen(QColor(theme.faint), 0, Qt.PenStyle.DotLine)
            mark.setPen(pen)
            mark.label.setColor(theme.faint)

    def show_series(self, series: RunSeries) -> None:
        """Another run, whose columns are known."""
        self._series, self._drawn = series, None
        self._band.hide()
        self._unmark()
        by_name = {column.name: column for column in series.numeric()}
        time = by_name["Time"]
        first, *more = (by_name[name] for name in TEMPERATURES if name in by_name)
        together = first.model_copy(update={"name": "Temperature"})
        self.temperatures.show_series(series, time, first, more=more)
        self.temperatures.label("left", together)
        self.output.show_series(series, time, by_name["Output"])
        self._arrange(series, others(series.numeric(), series.has_numbers)[:MOST_OTHERS])

    def _arrange(self, series: RunSeries, further: list[ColumnInfo]) -> None:
        """A panel for each further column, and the hours below the lowest panel."""
        self._further = further
        by_name = {column.name: column for column in series.numeric()}
        time = by_name["Time"]
        hours = time.model_copy(update={"unit": "h"})
        columns: list[ColumnInfo | None] = [*further, *MOST_OTHERS * [None]]
        for panel, column in zip(self.others, columns, strict=False):
            panel.setVisible(column is not None)
            wanted = by_name.get(set_point_of(column.name)) if column is not None else None
            more = [wanted] if wanted is not None else []
            panel.show_series(series if column is not None else None, time, column, more=more)
        lowest = [panel for panel in self.panels if not panel.isHidden()][-1]
        for panel in self.panels:
            axis = panel.getPlotItem().getAxis("bottom")
            axis.setScale(1 / 3600)
            axis.setStyle(showValues=panel is lowest)
            panel.label("bottom", hours if panel is lowest else None)

    def show_recipe(self, recipe: Mapping[str, Any]) -> None:
        """Band and segments, as far as the run has come."""
        series = self._series
        if series is None or (drawn := (series.version, recipe)) == self._drawn:
            return
        self._drawn = drawn
        further = others(series.numeric(), series.has_numbers)[:MOST_OTHERS]
        if further != self._further:  # the first number of a column that was empty
            self._arrange(series, further)
        box = band_box(series, recipe)
        self._band.setVisible(box is not None)
        if box is not None:
            begin, end, low, high = box
            self._band.setRect(begin, low, end - begin, high - low)
        marks = segment_marks(series)
        if len(marks) * len(self.panels) == len(self._marks):
            return
        self._unmark()
        self._marks = [(panel, _mark(time, number, panel)) for time, number in marks for panel in self.panels]
        for panel, mark in self._marks:
            if panel is not self.temperatures:
                mark.label.hide()
            panel.getPlotItem().addItem(mark, ignoreBounds=True)
        self.dress()

    def _unmark(self) -> None:
        for panel, mark in self._marks:
            panel.getPlotItem().removeItem(mark)
        self._marks = []

    def show_mark(self, text: str) -> None:
        """See CurvePlot."""
        self.temperatures.show_mark(text)

    def follow(self, wanted: bool) -> None:
        """See CurvePlot."""
        for panel in self.panels:
            panel.follow(wanted)

    def _follow_together(self, wanted: bool) -> None:
        if self._following:
            return
        self._following = True
        for panel in self.panels:
            if panel.follows != wanted:
                panel.follow(wanted)
        self._following = False
        self.follows_changed.emit(wanted)

    def export(self, path: Path) -> None:
        """As SVG or PNG, by the ending, on white. Raises OSError where it cannot be written."""
        self.dress(LIGHT)
        try:
            if path.suffix.lower() == ".svg":
                generator = QSvgGenerator()
                generator.setFileName(str(path))
                generator.setSize(self.size())
                generator.setViewBox(self.rect())
                self._render(QPainter(generator))
            else:
                scale = max(1.0, EXPORT_WIDTH / max(1, self.width()))
                image = QImage(self.size() * scale, QImage.Format.Format_RGB32)
                image.fill(QColor(LIGHT.card))
                painter = QPainter(image)
                painter.scale(scale, scale)
                self._render(painter)
                image.save(str(path))
        finally:
            self.dress()
        if not path.is_file() or not path.stat().st_size:
            raise OSError(f"nothing was written to {path}")

    def _render(self, painter: QPainter) -> None:
        self.render(painter, QPoint(), renderFlags=QWidget.RenderFlag.DrawChildren)
        painter.end()


def _mark(time: float, number: int, panel: CurvePlot) -> pg.InfiniteLine:
    """The beginning of a segment; the number stands at the top of the line."""
    text = str(number) if number else "end"
    return pg.InfiniteLine(time, label=text, labelOpts={"position": 0.97, "anchors": [(0, 0), (0, 0)]})
