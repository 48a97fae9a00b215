"""What waits for a person: the instruction, what to confirm, initials; done, or declined with the reason."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout

from bench.core.errors import BenchError
from bench.service.models.queue import Step, StepDeclined, StepDone
from gui.logic.snapshot import Snapshot
from gui.logic.wording import clock_text
from gui.session import Session
from gui.widgets.parts import MARGIN, button, card, enable, label, set_tone


class StepPanel:
    """A card for the step that waits longest. Hidden where nothing waits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.frame = card("notice")
        self.frame.setAccessibleName("Step for a person")
        self.title = label("", "heading")
        self.instruction = label("", "title", wrap=True)
        self.facts = label("", "faint", wrap=True)
        self.boxes: list[QCheckBox] = []
        self._box_place = QVBoxLayout()
        self.initials = QLineEdit()
        self.initials.setPlaceholderText("Initials")
        self.initials.setMaximumWidth(110)
        self.initials.setAccessibleName("Your initials")
        self.note = QLineEdit()
        self.note.setPlaceholderText("Note for the journal, or why it will not be done")
        self.note.setAccessibleName("Note")
        self.done = button("Done", self.say_done, keys="Ctrl+D", kind="primary")
        self.decline = button(
            "Decline", self.say_declined, tip="The run fails and leaves its instruments safe"
        )
        self.why_not = label("", "faint", wrap=True)
        line = QHBoxLayout()
        line.addWidget(self.initials)
        line.addWidget(self.note, 1)
        line.addWidget(self.done)
        line.addWidget(self.decline)
        layout = self.frame.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        for widget in (self.title, self.instruction, self.facts):
            layout.addWidget(widget)
        layout.addLayout(self._box_place)
        layout.addLayout(line)
        layout.addWidget(self.why_not)
        self.initials.textChanged.connect(self._look)
        self.note.textChanged.connect(self._look)
        self.initials.returnPressed.connect(self.say_done)
        self.step: Step | None = None
        self._sent = False
        self.frame.hide()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the oldest step, and how many more there are. What is being filled in stays as it is."""
        steps = snapshot.steps
        ids = [step.step for step in steps]
        if self.step is not None and self.step.step in ids:
            step: Step | None = next(one for one in steps if one.step == self.step.step)
        else:
            step = steps[0] if steps else None
        more = f"   ({len(steps) - 1} more wait)" if len(steps) > 1 else ""
        if step is not None:
            self.title.setText(f"☛ Run #{step.run} {step.id} waits for you{more}")
        if (None if step is None else step.step) != (None if self.step is None else self.step.step):
            self._show(step)
        self.step = step
        self.frame.setVisible(step is not None)
        self._look()

    def _show(self, step: Step | None) -> None:
        for box in self.boxes:
            self._box_place.removeWidget(box)
            box.deleteLater()
        self.boxes, self._sent = [], False
        self.note.clear()
        if step is None:
            return
        if not self.initials.text():
            self.initials.setText(self.session.who)
        self.instruction.setText(step.instruction)
        holds = f", holding {', '.join(step.holds)}" if step.holds else ""
        self.facts.setText(f"waits since {clock_text(step.since)}{holds}")
        for text in step.confirms:
            box = QCheckBox(text)
            box.toggled.connect(self._look)
            self.boxes.append(box)
            self._box_place.addWidget(box)
        set_tone(self.frame, "notice")

    def _look(self) -> None:
        missing = [box.text() for box in self.boxes if not box.isChecked()]
        who = self.initials.text().strip()
        reasons = [f"confirm: {text}" for text in missing] + ([] if who else ["give your initials"])
        if self._sent:
            reasons = ["sent, waiting for the bench"]
        enable(self.done, not reasons, "; ".join(reasons))
        no = [] if who else ["give your initials"]
        no += [] if self.note.text().strip() else ["say in the note why it will not be done"]
        enable(self.decline, not no and not self._sent, "; ".join(no))
        self.why_not.setText(f"Before it is done: {'; '.join(reasons)}" if reasons else "")

    def say_done(self) -> None:
        """It has been done, and everything was confirmed."""
        if self.step is None or not self.done.isEnabled():
            return
        number, who = self.step.step, self.initials.text().strip()
        asked = StepDone(by=who, confirmed=[box.text() for box in self.boxes], note=self.note.text().strip())
        self._send(who)
        self.session.ask(
            lambda client: client.step_done(number, asked),
            lambda step: self.session.say(f"Step {step.step} of run #{step.run} confirmed by {who}", "good"),
            self._failed,
        )

    def say_declined(self) -> None:
        """It will not be done: the note says why."""
        if self.step is None or not self.decline.isEnabled():
            return
        number, who = self.step.step, self.initials.text().strip()
        asked = StepDeclined(by=who, why=self.note.text().strip())
        self._send(who)
        self.session.ask(
            lambda client: client.step_declined(number, asked),
            lambda step: self.session.say(f"Step {step.step} declined: run #{step.run} ends", "notice"),
            self._failed,
        )

    def _send(self, who: str) -> None:
        if not self.session.who:
            self.session.who = who
        self._sent = True
        self._look()

    def _failed(self, error: BenchError) -> None:
        self._sent = False
        self._look()
        self.session.complain(error)
