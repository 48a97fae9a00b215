"""The names in the catalogue, read with sqlite3 alone: for the shell, which asks on every press of Tab."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from pathlib import Path

_PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class Names:
    """What runs were made on and of."""

    samples: frozenset[str] = frozenset()
    batches: frozenset[str] = frozenset()


def names_in(path: Path) -> Names:
    """Of the catalogue file; none where it is not there, of an older layout, or cannot be read now."""
    if not path.is_file():
        return Names()
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_S)
        ) as connection:
            samples = _distinct(connection, "sample")
            batches = _distinct(connection, "batch") | _distinct(connection, "sample_batch")
            return Names(samples, batches)
    except sqlite3.Error:
        return Names()


def _distinct(connection: sqlite3.Connection, column: str) -> frozenset[str]:
    rows = connection.execute(f"SELECT DISTINCT {column} FROM runs WHERE {column} IS NOT NULL")
    return frozenset(row[0] for row in rows)
