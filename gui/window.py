"""The window: screens on the left, MAKE SAFE at the top right, and what everybody has to know above all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QListWidget,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bench.core import wall
from bench.core.errors import BenchError
from bench.service.models.live import Event
from gui.logic.snapshot import Freshness, Snapshot, freshness
from gui.session import Screen, Session
from gui.views.alarms import AlarmsScreen
from gui.views.bench import BenchScreen
from gui.views.journal import JournalScreen
from gui.views.live import LiveScreen
from gui.views.new_run import NewRunScreen
from gui.views.queue import QueueScreen
from gui.views.results import ResultsScreen
from gui.widgets import theme
from gui.widgets.topbar import Banner, TopBar

TICK_MS = 500
SAID_MS = 12_000


class Window(QMainWindow):
    """Everything the operator sees. `start_service` starts a service where none works, None if it may not."""

    def __init__(self, session: Session, *, start_service: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.session = session
        self._start_service = start_service
        self._lost = ""
        self._asked_to_start = False
        self.fresh = Freshness("looking", "looking for the service")
        self.topbar = TopBar(session, self)
        self.safe = self.topbar.safe
        self.banner = Banner(self.start_service)
        self.bench = BenchScreen(session)
        self.queue = QueueScreen(session, self.safe.order_run)
        self.new_run = NewRunScreen(session)
        self.live = LiveScreen(session)
        self.results = ResultsScreen(session)
        self.alarms = AlarmsScreen(session)
        self.journal = JournalScreen(session)
        self.screens: list[Screen] = [
            self.bench,
            self.queue,
            self.new_run,
            self.live,
            self.results,
            self.alarms,
            self.journal,
        ]
        self.list = QListWidget()
        self.stack = QStackedWidget()
        self._lay_out()
        self._connect()
        self._restore()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()
        self.list.setFocus()
        self.tick()

    def _lay_out(self) -> None:
        self.list.setObjectName("screens")
        self.list.setAccessibleName("Screens")
        self.list.setFixedWidth(150)
        for number, screen in enumerate(self.screens, 1):
            self.list.addItem(screen.title)
            self.list.item(number - 1).setToolTip(f"Alt+{number}")
            self.stack.addWidget(screen)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.banner)
        right.addWidget(self.stack, 1)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.list)
        middle.addLayout(right, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.topbar)
        layout.addLayout(middle, 1)
        self.setCentralWidget(whole)
        self.statusBar().setSizeGripEnabled(False)

    def _connect(self) -> None:
        session = self.session
        session.link.heard.connect(self._heard)
        session.link.lost.connect(self._lose)
        session.link.happened.connect(self._note)
        session.said.connect(self._say)
        session.go.connect(self.show_screen)
        session.watch.connect(self._watch)
        self.list.currentRowChanged.connect(self._change_screen)
        self.topbar.themed.connect(self._dress)
        self.banner.step_wanted.connect(lambda: self.show_screen("queue"))
        for number in range(len(self.screens)):
            keys = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            keys.activated.connect(lambda row=number: self.list.setCurrentRow(row))

    def _restore(self) -> None:
        settings = self.session.settings
        kept = settings.value("window/geometry")
        if not (isinstance(kept, QByteArray) and self.restoreGeometry(kept)):
            self.resize(1280, 720)
        splitter = settings.value("results/splitter")
        if isinstance(splitter, QByteArray):
            self.results.splitter.restoreState(splitter)
        self.list.setCurrentRow(0)
        self.show_screen(str(settings.value("window/screen", "bench") or "bench"))

    # -- what is heard ------------------------------------------------------------------------------------

    def _heard(self, snapshot: Snapshot) -> None:
        self._lost, self._asked_to_start = "", False
        self.session.snapshot = snapshot
        for number, screen in enumerate(self.screens):
            screen.show_snapshot(snapshot)
            badge = screen.badge(snapshot)
            self.list.item(number).setText(f"{screen.title}   {badge}" if badge else screen.title)
        self.tick()

    def _lose(self, why: str) -> None:
        self._lost = why
        self.tick()

    def _note(self, event: Event) -> None:
        self.queue.note(event)
        self.journal.note(event)

    def tick(self) -> None:
        """Ages grow; what is stale is shown as stale, on whichever screen is seen."""
        snapshot = self.session.snapshot
        self.fresh = freshness(snapshot, self._lost, wall.now())
        self.topbar.show_state(snapshot, self.fresh)
        self.banner.show_state(
            snapshot,
            self.fresh,
            can_start=self._start_service is not None,
            step_is_seen=self.stack.currentWidget() is self.queue,
        )
        self.screens[self.stack.currentIndex()].tick(self.fresh)
        name = snapshot.station.name if snapshot is not None else "QMS Bench"
        simulated = " [SIMULATED]" if snapshot is not None and snapshot.station.simulated else ""
        stale = " [STALE]" if self.fresh.standing == "stale" else ""
        self.setWindowTitle(f"{name}{simulated}{stale}")

    # -- what is done -------------------------------------------------------------------------------------

    def show_screen(self, name: str) -> None:
        """Show the screen of this name."""
        for number, screen in enumerate(self.screens):
            if screen.name == name:
                self.list.setCurrentRow(number)

    def _change_screen(self, row: int) -> None:
        self.stack.setCurrentIndex(row)
        self.screens[row].tick(self.fresh)
        if self.session.snapshot is not None and self.screens[row] is self.journal:
            self.journal.show_snapshot(self.session.snapshot)

    def _watch(self, run_id: str) -> None:
        self.live.watch(run_id, by_hand=True)
        self.show_screen("live")

    def _say(self, text: str, tone: str) -> None:
        colour = theme.current().tones.get(tone, theme.current().text)  # type: ignore[call-overload]
        self.statusBar().setStyleSheet(f"QStatusBar {{ color: {colour}; font-weight: 600; }}")
        self.statusBar().showMessage(text, 0 if tone == "bad" else SAID_MS)

    def start_service(self) -> None:
        """Start the service, in a thread; once at a time."""
        start = self._start_service
        if start is not None and not self._asked_to_start:
            self._asked_to_start = True
            self._say("Starting the service", "quiet")
            self.session.link.ask(lambda _: start(), None, self._not_started)

    def _not_started(self, error: BenchError) -> None:
        self._asked_to_start = False
        self.session.complain(error)

    def _dress(self, name: str) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, name)
        self.session.settings.setValue("window/theme", name)
        self.live.dress()
        self.tick()
        for widget in self.findChildren(QWidget):
            widget.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is lost by closing: runs belong to the service and go on. So nothing is asked."""
        settings = self.session.settings
        settings.setValue("window/geometry", self.saveGeometry())
        settings.setValue("window/screen", self.screens[self.stack.currentIndex()].name)
        settings.setValue("results/splitter", self.results.splitter.saveState())
        for screen in self.screens:
            screen.remember()
        settings.sync()
        self._timer.stop()
        self.hide()  # at once; the threads take a moment
        self.session.link.close()
        super().closeEvent(event)
