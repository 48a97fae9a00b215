"""Commands to the programmer: sent once, and believed only when its status shows them."""

from __future__ import annotations

from bench.core.errors import CommandRejectedError, InstrumentError
from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm.registers import Registers
from drivers.link import Link

CONFIRM_S = 5.0
"""How long a command may take to show in the status."""
POLL_S = 0.2


def state(registers: Registers) -> str:
    """What the programmer says it does; "unknown" for a number that is not in the handbook."""
    return known.STATES.get(int(registers.get(known.PROGRAM_STATUS)), "unknown")


def require(link: Link, registers: Registers, done: str, *allowed: str) -> None:
    """Raise InstrumentError unless the programmer is in one of these states."""
    found = state(registers)
    if found not in allowed:
        raise InstrumentError(
            f"a programme can be {done} only in {' or '.join(allowed)}, and the programmer is in {found}",
            instrument=link.name,
            state=f"nothing was changed, the programmer is in {found}",
            remedy="reset it first, unless the programme is somebody else's"
            if allowed == ("reset",)
            else None,
        )


def send(registers: Registers, code: int) -> CommandRejectedError | None:
    """Send the command; `confirm` tells what came of it."""
    return registers.send(known.PROGRAM_STATUS, code)


def confirm(link: Link, registers: Registers, refusal: CommandRejectedError | None, *expected: str) -> None:
    """Wait for one of these states; the line is free for others in between, so hold no lock.

    Raises the refusal, or InstrumentError after CONFIRM_S.
    """
    until = link.clock.now() + CONFIRM_S
    while (found := state(registers)) not in expected:
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
