"""The interlocks of the station: how each stands, and releasing one that has latched."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from bench.service.models.interlocks import InterlockInfo, Release
from gui.logic.snapshot import Snapshot
from gui.logic.states import LATCHED, interlock_sign
from gui.logic.wording import clock_text, quantity_text
from gui.session import Session
from gui.views.rows_model import RowsModel
from gui.widgets.parts import button, card, enable, label, table

WIDTHS = ((0, 130), (1, 110), (2, 210), (3, 120), (4, 90), (5, 110))
LOWEST, ROW, MOST_ROWS = 62, 28, 5


class InterlockPanel:
    """A card with a table, what the chosen rule saw, and its release. Hidden where the station has none."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._fresh = False
        self.frame = card()
        self.frame.setAccessibleName("Interlocks")
        self.model: RowsModel[InterlockInfo] = RowsModel(
            [
                ("Stands", lambda rule: interlock_sign(rule.standing, warns=rule.then == "warn")),
                ("Interlock", lambda rule: rule.name),
                ("Quantity", lambda rule: rule.quantity),
                ("Limit", lambda rule: f"{rule.comparison} {rule.limit}"),
                ("Then", lambda rule: rule.then.replace("_", " ")),
                ("Last value", lambda rule: quantity_text(rule.value, rule.unit)),
                ("Since", lambda rule: clock_text(rule.since) if rule.since else ""),
            ]
        )
        self.view = table(self.model, "Interlocks", stretch=6)
        for column, width in WIDTHS:
            self.view.setColumnWidth(column, width)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen())
        self.saw = label("", "", wrap=True)
        self.why = QLineEdit()
        self.why.setPlaceholderText("What was found and done, for the journal")
        self.why.setAccessibleName("Why it is released")
        self.why.textChanged.connect(lambda _: self._show_chosen())
        self.why.returnPressed.connect(self.release)
        self.free = button("Release", self.release, keys="Ctrl+L")
        line = QHBoxLayout()
        line.addWidget(self.why, 1)
        line.addWidget(self.free)
        layout = self.frame.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(label("Interlocks", "heading"))
        layout.addWidget(self.view)
        layout.addWidget(self.saw)
        layout.addLayout(line)
        self.frame.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """What cannot go on without a person first; what is chosen stays so."""
        chosen = self.chosen()
        order = {LATCHED: 0, "failed": 0, "violated": 1}
        self.model.show(sorted(snapshot.interlocks, key=lambda rule: order.get(rule.standing, 2)))
        names = [rule.name for rule in self.model.rows]
        if names:
            self.view.selectRow(names.index(chosen.name) if chosen and chosen.name in names else 0)
        self.view.setFixedHeight(LOWEST + ROW * (min(len(names), MOST_ROWS) - 1))
        self.frame.setVisible(bool(names))
        self._show_chosen()

    def tick(self, fresh: bool) -> None:
        """Whether what is shown is of now."""
        self._fresh = fresh
        self.view.setEnabled(fresh)
        self._show_chosen()

    def chosen(self) -> InterlockInfo | None:
        """The rule that is selected."""
        row = self.view.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def _show_chosen(self) -> None:
        rule = self.chosen()
        self.saw.setText(rule.text if rule else "")
        self.saw.setVisible(bool(rule and rule.text))
        if rule is None:
            why_not = "choose an interlock"
        elif rule.standing != LATCHED:
            why_not = "it is violated still" if rule.standing == "violated" else "it is not latched"
        else:
            why_not = "" if self.why.text().strip() else "say what was found and done"
        enable(self.free, not why_not and self._fresh, why_not or "the service does not answer")

    def release(self) -> None:
        """A person has looked; what waited for it may begin."""
        rule = self.chosen()
        if rule is None or not self.free.isEnabled():
            return
        name, act = rule.name, self.session.act()
        asked = Release(by=act.by, why=self.why.text().strip())
        self.session.ask(lambda client: client.release_interlock(name, asked), lambda _: self._released(name))

    def _released(self, name: str) -> None:
        self.why.clear()
        self.session.say(f"Released: interlock {name}; what waited for it may begin", "good")
