"""What would happen: every problem, or how long it takes, what it needs and what it may switch on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bench.service.models.base import ProblemLine
from bench.service.models.queue import PreFlight
from gui.logic.states import Sign
from gui.logic.wording import duration_text, quantity_text
from gui.widgets.parts import card, label, show_sign


class PreFlightCard(QWidget):
    """The answer to the last check."""

    def __init__(self) -> None:
        super().__init__()
        self.sign = label("", "title")
        self.text = label("", "", wrap=True)
        self.problems = label("", "problem", wrap=True)
        frame = card()
        layout = frame.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(label("Pre-flight", "heading"))
        for widget in (self.sign, self.problems, self.text):
            layout.addWidget(widget)
        layout.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def checking(self) -> None:
        """What is shown belongs to what was typed before."""
        show_sign(self.sign, Sign("…", "checking", "quiet"))

    def unknown(self, why: str) -> None:
        """It could not be checked."""
        show_sign(self.sign, Sign("?", "not checked", "off"))
        self.problems.setText(why)
        self.text.setText("")

    def show_result(self, found: PreFlight, others: list[ProblemLine], *, speed: float) -> None:
        """`others` are the problems that no field shows."""
        if not found.ok:
            count = len(found.problems)
            words = "1 thing to put right" if count == 1 else f"{count} things to put right"
            show_sign(self.sign, Sign("✗", words, "bad"))
            self.problems.setText(
                "\n".join(f"{one.what}" + (f"\n    {one.remedy}" if one.remedy else "") for one in others)
            )
            self.text.setText("" if others else "See the fields.")
            return
        show_sign(self.sign, Sign("✓", "ready to be queued", "good"))
        self.problems.setText("")
        self.text.setText("\n".join(_lines(found, speed)))


def _lines(found: PreFlight, speed: float) -> list[str]:
    lines = [f"takes about {duration_text(found.duration_s)}, {found.rows} rows"]
    if speed != 1.0:
        lines[0] += f" (here {duration_text(found.duration_s / speed)}, simulated {speed:g} times as fast)"
    for run in found.runs:
        lines.append(f"uses {', '.join([*run.instruments, *run.fixtures]) or 'nothing'}")
        lines.append(f"may switch on: {', '.join(run.energised) or 'nothing'}")
        host = {"make_safe": "everything is made safe", "keep": "kept on, guarded by the device"}
        lines.append(f"if this computer dies: {host.get(run.on_host_loss, run.on_host_loss)}")
        lines.append(f"if it is cut off: {run.resume}")
        values = [
            f"    {name} = {quantity_text(value, run.units.get(name, ''), digits=6)}"
            for name, value in run.parameters.items()
            if isinstance(value, int | float | str) and value != ""
        ]
        lines += ["", "as the bench understood it:", *values] if values else []
    return lines
