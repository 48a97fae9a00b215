"""The script that runs in a TSP instrument: suspended at its waits, woken by the clock or a trigger."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal, Protocol

from bench.core.clock import Clock
from simulators.wire.tsp.errors import RUNTIME, TspError
from simulators.wire.tsp.interpreter import Outcome, told
from simulators.wire.tsp.printing import number

PACE_s = 1.0
"""How far a chunk may run ahead of the clock before it waits for it."""
CALLS = 500_000
"""Commands of a script between two looks at it; one that needs more is taken for endless. A month of a loop
that waits a minute needs a tenth of that."""

Step = Callable[[], tuple[Outcome, str]]


class Unit(Protocol):
    """The instrument, as a running script needs it."""

    clock: Clock
    time: float

    def spend(self, seconds: float) -> None:
        """Let local time pass."""
        ...

    def report(self, error: TspError) -> None:
        """Put an error in the queue."""
        ...


class Running:
    """One script at a time. `wakes_at` is when it goes on by itself, None if it waits for nothing."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._step: Step | None = None
        self.wakes_at: float | None = None
        self.calls = 0
        """Commands since somebody last looked at the instrument."""
        self._deadline = math.inf
        self._waits_for_trigger = False
        self._trigger_seen = False

    @property
    def is_busy(self) -> bool:
        """Whether a script is running, or hangs in a loop without end."""
        return self._step is not None

    def start(self, step: Step) -> Literal["ended", "goes on"]:
        """Run a chunk up to its first wait."""
        self._step = step
        return self.go_on()

    def go_on(self) -> Literal["ended", "goes on"]:
        """The next step of the script, at the instrument's local time."""
        assert self._step is not None
        outcome, why = self._step()
        self.wakes_at = None
        if outcome == "waits" and self.calls > CALLS:
            outcome = "endless"
        if outcome == "waits":
            self.wakes_at = self._deadline if self._waits_for_trigger else self._unit.time
            return "goes on"
        if outcome == "endless":  # it keeps the instrument busy until somebody sends `abort`
            return "goes on"
        if outcome == "failed":
            self._unit.report(TspError(RUNTIME, told("Runtime", why)))
        self._step = None
        return "ended"

    def end(self) -> None:
        """`abort`: nothing runs any more."""
        self._step = self.wakes_at = None
        self._waits_for_trigger = False

    def trigger(self) -> bool:
        """A trigger came; whether a script that waits for it can go on now."""
        self._trigger_seen = True
        return self.is_busy and self._waits_for_trigger

    def host(self) -> dict[str, Callable[..., Any]]:
        """What a script asks for its waits (sandbox.lua)."""
        return {
            "is_ahead": lambda: self._unit.time - self._unit.clock.now() > PACE_s,
            "book": lambda seconds: self._unit.spend(max(number(seconds), 0.0)),
            "wait": self._wait,
            "timed_out": lambda: self._unit.time >= self._deadline,
            "trigger_take": self._take_trigger,
            "trigger_clear": self._take_trigger,
        }

    def _wait(self, seconds: float | None) -> None:
        self._waits_for_trigger = seconds is not None
        self._deadline = math.inf if seconds is None else self._unit.time + float(seconds)

    def _take_trigger(self) -> bool:
        seen, self._trigger_seen = self._trigger_seen, False
        return seen
