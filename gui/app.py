"""The application: makes line, session and window, and runs until the window is closed."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import PySide6
from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bench.core.errors import BenchError
from bench.service.client import Client
from gui.net.link import Link
from gui.session import Session, settings_in
from gui.widgets import theme
from gui.window import Window

NAME = "qms-bench"


def application() -> QApplication:
    """The one of this process. Raises BenchError for a PySide6 that would abort it within seconds."""
    version = tuple(int(part) for part in PySide6.__version__.split(".")[:2])
    if version >= (6, 12) and sys.version_info < (3, 12):
        raise BenchError(
            f"PySide6 {PySide6.__version__} aborts the process on a Python before 3.12",
            remedy="pip install 'PySide6-Essentials>=6.8.3,<6.12'",
        )
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication([NAME])
    app.setApplicationName(NAME)
    return app


def default_settings() -> Path:
    """Where layout and last values are kept."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(folder) / NAME / "window.ini"


def make_window(
    data: Path, *, settings: Path, start_service: Callable[[], None] | None = None, dress: str | None = None
) -> Window:
    """A window on the service of this data folder, which need not be there yet. It looks for it at once."""
    kept = settings_in(settings)
    theme.apply(application(), dress or str(kept.value("window/theme", "") or _liked()))
    link = Link(lambda: Client(data))
    window = Window(Session(link, kept), start_service=start_service)
    link.start()
    return window


def show(data: Path, start_service: Callable[[], None] | None = None, settings: Path | None = None) -> bool:
    """Show the window until it is closed. Returns whether runs go on or wait; they do so without it.

    With `start_service` a service is started at once where none answers.
    """
    app = application()
    window = make_window(data, settings=settings or default_settings(), start_service=start_service)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())  # seen at the next tick of the window
    window.show()
    if start_service is not None:
        window.start_service()
    app.exec()
    snapshot = window.session.snapshot
    window.deleteLater()
    app.processEvents()
    return snapshot is not None and bool(snapshot.health.going or snapshot.health.waiting)


def _liked() -> str:
    """As the desktop has it."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "dark" if scheme.name == "Dark" else "light"
