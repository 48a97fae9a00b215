"""Bringing a Keithley source meter to its safe state, from whatever state it is in."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from bench.core.errors import CommunicationError
from bench.core.roles import Load, SafeReport
from drivers.keithley.source_meter_settings import ABORT, OUTPUT, Side
from drivers.link import Link
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import Setting, get

OFF_MODE: dict[Load, str] = {"cell": "HIMP", "passive": "NORM"}
"""HIMP opens the output relay, so a cell is at open circuit. NORM holds 0 V with a small part of the current
range (2400: 0.5 %, 2450: 10 %): it discharges a passive specimen and spares the relay, which the manuals ask
for where the output is switched often (2400S-900-01 p. 18-59, 2450-901-01 p. 8-139)."""


def make_safe(
    link: Link,
    load: Load,
    *,
    off_modes: Sequence[Setting[str]],
    sides: Sequence[Side],
    output: Setting[bool] = OUTPUT,
    abort: str = ABORT,
) -> SafeReport:
    """Output off, then both levels zero; verified by read-back. Raises SafeStateError.

    Off comes first because a level of 0 V would short a cell while its output is on, and because nothing is
    safer sooner. For a cell the off mode is put to HIMP before, in case somebody changed it. The device
    clear ends a reading that is under way; `abort` does so where the interface has no device clear.
    """
    with urgent(link) as port:
        steps: list[Step] = [("clear", port.clear), ("abort", lambda: port.write(abort))]
        if load == "cell":
            steps += [_step(port, "off mode", mode.command, mode.write(OFF_MODE[load])) for mode in off_modes]
        steps.append(_step(port, "output off", output.command, output.write(False)))
        steps += [_step(port, f"{side.quantity} zero", side.level.command, "0") for side in sides]
        report = bring_to_safe(link.name, steps, lambda: _verify(port, load, off_modes, output))
        with contextlib.suppress(CommunicationError):  # so that no later command is blamed for an old error
            port.read_errors()
        return report


def _step(link: Link, label: str, command: str, value: str) -> Step:
    # No error check and no read-back in between: neither may delay the next step.
    return label, lambda: link.write(f"{command} {value}")


def _verify(
    link: Link, load: Load, off_modes: Sequence[Setting[str]], output: Setting[bool]
) -> tuple[bool, str]:
    on = get(link, output)
    modes = {get(link, mode) for mode in off_modes}
    state = f"output {'ON' if on else 'off'}, off mode {' and '.join(sorted(modes))}"
    return not on and (load != "cell" or modes == {OFF_MODE["cell"]}), state
