"""Bringing a Keithley 2400 to its safe state, from whatever state it is in."""

from __future__ import annotations

import contextlib

from bench.core.errors import CommunicationError
from bench.core.roles import Load, SafeReport
from drivers.keithley import keithley2400_settings as commands
from drivers.link import Link
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import get

OFF_MODE: dict[Load, str] = {"cell": "HIMP", "passive": "NORM"}
"""HIMP opens the output relay, so a cell is at open circuit. NORM holds 0 V with 0.5 % of the current range:
it discharges a passive specimen and spares the relay, which the manual asks for where the output is
switched often (18-59)."""


def make_safe(link: Link, load: Load) -> SafeReport:
    """Output off, then both levels zero; verified by read-back. Raises SafeStateError.

    Off comes first because a level of 0 V would short a cell while its output is on, and because nothing is
    safer sooner. For a cell the off mode is put to HIMP before, in case somebody changed it. The device
    clear ends a reading that is under way; ABORt does so where the interface has no device clear.
    """
    with urgent(link) as port:
        mode: list[Step] = [("off mode", lambda: _send(port, commands.OUTPUT_OFF_MODE.command, "HIMP"))]
        steps: list[Step] = [
            ("clear", port.clear),
            ("abort", lambda: port.write(":ABOR")),
            *(mode if load == "cell" else []),
            ("output off", lambda: _send(port, commands.OUTPUT.command, "OFF")),
            ("current zero", lambda: _send(port, commands.CURRENT.level.command, "0")),
            ("voltage zero", lambda: _send(port, commands.VOLTAGE.level.command, "0")),
        ]
        report = bring_to_safe(link.name, steps, lambda: _verify(port, load))
        with contextlib.suppress(CommunicationError):  # so that no later command is blamed for an old error
            port.read_errors()
        return report


def _send(link: Link, command: str, value: str) -> None:
    # No error check and no read-back in between: neither may delay the next step.
    link.write(f"{command} {value}")


def _verify(link: Link, load: Load) -> tuple[bool, str]:
    on = get(link, commands.OUTPUT)
    mode = get(link, commands.OUTPUT_OFF_MODE)
    state = f"output {'ON' if on else 'off'}, off mode {mode}"
    return not on and (load != "cell" or mode == OFF_MODE["cell"]), state
