"""Notices that another process has written to the queue, and wakes the scheduler."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from bench.core import wall

LOOK_EVERY_S = 0.25
"""Real seconds between two looks at the size of the queue's journal."""


class MailWatch:
    """A daemon thread of the computer's own time: on a virtual clock the mail comes in real time too.

    What the scheduler has read or written itself is no mail: it says so with `known`.
    """

    def __init__(self, path: Path, wake: Callable[[], None]) -> None:
        self._path = path
        self._wake = wake
        self._over = threading.Event()
        self._known = self._present()
        self._thread = threading.Thread(target=self._watch, name="mail of the queue", daemon=True)

    def known(self, size: int) -> None:
        """The scheduler knows this many bytes of the journal."""
        self._known = size

    def __enter__(self) -> MailWatch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _present(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return -1

    def _watch(self) -> None:
        while not wall.wait(self._over, LOOK_EVERY_S):
            if self._present() != self._known:
                self._wake()
