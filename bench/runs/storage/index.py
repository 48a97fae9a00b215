"""The SQL side of the index of runs: one table of run entries in the catalogue, through SQLAlchemy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.runs.storage.database import CatalogueError, LostError, Part

if TYPE_CHECKING:
    import sqlalchemy as sa

__all__ = ["CatalogueError", "Index", "LostError", "RunEntry"]

VERSION = 3
"""Of the layout; an index of another one is built anew."""
_PATIENCE_S = 5.0
"""How long to wait for another process that is writing."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run. `folder` is relative to the data folder; `results` holds value, unit, U and flags by name.

    `batch` is what its parameter of that name says: the batch that the run makes or treats. `sample_batch` is
    the batch that its sample named when the run began. None where there is none.
    """

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
    batch: str | None = None
    sample_batch: str | None = None

    def as_json(self, data_dir: Path) -> dict[str, Any]:
        """For programs: `folder` is absolute."""
        return {**asdict(self), "folder": str((data_dir / self.folder).resolve())}


class Index:
    """The file at `path`; `open` comes first. Raises LostError and CatalogueError as Part does."""

    def __init__(self, path: Path) -> None:
        self._part = Part(path, "runs")
        self._table: sa.Table

    @property
    def is_open(self) -> bool:
        """Whether it has been opened, and nothing was lost since."""
        return self._part.is_open

    def open(self, everything: Callable[[], Iterable[RunEntry]]) -> bool:
        """Make it usable; True if it was lost or new, and holds `everything` now."""
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
            *(sa.Index(f"runs_{name}", name) for name in ("status", "id", "sample", "batch", "sample_batch")),
        )
        return self._part.open(
            [self._table],
            VERSION,
            patience_s=_PATIENCE_S,
            fill=lambda connection: self._insert(connection, everything()),
        )

    def _insert(self, connection: sa.Connection, entries: Iterable[RunEntry]) -> None:
        rows = [_row(entry) for entry in entries]
        if rows:
            connection.execute(self._table.insert(), rows)

    def mend(self) -> None:
        """Throw away what is damaged; it has to be opened again."""
        self._part.mend()

    def put(self, entry: RunEntry) -> None:
        """Add an entry, or replace the one of its run id."""
        with self._part.transaction() as connection:
            runs = self._table
            connection.execute(runs.delete().where(runs.c.run_id == entry.run_id))
            connection.execute(runs.insert().values(_row(entry)))

    def replace(self, entries: Iterable[RunEntry]) -> None:
        """Make these the only entries, at once for everybody who looks."""
        with self._part.transaction() as connection:
            connection.execute(self._table.delete())
            self._insert(connection, entries)
            self._part.complete(connection)

    def run_ids(self) -> frozenset[str]:
        """Of all entries."""
        import sqlalchemy as sa

        with self._part.transaction() as connection:
            return frozenset(connection.execute(sa.select(self._table.c.run_id)).scalars())

    def amend(self, missing: Iterable[RunEntry], gone: Iterable[str]) -> None:
        """Add entries that are not there, and forget others by run id; what is there is left as it is."""
        from sqlalchemy.dialects.sqlite import insert

        with self._part.transaction() as connection:
            runs = self._table
            for entry in missing:
                connection.execute(insert(runs).values(_row(entry)).on_conflict_do_nothing())
            for run_id in gone:
                connection.execute(runs.delete().where(runs.c.run_id == run_id))

    def select(self, equal: Mapping[str, Any], limit: int | None = None) -> tuple[RunEntry, ...]:
        """The entries whose fields have these values, the last started first."""
        with self._part.transaction() as connection:
            runs = self._table
            query = runs.select().order_by(runs.c.started.desc(), runs.c.run_id.desc()).limit(limit)
            for name, value in equal.items():
                query = query.where(runs.c[name] == value)
            rows = [dict(row) for row in connection.execute(query).mappings()]
            return tuple(RunEntry(**{**row, "results": json.loads(row["results"])}) for row in rows)


def _row(entry: RunEntry) -> dict[str, Any]:
    return {**asdict(entry), "results": json.dumps(entry.results)}
