"""The guard of a run: acts on "safe now" at once, and gives up a run that never ends."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.clock.interface import Actor, Clock
from bench.runs.engine.control import RunControl

GRACE_S = 120.0
"""Clock seconds that a run may still take after "safe now", or after the limit of its shutdown."""


class RunGuard:
    """Waits in the background for trouble; `make_safe` and `give_up` are told the reason."""

    def __init__(
        self,
        clock: Clock,
        control: RunControl,
        *,
        make_safe: Callable[[str], None],
        give_up: Callable[[str], None],
        grace_s: float = GRACE_S,
    ) -> None:
        self._clock = clock
        self._control = control
        self._make_safe = make_safe
        self._give_up = give_up
        self._grace_s = grace_s
        self._over = False
        self._acted = False
        self._deadline: float | None = None
        self._why = ""
        self._actor: Actor | None = None

    def start(self, name: str) -> None:
        """Begin to watch."""
        self._actor = self._clock.spawn(self._watch, name=f"guard of {name}", background=True)

    def expect_end(self, limit_s: float, why: str) -> None:
        """The run has `limit_s` and the grace period from now to come to its end."""
        self._deadline = self._clock.now() + limit_s + self._grace_s
        self._why = why
        self._control.urgent.set()

    def expect_nothing(self) -> None:
        """What was to end in time has; an "end" after "safe now" stays expected."""
        if not self._acted:
            self._deadline = None

    def stop(self) -> None:
        """The run has ended."""
        self._over = True
        self._control.urgent.set()
        if self._actor is not None:
            self._actor.join(self._grace_s)

    def _ended(self) -> bool:
        return self._over

    def _watch(self) -> None:
        control = self._control
        while not self._ended():
            control.urgent.clear()
            reason = control.safe_now_reason
            if reason is not None and not self._acted:
                self._acted = True
                # in the foreground, because time may have to pass until an instrument is safe
                self._clock.spawn(self._make_safe, reason, name="safe now").join()
                self._deadline = self._clock.now() + self._grace_s
                self._why = "the run did not end after 'safe now'"
            if self._ended():
                return
            left = None if self._deadline is None else self._deadline - self._clock.now()
            if left is not None and left <= 0:
                self._give_up(self._why)
                return
            control.urgent.wait(left)
