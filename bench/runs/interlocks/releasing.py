"""How the rules of a bench stand, and releasing one that has latched: what people do to interlocks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bench.core.clock.interface import Clock
from bench.core.files import did_you_mean
from bench.runs.interlocks.rule_state import RuleState
from bench.runs.interlocks.status import RuleStatus, Standing, UnknownInterlockError, refuse_release
from bench.runs.interlocks.wording import seen
from bench.safety.interlock import Interlock
from bench.safety.watch import Violation


def utc_of(clock: Clock, time: float) -> datetime:
    """The date and time of an instant of the clock."""
    return clock.utc() - timedelta(seconds=clock.now() - time)


def told(clock: Clock, rule: Interlock, violation: Violation, unit: str) -> str:
    """What the rule saw, for a person."""
    return seen(rule, violation, unit, utc_of(clock, violation.since))


class Releasing:
    """Of the rules of one bench, which `mutex` guards. `broken`: see Interlocks, None while it works."""

    def __init__(
        self,
        states: Sequence[RuleState],
        clock: Clock,
        mutex: threading.Lock,
        broken: Callable[[], str | None],
    ) -> None:
        self._states = states
        self._clock = clock
        self._mutex = mutex
        self._broken = broken

    def statuses(self) -> list[RuleStatus]:
        """How each rule stands, in the order of the station file."""
        return [self._status(state) for state in self._states]

    def status(self, name: str) -> RuleStatus:
        """How one stands. Raises UnknownInterlockError."""
        return self._status(self._state(name))

    def release(self, name: str, note: Callable[[str], None]) -> None:
        """See Interlocks."""
        state = self._state(name)
        with self._mutex:
            latched = state.latched(self._clock.now())
        before = self._status(state)
        refuse_release(before)
        note(before.text)
        with self._mutex:
            state.release(latched)  # and nothing that came meanwhile

    def _state(self, name: str) -> RuleState:
        for state in self._states:
            if state.rule.name == name:
                return state
        known = did_you_mean(name, [state.rule.name for state in self._states], what="interlocks")
        raise UnknownInterlockError(
            f"there is no interlock '{name}'", state="nothing was changed", remedy=known
        )

    def _status(self, state: RuleState) -> RuleStatus:
        with self._mutex:
            now = self._clock.now()
            measured, latched, last = state.measured(now), state.latched(now), state.last()
        broken = self._broken()
        if broken is not None:
            return RuleStatus(state.rule, "failed", broken)
        if not measured and not latched:
            return RuleStatus(state.rule, "idle" if last is None else "watching", "", *(last or (None, "")))
        standing: Standing = "violated" if measured else "latched"
        one = (measured or latched)[0]
        text = told(self._clock, state.rule, one.violation, one.unit)
        since = utc_of(self._clock, one.violation.since)
        return RuleStatus(state.rule, standing, text, one.value, one.unit, since, one.violation)
