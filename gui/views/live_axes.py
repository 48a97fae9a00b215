"""Which column is drawn against which; chosen once, it is chosen again for runs with the same columns."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from bench.service.models.station import ColumnInfo
from gui.logic.series import RunSeries
from gui.widgets.parts import combo, label

X_FIRST = "Time"
NOT_TO_LOOK_AT = ("Attempt", "Point", "Pass", "Group", "Segment")


class Axes(QWidget):
    """Two choices with their names."""

    chosen = Signal()

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._columns: list[ColumnInfo] = []
        self.across = combo("Horizontal axis", 120)
        self.up = combo("Vertical axis", 150)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for text, widget in (("y", self.up), ("against x", self.across)):
            caption = label(text, "faint")
            caption.setBuddy(widget)
            layout.addWidget(caption)
            layout.addWidget(widget)
            widget.activated.connect(lambda _: self._keep())

    def fill(self, series: RunSeries) -> None:
        """The columns of a run, of which as many are chosen as were chosen last for such columns."""
        columns = self._columns = series.numeric()
        names = [column.name for column in columns]
        kept = str(self._settings.value(self._key(), "") or "").split("|")
        x = kept[0] if len(kept) == 2 and kept[0] in names else X_FIRST if X_FIRST in names else names[0]
        y = kept[1] if len(kept) == 2 and kept[1] in names else _first_to_look_at(columns, x)
        for chooser, chosen in ((self.across, x), (self.up, y)):
            chooser.clear()
            chooser.addItems(names)
            chooser.setCurrentText(chosen)
        self.chosen.emit()

    def columns(self) -> tuple[ColumnInfo | None, ColumnInfo | None]:
        """The chosen ones: horizontal, vertical."""
        by_name = {column.name: column for column in self._columns}
        return by_name.get(self.across.currentText()), by_name.get(self.up.currentText())

    def _key(self) -> str:
        return f"live/axes/{'|'.join(column.name for column in self._columns)}"

    def _keep(self) -> None:
        self._settings.setValue(self._key(), f"{self.across.currentText()}|{self.up.currentText()}")
        self.chosen.emit()


def _first_to_look_at(columns: list[ColumnInfo], x: str) -> str:
    names = [column.name for column in columns if column.kind == "number" and column.name != x]
    names = [name for name in names if name not in NOT_TO_LOOK_AT] or [columns[-1].name]
    measured = [name for name in names if not name.startswith(("Set ", "Set-"))]
    return (measured or names)[0]
