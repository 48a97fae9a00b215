"""Alarms, latched until somebody acknowledges them, with what to do about each; and the interlocks."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from bench.service.models.alarms import Acknowledge, Alarm
from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.states import Sign, alarm_sign
from gui.logic.wording import clock_text
from gui.session import Screen, Session
from gui.views.interlocks import InterlockPanel
from gui.views.rows_model import RowsModel
from gui.widgets.parts import MARGIN, button, enable, label, show_sign, table


class AlarmsScreen(Screen):
    """The worst and newest first."""

    name = "alarms"
    title = "Alarms"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._fresh = False
        self.model: RowsModel[Alarm] = RowsModel(
            [
                ("Severity", lambda alarm: alarm_sign(alarm.severity, active=alarm.active)),
                ("What", lambda alarm: alarm.text),
                ("Run", lambda alarm: "" if alarm.run is None else f"#{alarm.run}"),
                ("Raised", lambda alarm: clock_text(alarm.raised)),
                ("Times", lambda alarm: str(alarm.count)),
                ("Seen", _seen),
            ]
        )
        self.view = table(self.model, "Alarms", stretch=1)
        for column, width in ((0, 130), (2, 60), (3, 160), (4, 60), (5, 160)):
            self.view.setColumnWidth(column, width)
        self.view.selectionModel().currentRowChanged.connect(lambda *_: self._show_chosen())
        self.state = label("", "title")
        self.guidance = label("", "", wrap=True)
        self.note = QLineEdit()
        self.note.setPlaceholderText("Note: what was done about it")
        self.note.setAccessibleName("Note")
        self.note.returnPressed.connect(self.acknowledge)
        self.seen = button("Acknowledge", self.acknowledge, keys="Ctrl+Return", kind="primary")
        line = QHBoxLayout()
        line.addWidget(self.note, 1)
        line.addWidget(self.seen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addWidget(self.state)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.guidance)
        layout.addLayout(line)
        self.interlocks = InterlockPanel(session)
        layout.addWidget(self.interlocks.frame)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        chosen = self.chosen()
        order = {"critical": 0}
        alarms = sorted(snapshot.alarms, key=lambda one: one.raised, reverse=True)
        self.model.show(
            sorted(alarms, key=lambda one: (one.acknowledged is not None, order.get(one.severity, 1)))
        )
        numbers = [alarm.number for alarm in self.model.rows]
        if numbers:
            self.view.selectRow(numbers.index(chosen.number) if chosen and chosen.number in numbers else 0)
        show_sign(self.state, _sign(snapshot))
        self.interlocks.show_snapshot(snapshot)
        self._show_chosen()

    def tick(self, fresh: Freshness) -> None:
        """See Screen."""
        self._fresh = fresh.standing == "fresh"
        self.view.setEnabled(self._fresh)
        self.interlocks.tick(self._fresh)
        self._show_chosen()

    def badge(self, snapshot: Snapshot) -> str:
        """See Screen."""
        waiting = snapshot.health.alarms + len(snapshot.latched)
        return f"⚠ {waiting}" if waiting else ""

    def chosen(self) -> Alarm | None:
        """The alarm that is selected."""
        row = self.view.currentIndex().row()
        return self.model.rows[row] if 0 <= row < len(self.model.rows) else None

    def _show_chosen(self) -> None:
        alarm = self.chosen()
        self.guidance.setText(
            "" if alarm is None else alarm.guidance or "There is no guidance for this alarm."
        )
        why = "choose an alarm" if alarm is None else "it is acknowledged" if alarm.acknowledged else ""
        enable(self.seen, not why and self._fresh, why or "the service does not answer")

    def acknowledge(self) -> None:
        """Somebody has seen it."""
        alarm = self.chosen()
        if alarm is None or not self.seen.isEnabled():
            return
        asked = Acknowledge(by=self.session.who or "the window", why=self.note.text().strip())
        number = alarm.number
        self.session.ask(
            lambda client: client.acknowledge(number, asked),
            lambda done: self.session.say(f"Acknowledged: {done.text}", "good"),
        )
        self.note.clear()


def _sign(snapshot: Snapshot) -> Sign:
    new, latched = snapshot.health.alarms, len(snapshot.latched)
    words = [f"{new} not acknowledged"] if new else []
    words += [f"{latched} interlock{'s' if latched > 1 else ''} latched"] if latched else []
    return Sign("⚠", ", ".join(words), "bad") if words else Sign("✓", "No alarm waits for anybody", "good")


def _seen(alarm: Alarm) -> str:
    return f"{alarm.by}, {clock_text(alarm.acknowledged)[11:16]}" if alarm.acknowledged else "nobody yet"
