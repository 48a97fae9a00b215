"""Compares two replies by their shape: fields, the format of numbers, words."""

from __future__ import annotations

import re
from typing import NamedTuple

NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d+)(?P<point>\.(?P<part>\d*))?(?P<exp>[eE][+-]?\d+)?")
SAME = 1e-6
"""Two numbers of a setting are the same within this part of them: the rest is how they are printed."""


class Shape(NamedTuple):
    """How a number is written. `plus` is None for a negative one, which does not show it. Without an exponent
    the count of digits goes with the value, and is left out.
    """

    plus: bool | None
    whole: int | None
    part: int | None
    exponent: str | None


def number_shape(text: str) -> Shape | None:
    """The shape of a number, None for anything else."""
    found = NUMBER.fullmatch(text)
    if found is None:
        return None
    exponent = found["exp"]
    if exponent is None:
        part = None if found["point"] is None else 0
        return Shape(_plus(found["sign"]), None, part, None)
    style = re.sub(r"[+-]", "s", re.sub(r"\d", "9", exponent))
    return Shape(_plus(found["sign"]), len(found["whole"]), len(found["part"] or ""), style)


def differences(recorded: str, simulated: str, *, same_value: bool) -> list[str]:
    """What differs, in words. With `same_value` the value counts; without it only how it is written: the
    format of a number, and for a bare word (a state somebody left) that it is one, in the same form.
    """
    ours, theirs = fields(simulated), fields(recorded)
    if len(ours) != len(theirs):
        return [f"{len(theirs)} fields were recorded, the simulated instrument gives {len(ours)}"]
    found = []
    for place, (one, other) in enumerate(zip(theirs, ours, strict=True), 1):
        where = f"field {place}: " if len(ours) > 1 else ""
        problem = _field(one, other, same_value=same_value)
        if problem:
            found.append(where + problem)
    return found


def fields(reply: str) -> list[str]:
    """The fields between commas, commas in quotes excepted."""
    return [field.strip() for field in re.findall(r'((?:"[^"]*"|[^,"])*)(?:,|$)', reply + ",")][:-1]


def _field(recorded: str, simulated: str, *, same_value: bool) -> str | None:
    one, other = number_shape(recorded), number_shape(simulated)
    if one is None and other is None:
        alike = recorded == simulated or (not same_value and _both_words(recorded, simulated))
        return None if alike else f"text {recorded!r} was recorded, not {simulated!r}"
    if one is None or other is None or not _compatible(one, other):
        return f"{recorded!r} and {simulated!r} are not written alike"
    a, b = float(recorded), float(simulated)
    if same_value and abs(a - b) > SAME * max(abs(a), abs(b)):
        return f"{recorded!r} was recorded after it was set, not {simulated!r}"
    return None


def _both_words(one: str, other: str) -> bool:
    """Two different choices; one that begins with the other is the same choice in its long form."""
    both = all(re.fullmatch("[A-Z]+", word) for word in (one, other))
    return both and not one.startswith(other) and not other.startswith(one)


def _compatible(one: Shape, other: Shape) -> bool:
    if None not in (one.plus, other.plus) and one.plus != other.plus:
        return False
    return one[1:] == other[1:]


def _plus(sign: str) -> bool | None:
    return None if sign == "-" else sign == "+"
