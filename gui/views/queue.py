"""The queue: order, hold, edit, duplicate, cancel, rerun, pause, abort; why a run waits, when it may end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout

from bench.service.models.live import Event
from bench.service.models.queue import Move, QueueItem
from gui.logic.eta import expected
from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.states import ENDED, GOES_ON, WAITS
from gui.session import Screen, Session, confirmed
from gui.views.edit import EditDialog
from gui.views.progress import ProgressDelegate
from gui.views.queue_model import PROGRESS, WHY, WIDTHS, QueueModel
from gui.views.steps import StepPanel
from gui.widgets.parts import MARGIN, button, enable, label, table

Rule = Callable[[QueueItem], str]
"""Why something cannot be done to a run; empty if it can."""


def _only(states: frozenset[str], words: str) -> Rule:
    return lambda item: "" if item.state in states else words


_WAITING = _only(WAITS, "only of a run that waits")
_GOING = _only(GOES_ON, "only of a run that goes on")


class QueueScreen(Screen):
    """The table, what can be done to the selected run, and the step that waits for a person."""

    name = "queue"
    title = "Queue"

    def __init__(self, session: Session, make_run_safe: Callable[[int], None]) -> None:
        super().__init__(session)
        self._make_run_safe = make_run_safe
        self._fractions: dict[int, float] = {}
        self._phases: dict[int, str] = {}
        self._rules: list[tuple[QPushButton, Rule]] = []
        self.model = QueueModel()
        self.model.dragged.connect(self.move_run)
        self.view = table(self.model, "Queue of runs")
        self.view.setItemDelegateForColumn(PROGRESS, ProgressDelegate(self.view))
        for column, width in enumerate(WIDTHS):
            self.view.setColumnWidth(column, width)
        self.view.horizontalHeader().setSectionResizeMode(WHY, QHeaderView.ResizeMode.Stretch)
        self.view.setDragEnabled(True)
        self.view.setAcceptDrops(True)
        self.view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.view.setDropIndicatorShown(True)
        self.view.setDragDropOverwriteMode(False)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._judge())
        self.view.doubleClicked.connect(lambda _: self._watch())
        self.steps = StepPanel(session)
        self.ended = QCheckBox("Show what has ended")
        self.ended.toggled.connect(self._show_ended)
        self.empty = label("Nothing is queued. Plan a run with Alt+3.", "faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(8)
        layout.addWidget(self.steps.frame)
        layout.addLayout(self._buttons_of_order())
        layout.addWidget(self.view, 1)
        layout.addWidget(self.empty)
        layout.addLayout(self._buttons_of_runs())
        self._judge()

    def _buttons_of_order(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.up = self._button(line, "Up", lambda: self._shift(-1), _WAITING, keys="Alt+Up")
        self.down = self._button(line, "Down", lambda: self._shift(1), _WAITING, keys="Alt+Down")
        self.first = self._button(line, "First", self._to_front, _WAITING, keys="Alt+Home")
        self.hold = self._button(line, "Hold", self._hold, _WAITING, keys="Ctrl+H")
        self.edit = self._button(line, "Edit…", self._edit, _WAITING, keys="F2")
        self.duplicate = self._button(line, "Duplicate", self._duplicate, lambda _: "", keys="Ctrl+Shift+D")
        self.cancel = self._button(line, "Cancel run", self._cancel, _WAITING, keys="Del")
        over = _only(ENDED | {"interrupted"}, "only of a run that has ended")
        self.rerun = self._button(line, "Run again", lambda: self._verb("rerun", "queued again"), over)
        line.addStretch(1)
        line.addWidget(self.ended)
        return line

    def _buttons_of_runs(self) -> QHBoxLayout:
        line = QHBoxLayout()
        self.watch = self._button(
            line, "Watch", self._watch, lambda i: "" if i.run_id else "it has not begun"
        )
        self.pause = self._button(line, "Pause", self._pause, _GOING, keys="Ctrl+P")
        self.abort = self._button(line, "Abort…", self._abort, _GOING, keys="Ctrl+K")
        self.safe = self._button(line, "Make this run safe", self._safe, _GOING)
        interrupted = _only(frozenset({"interrupted"}), "only of a run that was interrupted")
        self.take_up = self._button(
            line, "Take up again", lambda: self._verb("take-up", "taken up"), interrupted
        )
        line.addStretch(1)
        line.addWidget(label("A paused run keeps its outputs as they are.", "faint"))
        return line

    def _button(
        self, line: QHBoxLayout, text: str, act: Callable[[], None], rule: Rule, *, keys: str = ""
    ) -> QPushButton:
        found = button(text, act, keys=keys)
        self._rules.append((found, rule))
        line.addWidget(found)
        return found

    # -- what is shown ------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        chosen = self.chosen()
        items = [item for item in snapshot.queue if self.ended.isChecked() or item.state not in ENDED]
        for gone in set(self._fractions) - {item.key for item in items}:
            self._fractions.pop(gone, None)
            self._phases.pop(gone, None)
        speed = snapshot.station.speed if snapshot.station.simulated else 1.0
        self.model.show(items, expected(items, self._fractions, speed=speed), self._fractions, self._phases)
        row = -1 if chosen is None else self.model.row_of(chosen.key)
        if row >= 0 and row != self.view.currentIndex().row():
            self.view.selectRow(row)
        self.empty.setVisible(not items)
        self.steps.show_snapshot(snapshot)
        self._judge()

    def note(self, event: Event) -> None:
        """What a run says of itself between two looks."""
        if event.run is None:
            return
        if event.kind == "progress":
            self._fractions[event.run] = float(event.facts.get("fraction") or 0.0)
            self._phases[event.run] = str(event.facts.get("text") or self._phases.get(event.run, ""))
        elif event.kind == "phase":
            self._phases[event.run] = str(event.facts.get("phase") or "")

    def tick(self, fresh: Freshness) -> None:
        """See Screen: a table that is not the present is greyed."""
        self.view.setEnabled(fresh.standing == "fresh")

    def badge(self, snapshot: Snapshot) -> str:
        """See Screen."""
        if snapshot.health.steps:
            return f"☛ {snapshot.health.steps}"
        open_runs = snapshot.health.going + snapshot.health.waiting
        return str(open_runs) if open_runs else ""

    def chosen(self) -> QueueItem | None:
        """The run that is selected."""
        row = self.view.currentIndex().row()
        selected = self.view.selectionModel().hasSelection()
        return self.model.items[row] if selected and 0 <= row < len(self.model.items) else None

    def _judge(self) -> None:
        item = self.chosen()
        for found, rule in self._rules:
            why_not = "select a run" if item is None else rule(item)
            enable(found, not why_not, why_not)
        if item is not None:
            self.hold.setText("Release" if item.held else "Hold")
            self.pause.setText("Resume" if item.state == "paused" else "Pause")

    def _show_ended(self, wanted: bool) -> None:
        self.session.link.every = wanted
        self.session.link.refresh()

    # -- what is done -------------------------------------------------------------------------------------

    def _verb(self, verb: str, said: str) -> None:
        if (item := self.chosen()) is not None:
            self.session.do(item, verb, f"Run #{item.key} {item.id}: {said}")  # type: ignore[arg-type]

    def _hold(self) -> None:
        if (item := self.chosen()) is not None:
            self._verb("release" if item.held else "hold", "released" if item.held else "held")

    def _pause(self) -> None:
        if (item := self.chosen()) is not None:
            paused = item.state == "paused"
            self._verb("resume" if paused else "pause", "goes on" if paused else "asked to pause")

    def _duplicate(self) -> None:
        self._verb("duplicate", "duplicated")

    def _cancel(self) -> None:
        """Nothing is lost by it: a cancelled run can be run again. So it is not asked about."""
        self._verb("cancel", "cancelled; 'Run again' brings it back")

    def _abort(self) -> None:
        item = self.chosen()
        if item is not None and confirmed(
            self,
            f"Abort run #{item.key}?",
            f"Run #{item.key} {item.id} ends where it is and leaves its instruments safe. "
            "Its rows are kept; it cannot be continued.",
            "Abort the run",
        ):
            self._verb("abort", "asked to abort")

    def _safe(self) -> None:
        if (item := self.chosen()) is not None:
            self._make_run_safe(item.key)

    def _watch(self) -> None:
        if (item := self.chosen()) is not None and item.run_id:
            self.session.watch.emit(item.run_id)

    def _edit(self) -> None:
        if (item := self.chosen()) is not None and self.session.snapshot is not None:
            dialog = EditDialog(self.session, item, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _to_front(self) -> None:
        if (item := self.chosen()) is not None:
            self._move(item.key, Move(first=True, by=self.session.who))

    def _shift(self, by: int) -> None:
        item = self.chosen()
        if item is None:
            return
        waiting = [one.key for one in self.model.items if one.state in WAITS]
        place = waiting.index(item.key) + by if item.key in waiting else -1
        if 0 <= place < len(waiting):
            self.move_run(item.key, "before" if by < 0 else "after", waiting[place])

    def move_run(self, key: int, side: str, other: int) -> None:
        """Ask for another place in the queue."""
        who = self.session.who
        asked = Move(before=str(other), by=who) if side == "before" else Move(after=str(other), by=who)
        self._move(key, asked)

    def _move(self, key: int, asked: Move) -> None:
        self.session.ask(
            lambda client: client.move(str(key), asked),
            lambda item: self.session.say(f"Run #{item.key} moved"),
        )
