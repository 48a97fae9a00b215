"""The queue in memory, replayed from its journal: for the engine, which no broken catalogue may stop."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bench.runs.queue.item import Item, State
from bench.runs.queue.store import Mark, rank


class MemoryStore:
    """See Store."""

    def __init__(self) -> None:
        self._items: dict[int, Item] = {}
        self._by_state: dict[State, dict[int, None]] = {}
        self._mark = Mark()
        self._last = (0, 0.0)

    def mark(self) -> Mark:
        """See Store."""
        return self._mark

    def put(self, items: Iterable[Item], mark: Mark) -> None:
        """See Store."""
        for item in items:
            before = self._items.get(item.key)
            if before is not None:
                self._by_state[before.state].pop(item.key, None)
            self._items[item.key] = item
            self._by_state.setdefault(item.state, {})[item.key] = None
            self._last = (max(self._last[0], item.key), max(self._last[1], item.position))
        self._mark = mark

    def clear(self) -> None:
        """See Store."""
        self.__init__()  # type: ignore[misc]

    def mend(self) -> None:
        """See Store."""
        self.clear()

    def get(self, key: int) -> Item | None:
        """See Store."""
        return self._items.get(key)

    def select(
        self,
        states: Collection[State] | None = None,
        batch: str | None = None,
        limit: int | None = None,
        id: str | None = None,
    ) -> tuple[Item, ...]:
        """See Store."""
        keys = self._items if states is None else [key for s in states for key in self._by_state.get(s, ())]
        items = (self._items[key] for key in keys)
        found = [i for i in items if batch in (None, i.batch) and id in (None, i.id)]
        return tuple(sorted(found, key=rank)[:limit])

    def last(self) -> tuple[int, float]:
        """See Store."""
        return self._last

    def close(self) -> None:
        """See Store."""
