"""A new run: procedure, form, pre-flight as one types, a queue file to keep, and into the queue."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
)

from bench.core.errors import BenchError
from bench.service.models.queue import PreFlight, QueueItem, QueueText, RunAsked, Submission
from bench.service.models.station import ProcedureInfo, SampleSummary
from gui.logic.form import fields_of, free_id, run_asked, sort_problems
from gui.logic.queue_file import queue_file_text
from gui.logic.snapshot import Freshness, Snapshot
from gui.session import Screen, Session
from gui.views.form import Form
from gui.views.preflight import PreFlightCard
from gui.widgets.parts import MARGIN, button, combo, enable, label

CHECK_AFTER_MS = 300


class NewRunScreen(Screen):
    """What was typed last is there again, for each procedure."""

    name = "new"
    title = "New run"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.procedures: dict[str, ProcedureInfo] = {}
        self._samples: list[str] = []
        self._asked = 0
        self._ok = False
        self._fresh = True
        self.procedure = combo("Procedure")
        self.procedure.activated.connect(lambda _: self._choose())
        self.id = QLineEdit()
        self.id.setAccessibleName("Id of the run")
        self.id.textChanged.connect(self._changed)
        self.id_problem = label("", "problem", wrap=True)
        self.id_problem.hide()
        self.notes = QLineEdit()
        self.notes.setPlaceholderText("Notes, kept with the run")
        self.notes.setAccessibleName("Notes")
        self.about = label("", "faint", wrap=True)
        self.form = Form()
        self.form.changed.connect(self._changed)
        self.preflight = PreFlightCard()
        self.hold = QCheckBox("Hold: starts when it is released")
        self.submit = button("Queue it", self.send, keys="Ctrl+Return", kind="primary")
        self.save = button("Save queue file…", self.choose_file, keys="Ctrl+S")
        self.defaults = button("Defaults", self._defaults, tip="Every field as the procedure has it")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(CHECK_AFTER_MS)
        self._timer.timeout.connect(self.check)
        self._lay_out()

    def _lay_out(self) -> None:
        head = QFormLayout()
        head.addRow("Procedure", self.procedure)
        head.addRow("Id", self.id)
        head.addRow("", self.id_problem)
        head.addRow("Notes", self.notes)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.form)
        left = QVBoxLayout()
        left.addLayout(head)
        left.addWidget(self.about)
        left.addWidget(scroll, 1)
        buttons = QHBoxLayout()
        for widget in (self.submit, self.save, self.defaults):
            buttons.addWidget(widget)
        right_scroll = QScrollArea()
        right_scroll.setWidgetResizable(True)
        right_scroll.setWidget(self.preflight)
        right = QVBoxLayout()
        right.addWidget(right_scroll, 1)
        right.addWidget(self.hold)
        right.addLayout(buttons)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(MARGIN)
        layout.addLayout(left, 3)
        layout.addLayout(right, 2)

    # -- what is there ------------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """See Screen."""
        procedures = {one.name: one for one in snapshot.procedures}
        if procedures == self.procedures:
            return
        self.procedures = procedures
        chosen = self.procedure.currentText() or str(self.session.settings.value("new/procedure", "") or "")
        self.procedure.clear()
        self.procedure.addItems(list(procedures))
        if chosen in procedures:
            self.procedure.setCurrentText(chosen)
        self.session.ask(lambda client: client.samples(), self._take_samples)

    def tick(self, fresh: Freshness) -> None:
        """See Screen."""
        self._fresh = fresh.standing == "fresh"
        self._judge()

    def _take_samples(self, samples: list[SampleSummary]) -> None:
        self._samples = [sample.name for sample in samples]
        self._choose()

    def _choose(self) -> None:
        """Another procedure: its form, with what was typed last."""
        info = self.procedures.get(self.procedure.currentText())
        if info is None or self.session.snapshot is None:
            return
        self.about.setText(info.help.split("\n\n")[0].replace("\n", " "))
        self.about.setToolTip(info.help)
        texts = json.loads(str(self.session.settings.value(f"new/texts/{info.name}", "{}") or "{}"))
        self.form.build(fields_of(info, self.session.snapshot.instruments), texts, self._samples)
        taken = [item.id for item in self.session.snapshot.queue]
        self.id.setText(free_id(info.name, taken))
        self._changed()

    def run(self) -> RunAsked | None:
        """The run that the form describes; None while there is no procedure."""
        info = self.procedures.get(self.procedure.currentText())
        if info is None or not self.form.fields:
            return None
        return run_asked(
            info, self.form.fields, self.form.texts(), id_=self.id.text().strip(), notes=self.notes.text()
        )

    # -- pre-flight ---------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._ok = False
        self._asked += 1
        self.preflight.checking()
        self._timer.start()
        self._judge()

    def check(self) -> None:
        """Ask for the pre-flight of what stands there; a later change makes the answer void."""
        run, number = self.run(), self._asked
        if run is None:
            return
        self.session.ask(
            lambda client: client.check(QueueText(runs=[run])),
            lambda found: self._judged(found, number),
            lambda error: self._not_judged(error, number),
        )

    def _judged(self, found: PreFlight, number: int) -> None:
        if number != self._asked:
            return
        of_fields, others = sort_problems(found.problems, self.form.fields)
        self.form.show_problems(of_fields)
        problem = of_fields.get("id")
        self.id_problem.setVisible(problem is not None)
        if problem is not None:
            self.id_problem.setText(f"✗ {problem.what}: {problem.remedy}")
        snapshot = self.session.snapshot
        speed = snapshot.station.speed if snapshot is not None and snapshot.station.simulated else 1.0
        self.preflight.show_result(found, others, speed=speed)
        self._ok = found.ok
        self._judge()

    def _not_judged(self, error: BenchError, number: int) -> None:
        if number == self._asked:
            self.preflight.unknown(error.what)

    def _judge(self) -> None:
        why = "" if self._ok else "the pre-flight is not passed yet"
        why = why if self._fresh else "the service does not answer"
        enable(self.submit, not why, why)
        enable(self.save, self._ok, "the pre-flight is not passed yet")

    # -- what is done -------------------------------------------------------------------------------------

    def send(self) -> None:
        """Into the queue."""
        run = self.run()
        if run is None or not self.submit.isEnabled():
            return
        asked = Submission(runs=[run], by=self.session.who or "the window", hold=self.hold.isChecked())
        self._ok = False
        self._judge()
        self.remember()
        self.session.ask(lambda client: client.submit(asked), self._queued, self._refused)

    def _queued(self, items: list[QueueItem]) -> None:
        self.session.say(f"Queued as #{items[0].key} {items[0].id}", "good")
        taken = [item.id for item in self.session.snapshot.queue] if self.session.snapshot else []
        self.id.setText(free_id(items[0].procedure, [*taken, *(item.id for item in items)]))
        self.session.go.emit("queue")

    def _refused(self, error: BenchError) -> None:
        self.session.complain(error)
        self._changed()

    def choose_file(self) -> None:
        """Ask for a name, then save."""
        last = str(self.session.settings.value("new/folder", "") or "")
        start = str(Path(last) / f"{self.id.text().strip() or 'queue'}.toml")
        name, _ = QFileDialog.getSaveFileName(self, "Save queue file", start, "Queue files (*.toml)")
        if name:
            self.save_file(Path(name))

    def save_file(self, path: Path) -> None:
        """Write the run as a queue file that `bench run` accepts."""
        run, snapshot = self.run(), self.session.snapshot
        if run is None or snapshot is None:
            return
        station = snapshot.station
        text = queue_file_text(
            run, station=station.file, samples=station.samples_file, folder=path.resolve().parent
        )
        try:
            path.write_text(text, "utf-8")
        except OSError as error:
            self.session.say(f"cannot write {path}: {error.strerror}", "bad")
            return
        self.session.settings.setValue("new/folder", str(path.parent))
        self.session.say(f"Saved {path}", "good")

    def _defaults(self) -> None:
        self.form.fill({field.name: field.default for field in self.form.fields})

    def remember(self) -> None:
        """See Screen."""
        name = self.procedure.currentText()
        if name and self.form.fields:
            self.session.settings.setValue("new/procedure", name)
            self.session.settings.setValue(f"new/texts/{name}", json.dumps(self.form.texts()))
