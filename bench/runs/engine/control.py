"""How the outside steers runs: pause, resume, abort, safe now; and the signals that mean so."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
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
        self.pause_reason = ""
        self.abort_reason: str | None = None
        self.cut_off = False
        """Whether the abort came from the computer and not from a person: the run may be taken up again."""
        self.safe_now_reason: str | None = None

    def pause(self, reason: str = "") -> None:
        """Hold the run at its next step; its instruments stay as they are."""
        self.pause_reason = reason
        self.paused = True
        self.changed.set()

    def resume(self) -> None:
        """Let a paused run go on."""
        self.paused = False
        self.changed.set()

    def abort(self, reason: str, *, cut_off: bool = False) -> None:
        """First call: orderly, the run's own shutdown is done. Second call: `safe_now`."""
        if self.abort_reason is not None:
            self.safe_now(reason)
            return
        self.cut_off = cut_off
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
    """Requests to all runs that are going on; no other begins after a stop.

    Every method may be called from any thread and from a signal handler.
    """

    def __init__(self) -> None:
        self.stop_reason: str | None = None
        self.cut_off = False
        """Whether the computer stops (SIGTERM, SIGHUP) and not a person: what waits stays in the queue."""
        self._runs: dict[RunControl, None] = {}
        self._on_stop: Callable[[], None] | None = None

    def interrupt(self, reason: str) -> None:
        """First call: abort the runs in order and stop the queue. Second call: safe now."""
        if self.stop_reason is None:
            self._stop(reason, cut_off=False)
            return
        for run in tuple(self._runs):
            run.safe_now(reason)

    def terminate(self, reason: str) -> None:
        """End the runs in order and stop the queue; repeating it changes nothing.

        The runs count as interrupted, not as aborted: the next start acts on them by their policy.
        """
        if self.stop_reason is None:
            self._stop(reason, cut_off=True)

    def _stop(self, reason: str, *, cut_off: bool) -> None:
        self.cut_off = cut_off
        self.stop_reason = reason
        for run in tuple(self._runs):
            run.abort(reason, cut_off=cut_off)
        if self._on_stop is not None:
            self._on_stop()

    def pause(self) -> None:
        """Pause the runs that are going on."""
        for run in tuple(self._runs):
            run.pause()

    def resume(self) -> None:
        """Let them go on."""
        for run in tuple(self._runs):
            run.resume()

    def abort_run(self, reason: str) -> None:
        """Abort only the runs that are going on; the queue goes on. Second call: safe now."""
        for run in tuple(self._runs):
            run.abort(reason)

    def on_stop(self, wake: Callable[[], None]) -> None:
        """Have `wake` called when the queue is stopped, perhaps in a signal handler."""
        self._on_stop = wake

    @contextmanager
    def steering(self, run: RunControl) -> Iterator[None]:
        """While `run` goes on. A stop that came just before reaches it too."""
        self.began(run)
        try:
            yield
        finally:
            self.ended(run)

    def began(self, run: RunControl) -> None:
        """`run` goes on from now; a stop that came just before reaches it too."""
        self._runs[run] = None
        if self.stop_reason is not None and run.abort_reason is None:
            run.abort(self.stop_reason, cut_off=self.cut_off)

    def ended(self, run: RunControl) -> None:
        """`run` goes on no more."""
        self._runs.pop(run, None)


@contextmanager
def handle_signals(control: QueueControl) -> Iterator[None]:
    """Ctrl+C once: orderly abort of the run and stop of the queue; twice: safe now.

    SIGTERM (service stop) and SIGHUP (closed terminal) end the runs in order, however often they come (a
    shell and the kernel may both send one), as interrupted ones: the next start takes them up by their
    policy. Call it in the main thread; handlers that were there come back after.
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
