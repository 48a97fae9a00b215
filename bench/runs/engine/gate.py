"""Where pause, abort, "safe now" and the teardown limit act on the code of a procedure: one narrow gate."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.clock.interface import ActorEnded, Clock
from bench.core.errors import RunAbortedError
from bench.runs.engine.control import RunControl

_PATIENCE = 20
"""How often an abort may be swallowed (`except Exception: pass` in a loop) before it cannot be any more."""


class AbortIgnoredError(ActorEnded):
    """The procedure kept swallowing RunAbortedError; not an Exception, so that it ends now."""


class RunGate:
    """Every waiting method of a run's context comes through here, in the run's own actor."""

    def __init__(self, clock: Clock, control: RunControl, announce: Callable[[str], None]) -> None:
        self._clock = clock
        self._control = control
        self._announce = announce
        self._deadline: float | None = None
        self._limit_s = 0.0
        self._closed: str | None = None
        self._refused = 0
        self.overran = False

    def begin_teardown(self, limit_s: float) -> None:
        """From now on neither pause nor abort act; only "safe now", and this limit in clock seconds."""
        self._limit_s = limit_s
        self._deadline = self._clock.now() + limit_s
        self._refused = 0

    def close(self, why: str) -> None:
        """The run is over; whatever still calls is sent away."""
        self._closed = why

    @property
    def aborted(self) -> bool:
        """Whether the procedure should stop now."""
        return self._reason() is not None

    def check(self) -> None:
        """Raise RunAbortedError if the run is to stop; hold while it is paused."""
        control = self._control
        control.changed.clear()
        if control.abort_reason is not None or self._deadline is not None or self._closed is not None:
            self._refuse_if_over()
        if control.paused and self._held():
            self._announce("paused")
            while self._held():
                control.changed.wait()
                control.changed.clear()
                self._refuse_if_over()
            self._announce("resumed")

    def sleep(self, seconds: float) -> None:
        """Let clock time pass; may be cut short only by raising."""
        self.check()
        until = self._clock.now() + seconds
        left = seconds
        while left > 0:
            self._wait(left)
            self.check()
            left = until - self._clock.now()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait for something whose maker calls `RunControl.changed.set()`."""
        while True:
            self.check()
            if condition():
                return
            self._wait(None)

    def _held(self) -> bool:
        return self._control.paused and self._deadline is None

    def _wait(self, seconds: float | None) -> None:
        if self._deadline is not None:
            left = max(0.0, self._deadline - self._clock.now())
            seconds = left if seconds is None else min(seconds, left)
        self._control.changed.wait(seconds)

    def _reason(self) -> str | None:
        if self._closed is not None:
            return self._closed
        if self._deadline is None:
            return self._control.abort_reason
        if self._control.safe_now_reason is not None:
            return f"safe now: {self._control.safe_now_reason}"
        if self._clock.now() >= self._deadline:
            self.overran = True
            return f"shutdown took longer than its limit of {self._limit_s:g} s"
        return None

    def _refuse_if_over(self) -> None:
        reason = self._reason()
        if reason is None:
            return
        self._refused += 1
        if self._refused > _PATIENCE:
            raise AbortIgnoredError(f"the procedure went on after it was stopped {_PATIENCE} times: {reason}")
        raise RunAbortedError(reason)
