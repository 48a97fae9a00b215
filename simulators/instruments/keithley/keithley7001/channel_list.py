"""Channel lists of matrix cards: `(@1!2!3,1!1!1:1!1!4)`, slot, row and column of each crosspoint."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from simulators.wire.scpi import Parameter, ScpiError

Crosspoint = tuple[int, int, int]
"""Slot, row, column."""
ALL = "ALL"
_ONE = re.compile(r"\s*(\d+)\s*!\s*(\d+)\s*!\s*(\d+)\s*")


class ChannelList(Parameter[tuple[Crosspoint, ...]]):
    """One list, in the order as sent; ranges run over rows and columns between both ends.

    `all_allowed` takes the word ALL as well, which becomes an empty list. -104 for anything else.
    """

    def __init__(self, *, all_allowed: bool = False) -> None:
        self._all_allowed = all_allowed

    def parse(self, text: str) -> Any:
        """See Parameter."""
        if self._all_allowed and text.upper() == ALL:
            return ()
        if not (text.startswith("(@") and text.endswith(")")):
            raise ScpiError(-104)
        found: list[Crosspoint] = []
        for part in text[2:-1].split(","):
            ends = [_one(end) for end in part.split(":")]
            if len(ends) > 2:
                raise ScpiError(-102)
            found.extend(ends if len(ends) == 1 else _between(*ends))
        return tuple(found)

    def format(self, value: tuple[Crosspoint, ...]) -> str:
        """See Parameter."""
        return listed(value)


def listed(crosspoints: Iterable[Crosspoint]) -> str:
    """As the instrument sends them: `(@1!1!1,1!4!4:1!4!5)`, `(@)` where none is closed.

    That neighbours in a row come as a range, and none as an empty list, is how another program reads a 7001
    with a 7012; that two are enough for a range is our choice.
    """
    runs: list[tuple[Crosspoint, Crosspoint]] = []
    for one in sorted(crosspoints):
        if runs and runs[-1][1] == (*one[:2], one[2] - 1):
            runs[-1] = runs[-1][0], one
        else:
            runs.append((one, one))
    return f"(@{','.join(_word(first) + (':' + _word(last)) * (first != last) for first, last in runs)})"


def _word(crosspoint: Crosspoint) -> str:
    return "!".join(map(str, crosspoint))


def _one(text: str) -> Crosspoint:
    found = _ONE.fullmatch(text)
    if found is None:
        raise ScpiError(-102)
    slot, row, column = map(int, found.groups())
    return slot, row, column


def _between(first: Crosspoint, last: Crosspoint) -> list[Crosspoint]:
    if first[0] != last[0]:
        raise ScpiError(-222)
    return [
        (first[0], row, column)
        for row in range(first[1], last[1] + 1)
        for column in range(first[2], last[2] + 1)
    ]
