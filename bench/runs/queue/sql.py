"""The queue as a table of the catalogue: what an operation costs does not grow with the number of runs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.queue.item import FINAL, GOING, Item, State, item_from_json
from bench.runs.queue.store import Mark
from bench.runs.storage.database import Part
from bench.runs.storage.plain import json_bytes, plain

if TYPE_CHECKING:
    import sqlalchemy as sa

VERSION = 1
"""Of the layout, also that of the items; a view of another one is built anew from the journal."""
_PATIENCE_S = 2.0
"""How long to wait for another process that is writing; then the journal is replayed instead."""


class SqlStore:
    """See Store. Opened at the first use."""

    def __init__(self, path: Path) -> None:
        self._part = Part(path, "queue")
        self._items: sa.Table
        self._mark: sa.Table

    def mark(self) -> Mark:
        """See Store."""
        with self._transaction() as connection:
            row = connection.execute(self._mark.select()).first()
        return Mark() if row is None else Mark(row.offset, row.seq, row.before)

    def put(self, items: Iterable[Item], mark: Mark) -> None:
        """See Store."""
        rows = [self._row(item) for item in items]
        with self._transaction() as connection:
            if rows:
                from sqlalchemy.dialects.sqlite import insert

                query = insert(self._items)
                others = {c.name: query.excluded[c.name] for c in self._items.columns if c.name != "key"}
                connection.execute(query.on_conflict_do_update(["key"], set_=others), rows)
            connection.execute(self._mark.delete())
            connection.execute(self._mark.insert().values(mark._asdict()))

    def clear(self) -> None:
        """See Store."""
        with self._transaction() as connection:
            connection.execute(self._items.delete())
            connection.execute(self._mark.delete())

    def mend(self) -> None:
        """See Store."""
        self._part.mend()

    def get(self, key: int) -> Item | None:
        """See Store."""
        with self._transaction() as connection:
            row = connection.execute(self._items.select().where(self._items.c.key == key)).first()
            return None if row is None else item_from_json(json.loads(row.item))

    def select(
        self,
        states: Collection[State] | None = None,
        batch: str | None = None,
        limit: int | None = None,
        id: str | None = None,
    ) -> tuple[Item, ...]:
        """See Store."""
        with self._transaction() as connection:
            table = self._items
            query = table.select().order_by(table.c.lane, table.c.first, table.c.second, table.c.third)
            if states is not None:
                query = query.where(table.c.state.in_(sorted(states)))
            if batch is not None:
                query = query.where(table.c.batch == batch)
            if id is not None:
                query = query.where(table.c.id == id)
            rows = connection.execute(query.limit(limit)).all()
            return tuple(item_from_json(json.loads(row.item)) for row in rows)

    def last(self) -> tuple[int, float]:
        """See Store."""
        import sqlalchemy as sa

        with self._transaction() as connection:
            query = sa.select(sa.func.max(self._items.c.key), sa.func.max(self._items.c.position))
            key, position = connection.execute(query).one()
            return (key or 0, position or 0.0)

    def close(self) -> None:
        """See Store."""
        self._part.close()

    def _row(self, item: Item) -> dict[str, object]:
        lane = 0 if item.state in GOING else 2 if item.state in FINAL else 1
        waits = lane == 1
        return {
            "key": item.key,
            "id": item.id,
            "batch": item.batch,
            "state": item.state,
            "position": item.position,
            "lane": lane,
            "first": -float(item.priority) if waits else 0.0,
            "second": item.position if waits else 0.0,
            "third": -item.key if lane == 2 else item.key,
            "item": json_bytes(plain(item.as_json())).decode(),
        }

    def _open(self) -> None:
        if self._part.is_open:
            return
        import sqlalchemy as sa

        meta = sa.MetaData()
        self._items = sa.Table(
            "queue",
            meta,
            sa.Column("key", sa.Integer, primary_key=True),
            sa.Column("id", sa.String),
            sa.Column("batch", sa.String),
            sa.Column("state", sa.String),
            sa.Column("position", sa.Float),
            sa.Column("lane", sa.Integer),
            sa.Column("first", sa.Float),
            sa.Column("second", sa.Float),
            sa.Column("third", sa.Integer),
            sa.Column("item", sa.Text),
            sa.Index("queue_order", "lane", "first", "second", "third"),
            sa.Index("queue_state", "state"),
            sa.Index("queue_batch", "batch"),
            sa.Index("queue_id", "id"),
            sa.Index("queue_position", "position"),
        )
        self._mark = sa.Table(
            "queue_mark",
            meta,
            sa.Column("offset", sa.Integer),
            sa.Column("seq", sa.Integer),
            sa.Column("before", sa.String),
        )
        # empty is whole: how far it is says its own mark
        self._part.open(
            [self._items, self._mark], VERSION, patience_s=_PATIENCE_S, fill=lambda connection: None
        )

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        self._open()
        with self._part.transaction() as connection:
            yield connection
