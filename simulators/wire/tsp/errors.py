"""Errors as a 2600B keeps them: code, text, severity and node (2600BS-901-01 Rev. F, error summary list).

The manual's list was not at hand whole: codes and texts that it was not seen for are from memory.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

RECOVERABLE, SERIOUS = 20, 30
LOCAL_NODE = 1
CAPACITY = 100
"""Our choice; the manual was not seen to state one."""

SYNTAX, RUNTIME = -285, -286
TOO_BIG, TOO_SMALL = 1101, 1102

TEXTS = {
    -109: "Missing parameter",
    -113: "Undefined header",
    -221: "Settings conflict",
    -224: "Illegal parameter value",
    -350: "Queue overflow",
    -363: "Input buffer over-run",
    -410: "Query INTERRUPTED",
    -420: "Query UNTERMINATED",
    802: "OUTPUT blocked by interlock",
    1101: "Parameter too big",
    1102: "Parameter too small",
    5007: "Operation would exceed safe operating area of the instrument",
}


class TspError(Exception):
    """The instrument refuses something; it goes on with the rest of the chunk."""

    def __init__(self, code: int, text: str = "") -> None:
        self.code = code
        self.text = text or TEXTS[code]
        super().__init__(f"{code} {self.text}")


class Entry(NamedTuple):
    """One error; the empty queue answers the first one below."""

    code: int
    text: str
    severity: int
    node: int


EMPTY = Entry(0, "Queue Is Empty", 0, LOCAL_NODE)


class ErrorQueue:
    """First in, first out."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def push(self, error: TspError) -> None:
        """Add one; in a full queue the newest becomes -350."""
        if len(self._entries) >= CAPACITY:
            self._entries.pop()
            error = TspError(-350)
        self._entries.append(Entry(error.code, error.text, RECOVERABLE, LOCAL_NODE))

    def next(self) -> Entry:
        """The oldest, removed."""
        return self._entries.popleft() if self._entries else EMPTY

    def clear(self) -> None:
        """Forget them."""
        self._entries.clear()
