"""Ending whatever a Keithley 6220 or 6221 does: in good order, or to the safe state from any state."""

from __future__ import annotations

import contextlib
import logging

from bench.core.errors import CommunicationError
from bench.core.roles import SafeReport
from drivers.error_queue import describe
from drivers.keithley.current_source_settings import ABORT, LEVEL, MODE, OUTPUT
from drivers.link import Link
from drivers.safe_state import Step, bring_to_safe, urgent
from drivers.settings import get, put

_log = logging.getLogger(__name__)

AFTER_ABORT_S = 0.35
"""For about 0.3 s after an abort a query ends in -410 (met on a real one)."""


def make_safe(link: Link) -> SafeReport:
    """Output off, any delta test ended, level zero; verified by read-back. Raises SafeStateError.

    Off comes first and once more after the abort, in case a running test does not listen to it. Zero current
    and an open output are safe for whatever passive thing hangs there; nothing here can energise.
    """
    with urgent(link) as port:
        steps: list[Step] = [
            ("clear", port.clear),
            ("output off", lambda: port.write(f"{OUTPUT.command} OFF")),
            ("abort", lambda: port.write(ABORT)),
            ("output off again", lambda: port.write(f"{OUTPUT.command} OFF")),
            ("level zero", lambda: port.write(f"{LEVEL.command} 0")),
            ("wait", lambda: port.clock.sleep(AFTER_ABORT_S)),
        ]
        report = bring_to_safe(link.name, steps, lambda: _verify(port))
        with contextlib.suppress(CommunicationError):  # so that no later command is blamed for an old error
            port.read_errors()
        return report


def end_test(link: Link) -> None:
    """End whatever test runs, output off, back to a fixed level of zero; all of it checked and read back.

    Raises CommandRejectedError, ReadBackError, CommunicationError.
    """
    with link.lock:
        link.write(f"{OUTPUT.command} OFF")
        link.write(ABORT)
        link.clock.sleep(AFTER_ABORT_S)
        left = link.read_errors()  # what a test left (-230, -410) must not be blamed on what follows
        if left:
            _log.warning("%s had errors in its queue: %s", link.name, describe(left))
        put(link, OUTPUT, False)
        put(link, MODE, "FIX")  # a test leaves the source in sweep mode, where levels do nothing
        put(link, LEVEL, 0.0)


def _verify(link: Link) -> tuple[bool, str]:
    on, level = get(link, OUTPUT), get(link, LEVEL)
    return not on and level == 0, f"output {'ON' if on else 'off'}, level {level!r} A"
