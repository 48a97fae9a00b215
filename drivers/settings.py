"""One setting of an instrument as plain data, and the only way to change it: write, check, read back.

Plain objects and two functions rather than pymeasure's property creators: those format with %g, turn a bad
reply into text and log a refused command instead of raising, and a type checker sees none of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.core.errors import LinkLostError, ReadBackError
from drivers import replies
from drivers.link import Link

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """`command VALUE` sets it and `query` (default: `command?`) reads it back.

    `agrees(asked, read, tolerance)` says whether what reads back is what was asked for; `tolerance` is the
    instrument's resolution for this setting, in its unit. `name` is the key in run records, with the unit.
    """

    name: str
    command: str
    parse: Callable[[str], T]
    write: Callable[[T], str]
    agrees: Callable[[T, T, float], bool]
    tolerance: float = 0.0

    @property
    def query(self) -> str:
        """The query that reads it back."""
        return f"{self.command}?"


def put(link: Link, setting: Setting[T], value: T, *, tolerance: float | None = None) -> T:
    """Send the value, read the error queue, read the setting back; returns what the instrument now holds.

    If the link is lost over it and comes back, the value is sent once more only if it is read back not to
    have arrived. Raises CommandRejectedError with all codes, ReadBackError if it holds something else,
    CommunicationError.
    """
    message = f"{setting.command} {setting.write(value)}"
    allowed = setting.tolerance if tolerance is None else tolerance
    with link.lock:
        link.ledger.expect(setting, value, allowed)
        try:
            _send(link, setting, value, allowed, message)
            link.check(message)
            held = link.ask(setting.query, setting.parse)
        except BaseException:
            link.ledger.drop(setting)
            raise
        link.ledger.note(setting, held, allowed)
    if not setting.agrees(value, held, allowed):
        raise ReadBackError(
            f"{setting.name} was set to {value!r} but reads back as {held!r}",
            instrument=link.name,
            state=f"{setting.name} is {held!r}",
            remedy="look for a front-panel lock, a range that does not allow the value, or another program "
            "that changes settings",
        )
    return held


def _send(link: Link, setting: Setting[T], value: T, tolerance: float, message: str) -> None:
    """Send once. If the link is lost over it and comes back, the setting itself tells whether it arrived."""
    try:
        link.send(message)
    except LinkLostError as error:
        link.regain(error, message)
        if not setting.agrees(value, link.ask(setting.query, setting.parse), tolerance):
            link.send(message)


def get(link: Link, setting: Setting[T]) -> T:
    """Read the setting. Raises GarbledReplyError or CommunicationError."""
    return link.ask(setting.query, setting.parse)


def do(link: Link, command: str) -> None:
    """Send a command that leaves nothing to read back, and read the error queue.

    Raises CommandRejectedError with all codes, CommunicationError.
    """
    with link.lock:
        link.write(command)
        link.check(command)


def exact(value: float) -> str:
    """The shortest text that reads back as the same double: nothing is rounded on the way out."""
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number an instrument can take")
    return repr(float(value))


def number(name: str, command: str, *, tolerance: float) -> Setting[float]:
    """A setting that is a number."""
    return Setting(name, command, replies.number, exact, _close, tolerance)


def count(name: str, command: str) -> Setting[int]:
    """A setting that is a whole number."""
    return Setting(name, command, replies.integer, str, _same)


def switch(name: str, command: str) -> Setting[bool]:
    """A setting that is on or off."""
    return Setting(name, command, replies.on_off, _on_off, _same)


def choice(name: str, command: str, *words: str) -> Setting[str]:
    """A setting that is one of some SCPI words, given as manuals write them; values are the short forms."""
    return Setting(name, command, replies.one_of(*words), str, _same)


def _close(asked: float, held: float, tolerance: float) -> bool:
    # A hair more than the tolerance, for the rounding of the subtraction itself.
    return abs(asked - held) <= tolerance * (1 + 1e-9) + 1e-15 * abs(asked)


def _same(asked: object, held: object, _tolerance: float) -> bool:
    return asked == held


def _on_off(value: bool) -> str:
    return "ON" if value else "OFF"
