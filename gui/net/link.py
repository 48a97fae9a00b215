"""The line to the service: asks in threads, tells by signals, connects again by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from shiboken6 import isValid

from bench.core import wall
from bench.core.errors import BenchError
from bench.service.client import Client, ServiceRefusedError
from gui.logic.snapshot import Snapshot, look
from gui.net.follower import Follower

T = TypeVar("T")

LOOK_EVERY_S = 1.0
SOONEST_S = 0.2
"""Between two looks, however much happens."""
THREADS = 4
_JOIN_S = 3.0
_NO_NEWS = frozenset({"progress", "hello"})


class Link(QObject):
    """Signals arrive in the thread that made the link. Nothing here is called by a screen and waits."""

    heard = Signal(object)
    """A Snapshot."""
    lost = Signal(str)
    """Why the service cannot be asked now; what was heard before is no longer the present."""
    happened = Signal(object)
    """An Event."""
    _answered = Signal(object)

    def __init__(self, make_client: Callable[[], Client], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = make_client()
        self.follower = Follower(self._client)
        self.every = False
        """Whether the queue is asked for with what has ended."""
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ask")
        self._events = self._client.events(after=0)  # with what happened before the window was opened
        self._threads = [
            threading.Thread(target=self._look_on, name="look", daemon=True),
            threading.Thread(target=self._listen, name="listen", daemon=True),
        ]
        self._answered.connect(self._deliver)

    def start(self) -> None:
        """Begin to look and to listen."""
        for thread in self._threads:
            thread.start()
        self.follower.start()

    def close(self) -> None:
        """End the threads; what was asked and is not answered yet is let go, but not undone."""
        self._stop.set()
        self._wake.set()
        self._events.close()
        self.follower.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_JOIN_S)
        self._client.close()

    def refresh(self) -> None:
        """Look now."""
        self._wake.set()

    def ask(
        self,
        work: Callable[[Client], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BenchError], None] | None = None,
        *,
        at_once: bool = False,
    ) -> None:
        """Have `work` done in a thread, then `done` or `failed` in the window's. Looks anew afterwards.

        `at_once` gives it a thread of its own, so that nothing can be in front of it.
        """

        def act() -> None:
            try:
                result = work(self._client)
            except BenchError as error:
                self._tell(failed, error)
            except Exception as error:  # a fault of ours has to be seen, not lost in a thread
                self._tell(failed, BenchError(f"{type(error).__name__}: {error}"))
            else:
                self._tell(done, result)
            self._wake.set()

        if at_once:
            threading.Thread(target=act, name="at once", daemon=True).start()
        elif not self._stop.is_set():
            self._pool.submit(act)

    def _tell(self, listener: Callable[[Any], None] | None, what: Any) -> None:
        if listener is not None and not self._stop.is_set():
            self._answered.emit((listener, what))

    @Slot(object)
    def _deliver(self, answer: tuple[Callable[[Any], None], Any]) -> None:
        listener, what = answer
        owner = getattr(listener, "__self__", None)
        if isinstance(owner, QObject) and not isValid(owner):
            return  # a dialog that was closed meanwhile
        if not self._stop.is_set():
            listener(what)

    def _look_on(self) -> None:
        before: Snapshot | None = None
        while not self._stop.is_set():
            self._wake.clear()
            try:
                before = look(self._client, before, every=self.every)
                self._emit(self.heard, before)
            except BenchError as error:
                self._emit(self.lost, error.what)
            except Exception as error:  # an answer of another version, say
                self._emit(self.lost, f"{type(error).__name__}: {error}")
            if not wall.wait(self._stop, SOONEST_S):
                wall.wait(self._wake, LOOK_EVERY_S - SOONEST_S)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                for event in self._events:
                    self._emit(self.happened, event)
                    if event.kind not in _NO_NEWS:
                        self._wake.set()
            except ServiceRefusedError as error:  # a token of before: the folder has another by now
                self._emit(self.lost, error.what)
            except Exception as error:
                self._emit(self.lost, f"{type(error).__name__}: {error}")
            wall.wait(self._stop, LOOK_EVERY_S)

    def _emit(self, signal: Any, what: Any) -> None:
        if not self._stop.is_set():
            signal.emit(what)
