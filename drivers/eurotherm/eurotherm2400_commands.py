"""Commands to the 2400's programmer: how they are sent, and what its status says."""

from __future__ import annotations

from bench.core.errors import CommandRejectedError
from drivers import programmer_commands
from drivers.eurotherm import eurotherm2400_registers as known
from drivers.eurotherm.registers import Registers
from drivers.link import Link


def state(registers: Registers) -> str:
    """What the programmer says it does; "unknown" for a number that is not in the handbook."""
    return known.STATES.get(int(registers.get(known.PROGRAM_STATUS)), "unknown")


def require(link: Link, registers: Registers, done: str, *allowed: str) -> None:
    """Raise InstrumentError unless the programmer is in one of these states."""
    programmer_commands.require(link, lambda: state(registers), done, *allowed)


def send(registers: Registers, code: int) -> CommandRejectedError | None:
    """Send the command; `confirm` tells what came of it."""
    return registers.send(known.PROGRAM_STATUS, code)


def confirm(link: Link, registers: Registers, refusal: CommandRejectedError | None, *expected: str) -> None:
    """Wait for one of these states: see drivers.programmer_commands."""
    programmer_commands.confirm(link, lambda: state(registers), *expected, refusal=refusal)
