"""What safe means for a gas: one that protects a hot charge goes on flowing, any other is shut off.

Of everything that is made safe at once, the gas is what must not be switched off: it keeps air from what is
still hot. Nothing is opened either, and a flow that should come and does not is told loudly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.core.clock import Clock
from bench.core.errors import InstrumentError, SafeStateError
from bench.core.roles import SafeReport

INERT = frozenset({"Ar", "N2", "He", "Ne", "Kr", "Xe"})
ENOUGH = 0.8
"""Of the set-point: less is a purge that does not purge."""
PATIENCE_S, POLL_S, LITTLE = 10.0, 0.5, 0.05
"""How long a flow may take to fall to how much of itself when it is shut off."""
_REMEDY = "look at bottle, regulator and valve; do not open a vessel that is hot"


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at a controller, in its own units. `flow`: None beyond the range; `least`: the last digit."""

    gas: str
    flow: float | None
    setpoint: float
    held: bool
    least: float
    unit: str


def make_safe(name: str, clock: Clock, look: Callable[[], Seen], close: Callable[[], None]) -> SafeReport:
    """Leave or shut off, then judge by what is measured. Raises SafeStateError with what is wrong.

    `close` sets the flow to 0 and reads that back; both may raise InstrumentError.
    """
    try:
        seen = look()
        if seen.gas and seen.gas not in INERT:
            close()
            seen = _faded(clock, look, seen)
    except InstrumentError as error:
        raise _unsafe(name, f"could not be read back ({error.what})") from error
    flows = "more than it can measure" if seen.flow is None else f"{seen.flow:g} {seen.unit}"
    told = f"{seen.gas or 'a gas'} flows with {flows}, set to {seen.setpoint:g} {seen.unit}"
    if not seen.gas:
        raise _unsafe(name, f"{told}, left as it was: which gas it is nobody has said")
    if seen.gas not in INERT:
        return SafeReport(name, verified=True, state=f"shut off: {told}")
    told += ", left as it was"
    if seen.held and seen.setpoint > 0:
        raise _unsafe(name, f"{told}; its valve is held by hand")
    if seen.flow is not None and seen.setpoint > 0 and seen.flow < ENOUGH * seen.setpoint:
        raise _unsafe(name, f"{told}: too little flows")
    return SafeReport(name, verified=True, state=told)


def _faded(clock: Clock, look: Callable[[], Seen], before: Seen) -> Seen:
    most = max(LITTLE * (before.setpoint if before.flow is None else before.flow), 2 * before.least)
    until = clock.now() + PATIENCE_S
    while (seen := look()).flow is None or seen.flow > most:
        if clock.now() >= until:
            raise InstrumentError(f"{seen.gas} still flows", instrument=None)
        clock.sleep(POLL_S)
    return seen


def _unsafe(name: str, what: str) -> SafeStateError:
    return SafeStateError(
        "the gas could not be shown to be safe",
        instrument=name,
        step="make_safe",
        state=what,
        remedy=_REMEDY,
    )
