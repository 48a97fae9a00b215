"""What every view of the queue offers: the items as they are after so many lines of the journal."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

from bench.runs.queue.item import FINAL, GOING, Item, State

FIRST = "0" * 64


class Mark(NamedTuple):
    """How much of the journal is known: bytes, lines, and the hash that the next line carries."""

    offset: int = 0
    seq: int = 0
    before: str = FIRST


class Store(Protocol):
    """`put` brings items and the mark up to date together, or not at all.

    Every method may raise LostError (what it held is lost: `mend` it) or CatalogueError (it cannot be used).
    """

    def mark(self) -> Mark:
        """How far it is."""
        ...

    def put(self, items: Iterable[Item], mark: Mark) -> None:
        """Add or replace items."""
        ...

    def clear(self) -> None:
        """Begin anew."""
        ...

    def mend(self) -> None:
        """After LostError: begin anew, with nothing."""
        ...

    def get(self, key: int) -> Item | None:
        """One item."""
        ...

    def select(
        self,
        states: Collection[State] | None = None,
        batch: str | None = None,
        limit: int | None = None,
        id: str | None = None,
    ) -> tuple[Item, ...]:
        """Those that go on first, then those that wait in their order, then the ended ones, newest first."""
        ...

    def last(self) -> tuple[int, float]:
        """The highest key and the highest position that were ever used."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


def rank(item: Item) -> tuple[int, float, float, int]:
    """What `select` sorts by."""
    if item.state in GOING:
        return (0, 0.0, 0.0, item.key)
    if item.state in FINAL:
        return (2, 0.0, 0.0, -item.key)
    return (1, *item.order)
