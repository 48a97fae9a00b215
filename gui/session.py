"""What every screen is given: the line to the service, the settings, who is at the bench, and a voice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from bench.core.errors import BenchError
from bench.service.client import Client
from bench.service.models.base import Act
from bench.service.models.queue import QueueItem, Verb
from gui.logic.snapshot import Freshness, Snapshot
from gui.net.link import Link

T = TypeVar("T")
WHO = "who"


class Session(QObject):
    """One window's. Screens reach the service through `ask` and nothing else."""

    said = Signal(str, str)
    """A message for the person, and its tone."""
    go = Signal(str)
    """The name of a screen to show."""
    watch = Signal(str)
    """The name of a run folder to plot."""

    def __init__(self, link: Link, settings: QSettings) -> None:
        super().__init__()
        self.link = link
        self.settings = settings
        self.snapshot: Snapshot | None = None

    @property
    def who(self) -> str:
        """Initials of the person at the window, empty where none were given."""
        return str(self.settings.value(WHO, "") or "").strip()

    @who.setter
    def who(self, initials: str) -> None:
        self.settings.setValue(WHO, initials.strip())

    def act(self, why: str = "") -> Act:
        """Who does something, for the journal."""
        return Act(by=self.who or "the window", why=why)

    def say(self, text: str, tone: str = "quiet") -> None:
        """Tell the person."""
        self.said.emit(text, tone)

    def ask(
        self,
        work: Callable[[Client], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BenchError], None] | None = None,
    ) -> None:
        """Have something asked in a thread; what goes wrong is said, unless `failed` sees to it."""
        self.link.ask(work, done, failed or self.complain)

    def complain(self, error: BenchError) -> None:
        """What happened, what state things are in, and what to do, in one line."""
        parts = [error.what, error.state or "", error.remedy or ""]
        self.say("  ·  ".join(part for part in parts if part), "bad")

    def do(self, item: QueueItem, verb: Verb, said: str) -> None:
        """Something a person does to a run."""
        asked = self.act()
        self.ask(lambda client: client.act(str(item.key), verb, asked), lambda _: self.say(said))


class Screen(QWidget):
    """One of the screens. `name` is how others find it, `title` what the list shows."""

    name = ""
    title = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setAccessibleName(self.title)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """A new state was heard."""

    def tick(self, fresh: Freshness) -> None:
        """Twice a second: ages grow, and what is stale is shown as stale."""

    def badge(self, snapshot: Snapshot) -> str:
        """A few characters for the list of screens, empty for nothing."""
        return ""

    def remember(self) -> None:
        """Write what should be there next time into the settings."""


def settings_in(path: Path) -> QSettings:
    """Settings in a file of their own."""
    return QSettings(str(path), QSettings.Format.IniFormat)


def confirmed(parent: QWidget, title: str, text: str, act: str) -> bool:
    """Ask before what cannot be undone. The way back is the default."""
    box = QMessageBox(QMessageBox.Icon.Warning, title, text, QMessageBox.StandardButton.NoButton, parent)
    yes = box.addButton(act, QMessageBox.ButtonRole.AcceptRole)
    back = box.addButton("Back", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(back)
    box.setEscapeButton(back)
    box.exec()
    return box.clickedButton() is yes
