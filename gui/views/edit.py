"""Changing a run that has not begun: the same form, and its priority."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bench.core.errors import BenchError
from bench.service.client import ServiceRefusedError
from bench.service.models.base import ProblemLine
from bench.service.models.queue import Edit, QueueItem
from bench.service.models.station import ProcedureInfo, SampleSummary
from gui.logic.form import default_text, fields_of, sort_problems, value_of
from gui.session import Session
from gui.views.form import Form
from gui.widgets.parts import label


class EditDialog(QDialog):
    """What was changed is sent when it is accepted; what is wrong is shown beside its field."""

    def __init__(self, session: Session, item: QueueItem, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self.item = session, item
        self.setWindowTitle(f"Run #{item.key} {item.id}")
        self.resize(620, 640)
        self.form = Form()
        self.priority = QSpinBox()
        self.priority.setRange(-1000, 1000)
        self.priority.setValue(item.priority)
        self.problem = label("", "problem", wrap=True)
        buttons = QDialogButtonBox()
        self.save = buttons.addButton("Change it", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Back", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.send)
        buttons.rejected.connect(self.reject)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(self.form)
        line = QHBoxLayout()
        line.addWidget(label("Priority (higher goes first)"))
        line.addWidget(self.priority)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(label(f"{item.procedure}, queued by {item.by or 'nobody named'}", "faint"))
        layout.addWidget(scroll, 1)
        layout.addLayout(line)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self._before: dict[str, str] = {}
        session.ask(lambda client: client.samples(), self._build)

    def _build(self, samples: list[SampleSummary]) -> None:
        snapshot = self.session.snapshot
        if snapshot is None:
            return
        info = next((one for one in snapshot.procedures if one.name == self.item.procedure), None)
        if info is not None:
            self.form.build(
                fields_of(info, snapshot.instruments), self._texts(info), [s.name for s in samples]
            )
            self._before = self.form.texts()

    def _texts(self, info: ProcedureInfo) -> dict[str, str]:
        given = self.item.spec.get("parameters", {})
        texts = {
            one.name: default_text(one.model_copy(update={"default": given[one.name]}))
            for one in info.parameters
            if one.name in given
        }
        return texts | {one.name: self.item.sample or "" for one in info.parameters if one.kind == "sample"}

    def send(self) -> None:
        """Send what was changed."""
        texts = self.form.texts()
        changed = [field for field in self.form.fields if texts[field.name] != self._before.get(field.name)]
        given = {"by": self.session.who or "the window", "why": "changed in the window"}
        asked: dict[str, object] = dict(given)
        parameters = {
            field.name: value_of(field, texts[field.name] or field.default)
            for field in changed
            if field.info.kind != "sample"
        }
        sample = next((texts[field.name] for field in changed if field.info.kind == "sample"), None)
        if parameters:
            asked["parameters"] = parameters
        if sample:
            asked["sample"] = sample
        if self.priority.value() != self.item.priority:
            asked["priority"] = self.priority.value()
        if asked == given:
            self.reject()
            return
        edit = Edit.model_validate(asked)
        self.save.setEnabled(False)
        self.session.ask(lambda client: client.edit(str(self.item.key), edit), self._changed, self._refused)

    def _changed(self, item: QueueItem) -> None:
        self.session.say(f"Run #{item.key} changed", "good")
        self.accept()

    def _refused(self, error: BenchError) -> None:
        self.save.setEnabled(True)
        found: list[ProblemLine] = error.refusal.problems if isinstance(error, ServiceRefusedError) else []
        placed = [
            one.model_copy(update={"place": f"runs[0].{one.place.rpartition('.')[2]}"}) for one in found
        ]
        of_fields, others = sort_problems(placed, self.form.fields)
        self.form.show_problems(of_fields)
        self.problem.setText("\n".join(one.what for one in others) if found else str(error))
