"""What pymeasure programs call on an instrument, hardened: locked, strict, on the bench's clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from bench.core.errors import GarbledReplyError
from drivers import replies
from drivers.link import Link
from drivers.sealed import Sealed
from drivers.typed_pymeasure import Instrument

V = TypeVar("V")


class HardenedInstrument(Sealed, Instrument):
    """What pymeasure programs call on an instrument, sent through `link`.

    So pymeasure's property creators work on our drivers too, with errors raised instead of logged.
    """

    # pymeasure intercepts every read of every attribute, for dynamic properties that no driver here has; that
    # costs more than the rest of this layer. Their definitions are still found, only not hidden.
    __getattribute__ = object.__getattribute__

    def __init__(self, link: Link) -> None:
        super().__init__(link.adapter, link.name, includeSCPI=False)
        self._link = link

    def write(self, command: str) -> None:
        """Send one message, once, behind the lock. Raises CommunicationError."""
        self._link.write(command)

    def read(self) -> str:
        """One reply to something written before. Raises CommunicationError."""
        return self._link.read()

    def ask(self, command: str, query_delay: float | None = None) -> str:
        """Send a query and return its reply; retried, behind the lock; the delay is waited on the clock."""
        return self._link.ask(command, replies.text, delay_s=query_delay or 0.0)

    def wait_for(self, query_delay: float | None = None) -> None:
        """Wait on the bench's clock."""
        if query_delay:
            self._link.clock.sleep(query_delay)

    def values(
        self, command: str, separator: str = ",", cast: Callable[[str], V] | None = None, **_: object
    ) -> list[Any]:
        """The fields of a reply, each through `cast` (default: a number). Raises GarbledReplyError."""
        parse = cast or replies.number
        reply = self.ask(command)
        try:
            return [parse(field) for field in reply.split(separator)]
        except ValueError as error:
            raise GarbledReplyError(
                f"{command!r} brought {reply!r}: {error}", instrument=self.name
            ) from error

    def check_errors(self) -> list[Any]:
        """Raise CommandRejectedError with all codes if the instrument's error queue is not empty."""
        self._link.check("an earlier command")
        return []
