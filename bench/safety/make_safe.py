"""Make several instruments safe: each bounded in time, and no failure stops the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.core.clock.interface import Actor, ActorEnded, Clock
from bench.core.errors import BenchError, CommunicationError
from bench.core.roles import Instrument
from bench.safety.outcome import UNKNOWN, SafeOutcome
from bench.safety.wording import BY_HAND, summary

SAFE_TIMEOUT_S = 20.0
"""Clock seconds one instrument gets: a driver waits some of them for a port that is still in use.

One that needs longer by its nature, as a magnet that has to ramp down, says so: `safe_within_s`.
"""

_MOST_INTERRUPTIONS = 100


def make_safe_all(
    instruments: Mapping[str, Instrument],
    *,
    order: Sequence[str] = (),
    timeout_s: float = SAFE_TIMEOUT_S,
    clock: Clock,
) -> list[SafeOutcome]:
    """Call make_safe on each, one after another: those named in `order` first, then the rest as they come.

    Each runs in a background actor of the clock and gets `timeout_s` clock seconds; then the next one begins
    while the late one goes on. On the virtual clock that is as deterministic as everything else. Names in
    `order` that are not among the instruments are skipped: what was never opened needs nothing.

    An exception that reaches the calling thread while it waits (Ctrl+C, the failure of another actor) does
    not cut this short: it is raised when all have had their turn, with the summary as a note.
    """
    names = [name for name in dict.fromkeys((*order, *instruments)) if name in instruments]
    attempts = [_Attempt(name, instruments[name], clock) for name in names]
    interruption: BaseException | None = None
    for attempt in attempts:
        interruption = attempt.run(timeout_s) or interruption
    outcomes = [attempt.outcome(timeout_s) for attempt in attempts]
    if interruption is not None:
        interruption.add_note(f"raised while instruments were made safe; {summary(outcomes)}")
        raise interruption
    return outcomes


class _Attempt:
    """One instrument on its way to the safe state."""

    def __init__(self, name: str, instrument: Instrument, clock: Clock) -> None:
        self._name = name
        self._instrument = instrument
        self._clock = clock
        self._outcome: SafeOutcome | None = None
        self._needs_s: float = getattr(instrument, "safe_within_s", 0.0)

    def run(self, timeout_s: float) -> BaseException | None:
        """Start it and wait until it has ended or its time is over; returns what interrupted the wait."""
        actor = self._clock.spawn(self._act, name=f"make safe {self._name}", background=True)
        return _wait_out(self._clock, actor, max(timeout_s, self._needs_s))

    def outcome(self, timeout_s: float) -> SafeOutcome:
        """What came of it by now, which may be after its time."""
        return self._outcome or SafeOutcome(
            self._name,
            "unreachable",
            UNKNOWN,
            f"'{self._name}' was not made safe within {max(timeout_s, self._needs_s):g} s, and is still "
            f"being tried. What to do: {BY_HAND}.",
        )

    def _act(self) -> None:
        try:
            self._outcome = self._make_safe()
        except ActorEnded:  # thrown once, because something else failed; this has to be done all the same
            self._outcome = self._make_safe()

    def _make_safe(self) -> SafeOutcome:
        try:
            report = self._instrument.make_safe()
        except CommunicationError as error:
            return SafeOutcome(self._name, "unreachable", _state(error), str(error))
        except BenchError as error:
            return SafeOutcome(self._name, "failed", _state(error), str(error))
        except Exception as error:  # a mistake in a driver must not keep the others from their turn
            text = f"{type(error).__name__}: {error}"
            return SafeOutcome(self._name, "failed", UNKNOWN, text)
        if report.verified:
            return SafeOutcome(self._name, "verified", report.state)
        return SafeOutcome(self._name, "failed", report.state, "its state was not confirmed by read-back")


def _state(error: BenchError) -> str:
    return error.state or UNKNOWN


def _wait_out(clock: Clock, actor: Actor, timeout_s: float) -> BaseException | None:
    """Wait for the actor; an exception thrown into the waiting thread is kept for later."""
    until = clock.now() + timeout_s
    kept: BaseException | None = None
    for _ in range(_MOST_INTERRUPTIONS):
        left = until - clock.now()
        if not actor.alive or left <= 0:
            break
        try:
            actor.join(left)
        except BaseException as error:
            kept = kept or error
    return kept
