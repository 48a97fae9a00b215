"""What a port needs of an instrument that talks in messages, and the local time such an instrument keeps.

An instrument never sleeps. It runs a message at once and *books* the time that this takes: its local time
starts at the arrival (or at the end of what it was still doing) and moves on with each conversion or
settling. The port hands the reply out when the clock has reached that time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from bench.core.clock import Clock


class MessageDevice(Protocol):
    """An instrument as its port sees it. All calls come under the port's lock, one at a time."""

    busy_until: float
    """Clock second at which everything sent so far has been done."""

    def execute(self, message: str) -> str | None:
        """Run one program message (terminator removed, bytes as Latin-1); the reply without terminator."""
        ...

    def clear(self) -> None:
        """Device clear: give up what is going on and forget unfinished input; settings stay."""
        ...

    def serial_poll(self, message_available: bool) -> int:
        """The status byte as a serial poll sees it (0 for an instrument that has none)."""
        ...

    def interrupted(self) -> None:
        """A new message came while a reply was unread; the port has thrown the reply away."""
        ...

    def unterminated(self) -> None:
        """The controller reads, and there is nothing to say nor anything on the way."""
        ...

    def bus_trigger(self) -> None:
        """A group execute trigger arrived."""
        ...

    def overrun(self) -> None:
        """More input than the buffer holds came without a terminator; the port has thrown it away."""
        ...


@runtime_checkable
class ScriptedDevice(Protocol):
    """A device that goes on by itself after a message: it runs scripts that wait."""

    reply_to: Callable[[str], None] | None
    """Called with what it says when no message is being executed."""

    @property
    def wakes_at(self) -> float | None:
        """Clock second at which it goes on; None if it waits for nothing."""
        ...

    def resume(self) -> None:
        """Do what it would have done by now."""
        ...


class TimedDevice:
    """Local time for an instrument that does one thing after another. Complete for a plain line protocol.

    Override `execute`; call `begin()` first in it, `spend()` for whatever takes time, and `finish()` last.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.busy_until = clock.now()
        self.time = self.busy_until
        """Clock second at which the instrument is while it executes: ask physics for its state *then*."""

    def begin(self) -> None:
        """A message starts now, or when the one before it has ended."""
        now = self.clock.now()
        self.time = now if now > self.busy_until else self.busy_until

    def spend(self, seconds: float) -> None:
        """Let local time pass: a conversion, a settling, a relay."""
        if seconds < 0:
            raise ValueError(f"an instrument cannot spend {seconds!r} s")
        self.time += seconds

    def finish(self) -> None:
        """The message is done at the local time reached."""
        self.busy_until = self.time

    def clear(self) -> None:
        """See MessageDevice."""
        self.busy_until = self.time = self.clock.now()

    def serial_poll(self, message_available: bool) -> int:
        """See MessageDevice; 0 here: no status byte."""
        return 0

    def interrupted(self) -> None:
        """See MessageDevice; nothing here: no error queue."""

    def unterminated(self) -> None:
        """See MessageDevice; nothing here."""

    def bus_trigger(self) -> None:
        """See MessageDevice; nothing here."""

    def overrun(self) -> None:
        """See MessageDevice; nothing here."""
