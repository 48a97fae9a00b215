"""Bringing an electromagnet's current to zero by ramping, from any state, and seeing it there."""

from __future__ import annotations

import contextlib

from bench.core.errors import CommunicationError
from bench.core.roles import SafeReport
from drivers import replies
from drivers.lakeshore import electromagnet_settings as commands
from drivers.link import Link
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import get

ZERO_A = 0.1
"""Less than this counts as no current: our choice, well above offsets and noise of a 70 A read-back."""
LOOK_S = 0.5
SPARE_S = 5.0


def make_safe(link: Link) -> SafeReport:
    """SETI 0, internal program, and wait until the measured current is gone. Raises SafeStateError.

    The ramp goes on at the rate that is set, whatever becomes of the PC; nothing is cut off, because a coil
    answers that with voltage. With an external program the internal one takes over at zero.
    """
    with urgent(link) as port:
        steps: list[Step] = [
            ("clear", port.clear),
            ("current zero", lambda: port.write(f"{commands.CURRENT.command} 0")),
            ("internal program", lambda: port.write(f"{commands.PROGRAM.command} 0")),
        ]
        report = bring_to_safe(link.name, steps, lambda: _verify(port))
        with contextlib.suppress(CommunicationError):  # so that no later command is blamed for an old error
            port.read_errors()
        return report


def _verify(link: Link) -> tuple[bool, str]:
    setting_A, program = get(link, commands.CURRENT), get(link, commands.PROGRAM)
    measured_A = link.ask(commands.MEASURED_QUERY, replies.number)
    told = setting_A == 0 and program == commands.PROGRAMS["internal"]
    until = link.clock.now() + (abs(measured_A) / get(link, commands.RATE) + SPARE_S if told else 0.0)
    while abs(measured_A) > ZERO_A and link.clock.now() < until:
        link.clock.sleep(LOOK_S)
        measured_A = link.ask(commands.MEASURED_QUERY, replies.number)
    state = f"set to {setting_A:g} A, {measured_A:.3g} A measured"
    if program != commands.PROGRAMS["internal"]:
        state += ", still programmed from outside"
    return told and abs(measured_A) <= ZERO_A, state
