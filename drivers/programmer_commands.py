"""Commands to a programmer: allowed in some states only, and believed only when its status shows them."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.errors import InstrumentError
from drivers.link import Link

CONFIRM_S = 5.0
"""How long a command may take to show in the status."""
POLL_S = 0.2

State = Callable[[], str]
"""Asks the programmer what it does."""


def require(link: Link, state: State, done: str, *allowed: str) -> None:
    """Raise InstrumentError unless the programmer is in one of these states."""
    found = state()
    if found not in allowed:
        raise InstrumentError(
            f"a programme can be {done} only in {' or '.join(allowed)}, and the programmer is in {found}",
            instrument=link.name,
            state=f"nothing was changed, the programmer is in {found}",
            remedy="reset it first, unless the programme is somebody else's"
            if allowed == ("reset",)
            else None,
        )


def confirm(link: Link, state: State, *expected: str, refusal: InstrumentError | None = None) -> None:
    """Wait for one of these states; the line is free for others in between, so hold no lock.

    Raises the refusal, if there was one, or InstrumentError after CONFIRM_S.
    """
    until = link.clock.now() + CONFIRM_S
    while (found := state()) not in expected:
        if refusal is not None:
            raise refusal
        if link.clock.now() >= until:
            raise InstrumentError(
                f"the programmer is in {found} {CONFIRM_S:g} s after it was told to {expected[0]}",
                instrument=link.name,
                state=f"the programmer is in {found}",
                remedy="look at the front panel: another mode, a digital input, no program to run",
            )
        link.clock.sleep(POLL_S)
