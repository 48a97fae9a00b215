"""Replies into values: a parser returns what it promises or raises, it never falls back to text."""

from __future__ import annotations

import re
from collections.abc import Callable

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ERROR = re.compile(r'\s*([+-]?\d+)\s*,\s*"?(.*?)"?\s*', re.DOTALL)


class ReplyShapeError(ValueError):
    """A reply has the wrong number of fields, or a field is not what the query answers."""


def text(reply: str) -> str:
    """The reply without surrounding blanks; empty is an error."""
    stripped = reply.strip()
    if not stripped or not stripped.isprintable():
        raise ReplyShapeError(f"{reply!r} is not a text")
    return stripped


def number(reply: str) -> float:
    """An NR1, NR2 or NR3 number (IEEE 488.2, 8.7); `nan`, `1_0` and such, which float() takes, are not."""
    stripped = reply.strip()
    if not _NUMBER.fullmatch(stripped):
        raise ReplyShapeError(f"{reply!r} is not a number")
    return float(stripped)


def integer(reply: str) -> int:
    """A whole number, however it is written (the 2400 sends counts as 1 or 1.000000E+00)."""
    value = number(reply)
    if not value.is_integer():
        raise ReplyShapeError(f"{reply!r} is not a whole number")
    return int(value)


def on_off(reply: str) -> bool:
    """1/0 or ON/OFF."""
    try:
        return {"1": True, "ON": True, "0": False, "OFF": False}[reply.strip().upper()]
    except KeyError:
        raise ReplyShapeError(f"{reply!r} is neither on (1) nor off (0)") from None


def fields(count: int) -> Callable[[str], tuple[str, ...]]:
    """A parser for exactly `count` comma-separated fields, as sent."""

    def parse(reply: str) -> tuple[str, ...]:
        found = tuple(field.strip() for field in reply.split(","))
        if len(found) != count:
            raise ReplyShapeError(f"{reply!r} has {len(found)} fields, {count} were expected")
        return found

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    """A parser for one of the given SCPI words; the short form is returned whichever form arrives.

    Words are written as manuals do, short form in capitals: "HIMPedance".
    """
    forms = {word.upper(): short(word) for word in words} | {short(word): short(word) for word in words}

    def parse(reply: str) -> str:
        try:
            return forms[reply.strip().strip("\"'").upper()]
        except KeyError:
            raise ReplyShapeError(f"{reply!r} is none of {', '.join(words)}") from None

    return parse


def short(word: str) -> str:
    """The short form of an SCPI word written as manuals do: "HIMPedance" gives "HIMP"."""
    return "".join(letter for letter in word if not letter.islower())


def error_entry(reply: str) -> tuple[int, str]:
    """One entry of an error queue: `-222,"Parameter data out of range"` (SCPI-1999 vol. 2, 21.8)."""
    found = _ERROR.fullmatch(reply)
    if found is None:
        raise ReplyShapeError(f"{reply!r} is not an entry of an error queue")
    return int(found[1]), found[2]
