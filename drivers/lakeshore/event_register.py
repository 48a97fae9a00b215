"""What a Lake Shore instrument says about refused commands: bits of *ESR?, for want of an error queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers import replies
from drivers.error_queue import ErrorQueue

if TYPE_CHECKING:
    from drivers.link import Link

_BITS = (
    (128, 128, "it was switched on meanwhile"),
    (32, -100, "command error"),
    (16, -200, "execution error"),
    (4, -400, "query error"),
)
"""Bit of the standard event register (IEEE 488.2, 11.5.1), the SCPI code of its class, and its meaning."""


class EventRegister(ErrorQueue):
    """*ESR? read as an error queue: one entry a bit, cleared by reading.

    The register says that something was refused, not what: ask it after every command. Power-on counts as an
    error, because the settings are the instrument's own then.
    """

    def read(self, link: Link, *, attempts: int = 3) -> list[tuple[int, str]]:
        """All bits that say that something went wrong."""
        register = link.ask(self.query, replies.integer, attempts=attempts)
        return [(code, text) for bit, code, text in _BITS if register & bit]


EVENT_REGISTER = EventRegister("*ESR?")
