"""What stands above every screen: station, simulated or hardware, connection, clock, who, and MAKE SAFE."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gui.logic.snapshot import Freshness, Snapshot
from gui.logic.wording import age_text
from gui.session import Session
from gui.views.safe import SafeButton
from gui.widgets.parts import MARGIN, button, label, set_tone
from gui.widgets.theme import current


class TopBar(QFrame):
    """One line, always there."""

    themed = Signal(str)

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self.station = label("QMS Bench", "title")
        self.target = label("", "badge")
        self.link = label("", "badge")
        self.clock = label("", "faint")
        self.unsafe = label("", "badge")
        set_tone(self.unsafe, "bad")
        self.unsafe.hide()
        self.who = QLineEdit(session.who)
        self.who.setPlaceholderText("Initials")
        self.who.setMaximumWidth(80)
        self.who.setAccessibleName("Who is at the bench")
        self.who.setToolTip("Who is at the bench: goes into the journal with whatever is done here")
        self.who.textEdited.connect(lambda text: setattr(session, "who", text))
        self.theme: QPushButton = button("◐", self._turn, tip="Light or dark")
        self.theme.setAccessibleName("Light or dark")
        self.safe = SafeButton(session, window)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 8, MARGIN, 8)
        layout.setSpacing(10)
        for widget in (self.station, self.target, self.link, self.unsafe):
            layout.addWidget(widget)
        layout.addStretch(1)
        right: tuple[QWidget, ...] = (self.clock, self.who, self.theme, self.safe)
        for one in right:
            layout.addWidget(one)

    def show_state(self, snapshot: Snapshot | None, fresh: Freshness) -> None:
        """Twice a second."""
        words, tone = {
            "fresh": ("● connected", "good"),
            "stale": (f"✗ STALE, last heard {age_text(fresh.age_s)}", "bad"),
            "looking": ("… looking for the service", "notice"),
        }[fresh.standing]
        self.link.setText(words)
        set_tone(self.link, tone)
        self.target.setVisible(snapshot is not None)
        self.unsafe.setVisible(snapshot is not None and bool(snapshot.health.unsafe))
        if snapshot is None:
            return
        station, health = snapshot.station, snapshot.health
        self.station.setText(station.name)
        speed = f" ×{station.speed:g}" if station.speed != 1.0 else ""
        self.target.setText(f"◇ SIMULATED{speed}" if station.simulated else "◆ HARDWARE")
        set_tone(self.target, "notice" if station.simulated else "quiet")
        self.clock.setText(f"bench {health.clock_utc[11:19]} UTC")
        self.unsafe.setText(f"⚠ NOT SAFE: {', '.join(health.unsafe)}")

    def _turn(self) -> None:
        self.themed.emit("light" if current().name == "dark" else "dark")


class Banner(QFrame):
    """The one thing that everybody has to know, over every screen: no service, stale, a step that waits."""

    step_wanted = Signal()

    def __init__(self, start: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("banner")
        self.text = label("", wrap=True)
        self.start = button("Start the service", start)
        self.look = button("Go there", self.step_wanted.emit, keys="Alt+O")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(MARGIN, 6, MARGIN, 6)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.start, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.look, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_state(
        self, snapshot: Snapshot | None, fresh: Freshness, *, can_start: bool, step_is_seen: bool
    ) -> None:
        """Twice a second."""
        if fresh.standing == "stale":
            self._show(
                f"STALE: what is shown is of {age_text(fresh.age_s)} and may be wrong. Runs may go on. "
                f"Connecting again by itself. ({fresh.text})",
                "bad",
                start=can_start,
            )
        elif fresh.standing == "looking":
            how = "" if can_start else " Start one in a terminal: bench serve STATION.toml"
            self._show(f"{fresh.text}.{how}", "notice", start=can_start)
        elif snapshot is not None and snapshot.health.unsafe:
            names = ", ".join(snapshot.health.unsafe)
            self._show(f"⚠ NOT SAFE: {names}. Treat the outputs as live; press MAKE SAFE.", "bad")
        elif snapshot is not None and snapshot.steps and not step_is_seen:
            step = snapshot.steps[0]
            self._show(f"☛ Run #{step.run} waits for you: {step.instruction}", "notice", look=True)
        else:
            self.hide()

    def _show(self, text: str, tone: str, *, start: bool = False, look: bool = False) -> None:
        self.text.setText(text)
        set_tone(self, tone)
        self.start.setVisible(start)
        self.look.setVisible(look)
        self.show()
