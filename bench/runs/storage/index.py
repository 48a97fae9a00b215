"""The SQL side of the catalogue: one table of run entries in a SQLite file, through SQLAlchemy.

SQLAlchemy is imported when an index is opened, not when this module is: it takes longer than the rest of the
command line together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.runs.storage.files import StorageError

if TYPE_CHECKING:
    import sqlalchemy as sa

VERSION = 1
"""Of the layout, kept in the file (PRAGMA user_version); one of another version is emptied."""
_PATIENCE_S = 5.0
"""How long to wait for another process that is writing."""


class CatalogueError(StorageError):
    """The catalogue cannot be read or written. No run depends on it."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run. `folder` is relative to the data folder; `results` holds value, unit, U and flags by name."""

    run_id: str
    id: str
    procedure: str
    sample: str | None
    status: str
    reason: str
    safe: str | None
    simulated: bool
    started: str
    ended: str | None
    folder: str
    results: dict[str, Any]


class Index:
    """The file at `path`, opened at the first use. `fresh` tells then whether it had to be made or emptied.

    Every method raises CatalogueError where the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine: sa.Engine | None = None
        self._table: sa.Table

    def open(self) -> bool:
        """Make it usable; True if it is empty because it was missing or of another version."""
        if self._engine is not None:
            return False
        import sqlalchemy as sa

        kinds: dict[str, sa.types.TypeEngine[Any]] = {"simulated": sa.Boolean(), "results": sa.Text()}
        self._table = sa.Table(
            "runs",
            sa.MetaData(),
            *(
                sa.Column(field.name, kinds.get(field.name, sa.String()), primary_key=field.name == "run_id")
                for field in fields(RunEntry)
            ),
            sa.Index("runs_started", "started"),
        )
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self._path)),
            poolclass=sa.NullPool,
            connect_args={"timeout": _PATIENCE_S},
        )
        # in write-ahead mode a power cut may cost the last entries, never the file: the folders know them
        sa.event.listen(
            engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL")
        )
        with self._guarded(), engine.begin() as connection:
            connection.execute(sa.text("PRAGMA journal_mode=WAL"))
            fresh = connection.execute(sa.text("PRAGMA user_version")).scalar() != VERSION
            if fresh:
                self._table.metadata.drop_all(connection)
                self._table.metadata.create_all(connection)
                connection.execute(sa.text(f"PRAGMA user_version={VERSION}"))
        self._engine = engine
        return fresh

    def remove(self) -> None:
        """Delete the file, whatever it holds."""
        self._engine = None
        with self._guarded():
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)

    def put(self, entry: RunEntry) -> None:
        """Add an entry, or replace the one of its run id."""
        with self._transaction() as connection:
            self._put(connection, entry)

    def replace(self, entries: Iterable[RunEntry]) -> None:
        """Make these the only entries, at once for everybody who looks."""
        with self._transaction() as connection:
            connection.execute(self._table.delete())
            for entry in entries:
                self._put(connection, entry)

    def select(self, equal: Mapping[str, Any], limit: int | None = None) -> tuple[RunEntry, ...]:
        """The entries whose fields have these values, the last started first."""
        with self._transaction() as connection:
            runs = self._table
            query = runs.select().order_by(runs.c.started.desc(), runs.c.run_id.desc()).limit(limit)
            for name, value in equal.items():
                query = query.where(runs.c[name] == value)
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return tuple(RunEntry(**{**row, "results": json.loads(row["results"])}) for row in rows)

    def _put(self, connection: sa.Connection, entry: RunEntry) -> None:
        runs = self._table
        connection.execute(runs.delete().where(runs.c.run_id == entry.run_id))
        connection.execute(runs.insert().values({**asdict(entry), "results": json.dumps(entry.results)}))

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        self.open()
        assert self._engine is not None
        with self._guarded(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            raise CatalogueError(
                f"the catalogue {self._path} cannot be used: {getattr(error, 'orig', None) or error}",
                path=self._path,
                state="the run folders are untouched; the catalogue is only an index of them",
                remedy="look at the disk and the rights of the data folder, or rebuild the catalogue",
            ) from error
