"""How the outside steers runs: pause, resume, abort, safe now; and the signals that mean so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from bench.core.clock.interface import Clock


class RunControl:
    """Requests to one run. Every method may be called from any thread and from a signal handler.

    They only set flags and wake who waits; the run acts on them at its next sleep, measure, checkpoint or
    operator step, and its guard acts on `safe_now` at once.
    """

    def __init__(self, clock: Clock, name: str) -> None:
        self.changed = clock.event(f"a change of run {name}")
        self.urgent = clock.event(f"'safe now' for run {name}")
        self.paused = False
        self.abort_reason: str | None = None
        self.safe_now_reason: str | None = None

    def pause(self) -> None:
        """Hold the run at its next step."""
        self.paused = True
        self.changed.set()

    def resume(self) -> None:
        """Let a paused run go on."""
        self.paused = False
        self.changed.set()

    def abort(self, reason: str) -> None:
        """First call: orderly, the run's own shutdown is done. Second call: `safe_now`."""
        if self.abort_reason is not None:
            self.safe_now(reason)
            return
        self.abort_reason = reason
        self.changed.set()

    def safe_now(self, reason: str) -> None:
        """Make this run's instruments safe at once; what its shutdown still waits for is cut short."""
        if self.abort_reason is None:
            self.abort_reason = reason
        if self.safe_now_reason is None:
            self.safe_now_reason = reason
        self.changed.set()
        self.urgent.set()


class QueueControl:
    """Requests to a whole queue: they reach the run that is going on, and no other begins after an abort."""

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self._run: RunControl | None = None

    def interrupt(self, reason: str) -> None:
        """First call: abort the run in order and stop the queue. Second call: safe now."""
        if self.stop_reason is None:
            self.terminate(reason)
        elif self._run is not None:
            self._run.safe_now(reason)

    def terminate(self, reason: str) -> None:
        """Abort the run in order and stop the queue; repeating it changes nothing."""
        if self.stop_reason is not None:
            return
        self.stop_reason = reason
        if self._run is not None:
            self._run.abort(reason)

    def pause(self) -> None:
        """Pause the run that is going on."""
        if self._run is not None:
            self._run.pause()

    def resume(self) -> None:
        """Let it go on."""
        if self._run is not None:
            self._run.resume()

    def abort_run(self, reason: str) -> None:
        """Abort only the run that is going on; the queue goes on. Second call: safe now."""
        if self._run is not None:
            self._run.abort(reason)

    @contextmanager
    def steering(self, run: RunControl) -> Iterator[None]:
        """While `run` is the one going on. A stop that came just before reaches it too."""
        self._run = run
        try:
            if self.stop_reason is not None and run.abort_reason is None:
                run.abort(self.stop_reason)
            yield
        finally:
            self._run = None


@contextmanager
def handle_signals(control: QueueControl) -> Iterator[None]:
    """Ctrl+C once: orderly abort of the run and stop of the queue; twice: safe now.

    SIGTERM (service stop) and SIGHUP (closed terminal) are an orderly abort however often they come: a shell
    and the kernel may both send one. Call it in the main thread; handlers that were there come back after.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("signal handlers can only be installed in the main thread")

    def on_interrupt(number: int, frame: FrameType | None) -> None:
        control.interrupt("Ctrl+C")

    def on_terminate(number: int, frame: FrameType | None) -> None:
        control.terminate(f"signal {signal.Signals(number).name}")

    wanted = {signal.SIGINT: on_interrupt, signal.SIGTERM: on_terminate}
    for name in ("SIGHUP", "SIGBREAK"):  # each exists on one family of systems only
        number = getattr(signal, name, None)
        if number is not None:
            wanted[number] = on_terminate
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
