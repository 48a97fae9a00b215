"""MAKE SAFE: always in sight, never asks, and tells of each instrument what became of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from bench.core.errors import BenchError
from bench.service.models.queue import InstrumentSafe, RunSafe, SafeReport
from gui.logic.states import Sign, outcome_sign
from gui.session import Session
from gui.widgets.parts import MARGIN, button, label, show_sign

KEYS = "Ctrl+."
NOT_SENT = (
    "The order was not answered. TREAT EVERY OUTPUT AS LIVE.\n"
    "Give in a terminal: bench safe STATION.toml. Or by hand: switch off what sources or heats, then\n"
    "disconnect what hangs on it; leave a protective gas on while anything is hot."
)


class SafeButton(QPushButton):
    """Sends the order the moment it is pressed, in a thread of its own."""

    ordered = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__("MAKE SAFE", parent)
        self.setObjectName("safe")
        self.setToolTip(
            f"Every output off now, every run ended, everything that waits held ({KEYS}). Asks nothing."
        )
        self.setAccessibleName("Make everything safe now")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._session = session
        self.report = SafeDialog(self)
        self._shortcut = QShortcut(QKeySequence(KEYS), parent)  # not the button's own, which acts 0.1 s late
        self._shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
        self._shortcut.activated.connect(self.order)
        self.pressed.connect(self.order)

    def order(self) -> None:
        """Everything safe, now. Pressing again sends it again: that does no harm."""
        self.report.ordered()
        asked = self._session.act("MAKE SAFE pressed in the window")
        self._session.link.ask(
            lambda client: client.safe(asked), self.report.show_report, self.report.show_failure, at_once=True
        )
        self.ordered.emit()

    def order_run(self, key: int) -> None:
        """The instruments of one run, now."""
        self.report.ordered(f"run #{key}")
        asked = self._session.act("made safe in the window")
        self._session.link.ask(
            lambda client: client.safe_run(str(key), asked),
            self.report.show_run,
            self.report.show_failure,
            at_once=True,
        )


class SafeDialog(QDialog):
    """What came of it, instrument by instrument. Stays until it is closed; never blocks the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Make safe")
        self.setModal(False)
        self.setMinimumWidth(520)
        self.headline = label("", "title", wrap=True)
        self.details = label("", "", wrap=True)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(18)
        self.close_button = button("Close", self.hide)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.addWidget(self.headline)
        layout.addWidget(self.details)
        layout.addLayout(self._rows)
        layout.addStretch(1)
        layout.addLayout(foot)
        self._waiting = QTimer(self)
        self._waiting.setInterval(1000)
        self._waiting.timeout.connect(self._count)
        self._seconds = 0
        self.done_with = False
        """Whether the answer to the last order is there."""

    def ordered(self, what: str = "every instrument") -> None:
        """The order is on its way."""
        self.done_with, self._seconds = False, 0
        show_sign(self.headline, Sign("…", f"Making {what} safe", "notice"))
        self._clear()
        self.details.setText("The order is sent. Until each is verified, treat its output as live.")
        self._waiting.start()
        self.show()
        self.raise_()

    def show_report(self, report: SafeReport) -> None:
        """The answer for everything."""
        found = [*report.instruments, *(one for run in report.runs for one in run.instruments)]
        self._answer(found, safe=report.safe)
        held = f"\nHeld, so that nothing starts by itself: {', '.join(f'#{key}' for key in report.held)}"
        self.details.setText(report.summary + (held if report.held else ""))

    def show_run(self, run: RunSafe) -> None:
        """The answer for one run."""
        self._answer(run.instruments, safe=run.safe in ("verified", None) and bool(run.instruments))
        self.details.setText(f"run #{run.run} {run.id} is {run.state}")

    def show_failure(self, error: BenchError) -> None:
        """There was no answer, or a refusal."""
        self._answer([], safe=False)
        self.details.setText(f"{NOT_SENT}\n\n{error.what}")

    def _answer(self, instruments: list[InstrumentSafe], *, safe: bool) -> None:
        self._waiting.stop()
        self.done_with = True
        self._clear()
        sign = Sign("✓", "Everything is safe, verified by read-back", "good")
        show_sign(self.headline, sign if safe else Sign("⚠", "NOT SAFE: treat outputs as live", "bad"))
        for row, one in enumerate(instruments):
            outcome = label()
            show_sign(outcome, outcome_sign(one.outcome))
            self._rows.addWidget(label(one.instrument, "heading"), row, 0)
            self._rows.addWidget(outcome, row, 1)
            self._rows.addWidget(label(" · ".join(p for p in (one.state, one.error) if p), wrap=True), row, 2)
        self._rows.setColumnStretch(2, 1)
        self.close_button.setFocus()
        self.adjustSize()

    def _clear(self) -> None:
        while (entry := self._rows.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.deleteLater()

    def _count(self) -> None:
        self._seconds += 1
        show_sign(self.headline, Sign("…", f"Making safe, {self._seconds} s", "notice"))
