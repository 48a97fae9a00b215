"""The SQLite file of the catalogue, for whoever keeps tables in it: opened, checked, mended when it is lost.

What is in it can always be built anew, from the run folders and the journal of the queue. So a file that is
damaged is thrown away rather than repaired, and nobody is asked. A file that is only locked, or on a full
disk, is never touched. SQLAlchemy is imported when a file is opened, not when this module is: it takes
longer than the rest of the command line together.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.storage import filelock
from bench.runs.storage.files import StorageError

if TYPE_CHECKING:
    import sqlalchemy as sa

LOCK = "catalogue.lock"
_LOCK_PATIENCE_S = 60.0
"""Real seconds to wait for another process that mends the file."""
_CORRUPT, _NOT_A_DATABASE = 11, 26  # SQLite's result codes, https://www.sqlite.org/rescode.html
_OTHER_LAYOUT = ("no such table", "no such column", "has no column")


class CatalogueError(StorageError):
    """The catalogue cannot be read or written. No run depends on it."""


class LostError(CatalogueError):
    """What the catalogue held is lost: `mend` it, and build its content anew."""


class Part:
    """Some tables of the file at `path`, called `name` together.

    Each part has a version of its own, noted in the transaction that makes its content whole: who looks sees
    all of it or what was there before, and a kill in the middle leaves a part that is built again. Every
    method raises LostError where what it held is lost, CatalogueError where the file cannot be used at the
    moment.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self._name = name
        self._patience_s = 0.0
        self._engine: sa.Engine | None = None
        self._made: sa.Engine | None = None
        self._meta: sa.MetaData
        self._parts: sa.Table
        self._version = 0
        self._seen: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether `open` has been called, and nothing was lost since."""
        return self._engine is not None

    def open(
        self,
        tables: Sequence[sa.Table],
        version: int,
        *,
        patience_s: float,
        fill: Callable[[sa.Connection], None],
    ) -> bool:
        """Make it usable, with `tables` of one MetaData in layout `version`.

        Who finds it locked by another process waits `patience_s` real seconds. Where something was missing,
        half built or of another version, `fill` is to bring everything into empty tables; then True.
        """
        import sqlalchemy as sa

        self._meta = tables[0].metadata
        self._parts = sa.Table(
            "parts",
            sa.MetaData(),
            sa.Column("part", sa.String, primary_key=True),
            sa.Column("version", sa.Integer),
            sa.Column("made", sa.String),
        )
        self._version, self._patience_s = version, patience_s
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self.path)),
            poolclass=sa.NullPool,
            connect_args={"timeout": self._patience_s},
        )
        # in write-ahead mode a power cut may cost the last entries, never the file: the folders know them
        sa.event.listen(
            engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=NORMAL")
        )
        self._made = engine
        with self._guarded():
            self._seen = self._whole(engine)
            if self._seen is None:
                with self._exclusive():
                    self._seen = self._whole(engine)
                    if self._seen is None:
                        self._make(engine, fill)
                        self._engine = engine
                        return True
        self._engine = engine
        return False

    def complete(self, connection: sa.Connection) -> None:
        """Note that the tables hold everything, in the transaction that saw to it."""
        parts, self._seen = self._parts, os.urandom(8).hex()
        connection.execute(parts.delete().where(parts.c.part == self._name))
        connection.execute(parts.insert().values(part=self._name, version=self._version, made=self._seen))

    def mend(self) -> None:
        """After LostError: throw away what is damaged, for everybody, so that `open` begins anew.

        What another process has made since is left alone.
        """
        self._engine, engine = None, self._made
        with self._guarded(), self._exclusive():
            if not self._is_whole():
                for suffix in ("", "-wal", "-shm"):
                    self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            elif engine is not None and self._seen is not None and self._whole(engine) == self._seen:
                with engine.begin() as connection:
                    parts = self._parts
                    connection.execute(parts.delete().where(parts.c.part == self._name))

    def close(self) -> None:
        """Let go of the file."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """All or nothing. What cannot be understood inside (ValueError, KeyError, TypeError) is lost too."""
        assert self._engine is not None, "open() comes first"
        with self._guarded():
            try:
                with self._engine.begin() as connection:
                    yield connection
            except (ValueError, KeyError, TypeError) as error:
                raise self._error(error, lost=True) from error

    def _whole(self, engine: sa.Engine) -> str | None:
        """When its content was made whole, as a word that is never used again; None if it is not."""
        from sqlalchemy.exc import OperationalError

        if not self.path.exists():
            return None
        try:
            with engine.begin() as connection:
                parts = self._parts
                row = connection.execute(parts.select().where(parts.c.part == self._name)).first()
        except OperationalError as error:
            if "no such table" in str(error.orig):
                return None
            raise
        return row.made if row is not None and row.version == self._version else None

    def _make(self, engine: sa.Engine, fill: Callable[[sa.Connection], None]) -> None:
        """Tables of this layout with everything in them, in write-ahead mode so that readers never wait."""
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        with engine.begin() as connection:
            self._parts.metadata.create_all(connection)
        with engine.begin() as connection:
            # its first word changes data: only then does pysqlite begin a transaction, which holds the rest
            connection.execute(self._parts.delete().where(self._parts.c.part == self._name))
            self._meta.drop_all(connection)
            self._meta.create_all(connection)
            fill(connection)
            self.complete(connection)

    def _is_whole(self) -> bool:
        import sqlite3

        try:
            with closing(sqlite3.connect(self.path, timeout=self._patience_s)) as connection:
                return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
        except sqlite3.DatabaseError as error:
            if _is_damage(error):
                return False
            raise

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            with filelock.held(self.path.with_name(LOCK), _LOCK_PATIENCE_S):
                yield
        except TimeoutError as error:
            raise self._error(error, lost=False) from error

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        import sqlite3

        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except StorageError:
            raise
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            cause = getattr(error, "orig", None) or error
            raise self._error(cause, lost=_is_damage(cause)) from error

    def _error(self, error: BaseException, *, lost: bool) -> CatalogueError:
        if lost:
            self._engine = None
        return (LostError if lost else CatalogueError)(
            f"the catalogue {self.path} cannot be used: {error}",
            path=self.path,
            state="the run folders and the journal of the queue are untouched; this is only an index of them",
            remedy="look at the disk and the rights of the data folder, or 'bench catalogue rebuild'",
        )


def _is_damage(error: BaseException) -> bool:
    """Whether the file itself is wrong, and not only locked, full or forbidden."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in (_CORRUPT, _NOT_A_DATABASE):
        return True
    return any(words in str(error) for words in _OTHER_LAYOUT)
