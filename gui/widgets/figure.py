"""A figure of an analysis, SVG or PNG, as large as there is room and never distorted."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.theme import current


class Figure(QWidget):
    """Drawn on white, as it was made for paper."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""
        self.kind = ""
        self._svg: QSvgRenderer | None = None
        self._image: QImage | None = None
        self._words = ""
        self.setMinimumHeight(140)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Figure of the analysis")

    @property
    def there(self) -> bool:
        """Whether there is a figure."""
        return bool(self.data)

    def clear(self, words: str = "") -> None:
        """No figure, but perhaps a word on why."""
        self.data, self.kind, self._svg, self._image, self._words = b"", "", None, None, words
        self.update()

    def show_data(self, data: bytes, kind: str) -> None:
        """A file as the service gave it."""
        self.clear()
        self.data, self.kind = data, kind
        if kind == "svg":
            self._svg = QSvgRenderer(QByteArray(data), self)
        else:
            self._image = QImage.fromData(data)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """See QWidget."""
        painter = QPainter(self)
        size = self._svg.defaultSize() if self._svg is not None else QSize()
        if self._image is not None:
            size = self._image.size()
        if size.isEmpty():
            painter.setPen(QColor(current().faint))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
            return
        fitted = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF((self.width() - fitted.width()) / 2, 0, fitted.width(), fitted.height())
        painter.fillRect(place, QColor("white"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._svg is not None:
            self._svg.render(painter, place)
        elif self._image is not None:
            painter.drawImage(place, self._image)
