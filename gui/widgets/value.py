"""A line of text that changes often: a label would have the whole screen laid out anew for each change."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.theme import current


class Value(QWidget):
    """As wide as there is room for, and elided where that is too little; `kind` as for a label.

    What is elided can be read whole by pointing at it.
    """

    def __init__(self, kind: str, *, faded: bool = False) -> None:
        super().__init__()
        self.setObjectName(kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._text = ""
        self._faded = faded

    def text(self) -> str:
        """What it shows."""
        return self._text

    def setText(self, text: str) -> None:
        """Show this from now on."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def fade(self, faded: bool) -> None:
        """In the colour of small print, or of text."""
        if faded != self._faded:
            self._faded = faded
            self.update()

    def sizeHint(self) -> QSize:
        """See QWidget."""
        return QSize(0, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """See QWidget."""
        painter = QPainter(self)
        painter.setPen(QColor(current().faint if self._faded else current().text))
        fitting = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        tip = self._text if fitting != self._text else ""
        if self.toolTip() != tip:
            self.setToolTip(tip)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, fitting)
        painter.end()
