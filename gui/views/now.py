"""What goes on and what comes next, in a few lines under the tiles."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout

from bench.service.models.queue import QueueItem
from gui.logic.snapshot import Snapshot
from gui.logic.states import GOES_ON, WAITS, run_sign
from gui.widgets.parts import MARGIN, label, show_sign
from gui.widgets.value import Value

LINES = 5


class NowCard(QFrame):
    """One line a run: those that go on, then those that wait, as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("What goes on")
        grid = QGridLayout(self)
        grid.setContentsMargins(MARGIN, 10, MARGIN, 10)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(3)
        self.lines = [(label(), label("", "heading"), Value("faint", faded=True)) for _ in range(LINES)]
        for row, parts in enumerate(self.lines):
            for column, part in enumerate(parts):
                grid.addWidget(part, row, column)
        grid.setColumnStretch(2, 1)
        self.more = label("", "faint")
        grid.addWidget(self.more, LINES, 0, 1, 3)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The runs of this moment."""
        items = [item for item in snapshot.queue if item.state in GOES_ON | WAITS | {"interrupted"}]
        for place, (sign, name, facts) in enumerate(self.lines):
            there = place < len(items)
            for part in (sign, name, facts):
                part.setVisible(there)
            if there:
                item = items[place]
                show_sign(sign, run_sign(item))
                name.setText(f"#{item.key} {item.id}")
                facts.setText(_facts(item))
        left = len(items) - LINES
        nothing = "Nothing goes on and nothing waits. Everything that was measured is under Results."
        self.more.setText(nothing if not items else f"and {left} more in the queue")
        self.more.setVisible(not items or left > 0)


def _facts(item: QueueItem) -> str:
    waits = "" if item.state in GOES_ON else item.waiting_for
    why = item.steps[0].instruction if item.steps else waits
    return " · ".join(text for text in (item.procedure, item.sample or "", why) if text)
