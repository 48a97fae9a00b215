"""Conditions that have to persist before they count, and instruments that may stay silent for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from bench.core.errors import InstrumentError

if TYPE_CHECKING:
    from bench.core.clock.interface import Clock

T = TypeVar("T")

RETRY_S = 30.0
"""A silent instrument is asked again only then: waiting for it must not blind the eyes for the furnace."""


class Persisting:
    """A condition that is `active` once it has held for longer than `after_s`, until it is seen not to."""

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._since: float | None = None
        self.active = False

    def look(self, now: float, holds: bool | None) -> Literal["begun", "ended"] | None:
        """What has changed; None for `holds` says that nobody could see, which changes nothing."""
        if holds is None:
            return None
        if not holds:
            was, self.active, self._since = self.active, False, None
            return "ended" if was else None
        if self._since is None:
            self._since = now
        if self.active or now - self._since <= self._after_s:
            return None
        self.active = True
        return "begun"

    def for_s(self, now: float) -> float:
        """How long it has held."""
        return 0.0 if self._since is None else now - self._since


class Meter(Generic[T]):
    """One reading of one instrument, None where it gives none; told when that begins and when it ends."""

    def __init__(self, clock: Clock, name: str, read: Callable[[], T], tell: Callable[[str], None]) -> None:
        self._clock = clock
        self._name = name
        self._read = read
        self._tell = tell
        self._silent_since: float | None = None
        self._next = -float("inf")

    def look(self) -> T | None:
        """Ask it, unless it was silent a moment ago."""
        now = self._clock.now()
        if now < self._next:
            return None
        try:
            found = self._read()
        except InstrumentError as error:  # a lost link too: the furnace has to be watched all the same
            if self._silent_since is None:
                self._silent_since = now
                self._tell(f"no answer from '{self._name}', so what it measures is not known: {error.what}")
            self._next = self._clock.now() + RETRY_S
            return None
        if self._silent_since is not None:
            self._tell(f"'{self._name}' answers again, after {now - self._silent_since:.0f} s")
            self._silent_since = None
        return found
