"""The instrument's own list of what it could not do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.replies import error_entry

if TYPE_CHECKING:
    from drivers.link import Link

LONGEST = 64
"""More entries than any queue holds: an instrument that never says 0 must not hang the bench."""


@dataclass(frozen=True, slots=True)
class ErrorQueue:
    """A queue read one entry at a time until code 0 (SCPI-1999 vol. 2, 21.8)."""

    query: str = ":SYST:ERR?"
    parse: Callable[[str], tuple[int, str]] = error_entry

    def read(self, link: Link, *, attempts: int = 3) -> list[tuple[int, str]]:
        """All entries, oldest first; the queue is empty afterwards."""
        entries: list[tuple[int, str]] = []
        while len(entries) < LONGEST:
            code, text = link.ask(self.query, self.parse, attempts=attempts)
            if code == 0:
                break
            entries.append((code, text))
        return entries


def describe(entries: Iterable[tuple[int, str]]) -> str:
    """For people: "-222 Parameter data out of range; -113 Undefined header"."""
    return "; ".join(f"{code:+d} {text}" for code, text in entries)


def is_rejection(entries: Iterable[tuple[int, str]]) -> bool:
    """Whether any entry is more than an echo of broken communication (query errors, -499 to -400, are)."""
    return any(not -499 <= code <= -400 for code, _ in entries)
