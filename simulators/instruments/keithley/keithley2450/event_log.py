"""The event log of a Model 2450: errors, warnings and information with their time, read once each.

Reference manual 2450-901-01, :SYSTem:ERRor and :SYSTem:EVENtlog (p. 6-147 to 6-151 of the 2461's, which is
worded alike). SYSTem:ERRor? skips what is no error, for good.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from simulators.wire.scpi.errors import ErrorQueue

ERROR, WARNING, INFORMATION = 1, 2, 4
EMPTY = '0,"No error;0,0,0"'
CAPACITY = 1000

INTERLOCK = 5074
NAME_TAKEN = 1115
USER = {ERROR: 1001, WARNING: 1002, INFORMATION: 1003}
"""Codes of posted events: 1003 is printed in the manual, the others are from memory."""
BUFFER_EMPTY, BUFFER_FULL = 4916, 4917
TRIGGER_STARTED, TRIGGER_ENDED = 2731, 2732


class Event(NamedTuple):
    """One entry; `stamp` is local date and time with milliseconds."""

    code: int
    text: str
    kind: int
    stamp: str

    @property
    def message(self) -> str:
        """As it is sent: `-113,"Undefined header;1;2015/05/06 12:57:04.484"`."""
        return f'{self.code},"{self.text};{self.kind};{self.stamp}"'


class EventLog(ErrorQueue):
    """First in, first out. When it is full the oldest event goes (from memory). `len` counts the errors."""

    def __init__(self, stamp: Callable[[], str], noticed: Callable[[int], None]) -> None:
        super().__init__(CAPACITY)
        self._stamp = stamp
        self._noticed = noticed
        self._events: deque[Event] = deque(maxlen=CAPACITY)

    def push(self, code: int, text: str) -> None:
        """An error."""
        self.add(code, text, ERROR)

    def add(self, code: int, text: str, kind: int) -> None:
        """An event of any kind."""
        self._events.append(Event(code, text, kind, self._stamp()))
        self._noticed(code)

    def count(self, kinds: int) -> int:
        """How many unread events of these kinds there are."""
        return sum(1 for event in self._events if event.kind & kinds)

    def take(self, kinds: int) -> Event | None:
        """The oldest event of these kinds; it and everything older is gone. None if there is none."""
        if not self.count(kinds):
            return None
        while True:
            event = self._events.popleft()
            if event.kind & kinds:
                return event

    def pop(self) -> tuple[int, str]:
        """See ErrorQueue."""
        event = self.take(ERROR)
        return (0, "No error") if event is None else (event.code, event.text)

    def clear(self) -> None:
        """Forget all."""
        self._events.clear()

    def __len__(self) -> int:
        return self.count(ERROR)
