"""Time of the PC, for what concerns the PC and not the experiment: fsync, heartbeats, retries.

Everything that belongs to the experiment waits on a `bench.core.clock`. The functions of `time` are taken
once, when this module is imported, because in simulation `time.sleep` and its kin may be replaced for the
threads of the clock (`bench.core.clock.third_party`); what is about the PC must stay real there too.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import BuiltinFunctionType

_monotonic = time.monotonic
_sleep = time.sleep
_time = time.time

if not all(isinstance(function, BuiltinFunctionType) for function in (_monotonic, _sleep, _time)):
    raise ImportError(
        "bench.core.wall was imported while the functions of time were replaced; import it earlier"
    )


def now() -> float:
    """Seconds of the PC's monotonic clock; only differences mean anything."""
    return _monotonic()


def sleep(seconds: float) -> None:
    """Let real seconds pass in this thread."""
    _sleep(seconds)


def utc() -> datetime:
    """Date and time of the PC, timezone-aware, UTC."""
    return datetime.fromtimestamp(_time(), UTC)


def wait(event: threading.Event, seconds: float | None = None) -> bool:
    """Wait real seconds (None: for ever) for `event`; False if they passed first."""
    return event.wait(seconds)


class Deferred:
    """Runs a function in a background thread, at most `delay_s` real seconds after it was asked for.

    Asking again before it has begun to run changes nothing, so a thousand asks a second cost one run per
    `delay_s`, and while nobody asks the thread sleeps. The function must handle its own errors.
    """

    def __init__(self, function: Callable[[], None], delay_s: float, name: str) -> None:
        self._function = function
        self._delay_s = delay_s
        self._name = name
        self._asked = False
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Have the function begin within `delay_s` from now. Cheap: may be called for every row."""
        if self._asked:
            return
        self._asked = True
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                    self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """End the thread, without a last run; returns when a run that has begun is over."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while True:
            wait(self._wake)
            self._wake.clear()
            if self._stop.is_set() or wait(self._stop, self._delay_s):
                return
            self._asked = False  # before the run: what comes during it is for the next one
            self._function()
