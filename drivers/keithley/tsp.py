"""Settings and errors of instruments that speak TSP: attributes are assigned and printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from drivers import replies
from drivers.error_queue import ErrorQueue
from drivers.keithley.source_meter_ranges import same_range
from drivers.replies import ReplyShapeError
from drivers.settings import Setting, exact

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Attribute(Setting[T]):
    """A setting whose `command` is `smua.source.levelv =`, so that what is sent is Lua."""

    @property
    def query(self) -> str:
        """The chunk that prints it."""
        return f"print({self.command.removesuffix(' =')})"


def number(name: str, path: str, *, tolerance: float = 0.0) -> Attribute[float]:
    """An attribute that is a number."""
    return Attribute(name, f"{path} =", replies.number, exact, _close, tolerance)


def count(name: str, path: str) -> Attribute[int]:
    """An attribute that is a whole number."""
    return Attribute(name, f"{path} =", replies.integer, str, _same)


def full_scale(name: str, path: str) -> Attribute[float]:
    """An attribute that is a range."""
    return Attribute(name, f"{path} =", replies.number, exact, same_range)


def switch(name: str, path: str) -> Attribute[bool]:
    """An attribute that is 1 or 0."""
    return Attribute(name, f"{path} =", flag, lambda on: "1" if on else "0", _same)


def words(name: str, path: str, codes: Mapping[str, int]) -> Attribute[str]:
    """An attribute that is a number with a meaning; values are the meanings."""
    meanings = {code: word for word, code in codes.items()}

    def parse(reply: str) -> str:
        code = replies.integer(reply)
        if code not in meanings:
            raise ReplyShapeError(f"{reply!r} is none of {', '.join(map(str, meanings))}")
        return meanings[code]

    return Attribute(name, f"{path} =", parse, lambda word: str(codes[word]), _same)


def flag(reply: str) -> bool:
    """A Lua boolean, or 1 or 0 as a number."""
    stripped = reply.strip()
    if stripped in ("true", "false"):
        return stripped == "true"
    value = replies.number(stripped)
    if value not in (0.0, 1.0):
        raise ReplyShapeError(f"{reply!r} is neither on nor off")
    return value == 1.0


def fields(reply: str, expected: int) -> list[str]:
    """What one `print` of several values has sent, which are separated by tabs. Raises ReplyShapeError."""
    found = [field.strip() for field in reply.split("\t")]
    if len(found) != expected:
        raise ReplyShapeError(f"{reply!r} has {len(found)} fields, {expected} were expected")
    return found


def _error_entry(reply: str) -> tuple[int, str]:
    code, text, _severity, _node = fields(reply, 4)
    return replies.integer(code), text


TSP_ERRORS = ErrorQueue("print(errorqueue.next())", _error_entry)
"""Code, text, severity and node; code 0 when it is empty (2600BS-901-01 Rev. F, errorqueue.next())."""
ABORT = "abort"
"""Ends whatever runs; on its own in a message, and not Lua."""


def _close(asked: float, held: float, tolerance: float) -> bool:
    # 16 digits are printed of 17 that a double may have
    return abs(asked - held) <= tolerance * (1 + 1e-9) + 2e-15 * abs(asked)


def _same(asked: object, held: object, _tolerance: float) -> bool:
    return asked == held
