"""A table in memory, by column, as it is read from a run's data.csv or from the tables of an analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.runs.columns import Column, RowEncoder, Value, header_line
from bench.runs.storage.files import write_atomic
from bench.runs.storage.values import Kind

ATTEMPT = Column("Attempt", kind="integer")
"""The last column of every data.csv: 1, or one more for each resume."""


@dataclass(frozen=True)
class RowTable:
    """Rows by column.

    Number columns are float arrays with NaN where the cell is empty (a NaN is never written, so here it
    means nothing else); integer and flag columns are int64 and bool arrays where every cell is filled and
    fits, otherwise arrays of objects with None; text columns are arrays of objects. `attempt` is the attempt
    of each row (1 where the file has no such column), `superseded` marks the rows that a resume replaced,
    `torn` is what was left out at the end of the file, `size` how many bytes are whole lines.
    """

    columns: tuple[Column, ...]
    arrays: Mapping[str, NDArray[Any]]
    attempt: NDArray[np.int64]
    superseded: NDArray[np.bool_]
    torn: bytes = b""
    size: int = 0

    def __len__(self) -> int:
        return len(self.attempt)

    def column(self, name: str) -> NDArray[Any]:
        """The values of one column. Raises KeyError."""
        return self.arrays[name]

    def rows(self) -> Iterator[dict[str, Value]]:
        """Row by row, None where a cell is empty."""
        return rows_of(self.columns, self.arrays)

    def supersede(self, mask: NDArray[np.bool_]) -> RowTable:
        """The same table with these rows marked."""
        return replace(self, superseded=mask)

    def valid(self) -> RowTable:
        """Without the superseded rows."""
        if not self.superseded.any():
            return self
        keep = ~self.superseded
        return replace(
            self,
            arrays={name: array[keep] for name, array in self.arrays.items()},
            attempt=self.attempt[keep],
            superseded=self.superseded[keep],
        )


def rows_of(columns: Sequence[Column], arrays: Mapping[str, NDArray[Any]]) -> Iterator[dict[str, Value]]:
    """The rows of columns that are held as arrays; a NaN becomes None."""
    names = [column.name for column in columns]
    values = (python_values(arrays[name]) for name in names)
    return (dict(zip(names, row, strict=True)) for row in zip(*values, strict=True))


def python_values(array: NDArray[Any]) -> list[Value]:
    """The values of one column as Python's own, None where a cell is empty."""
    values: list[Value] = array.tolist()
    if array.dtype.kind == "f":
        return [None if value != value else value for value in values]  # noqa: PLR0124 - true for NaN only
    return values


def array_of(values: Sequence[Value], kind: Kind) -> NDArray[Any]:
    """Values of one kind, None where missing, as the array that RowTable promises."""
    if kind == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if kind != "text" and None not in values:
        try:
            return np.array(values, dtype=np.int64 if kind == "integer" else np.bool_)
        except OverflowError:
            pass  # an integer beyond 64 bits
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@dataclass(frozen=True)
class Table:
    """A small table that an analysis makes, such as one line for each pellet."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    def as_csv(self) -> str:
        """The text of its file. Raises RowError (a ValueError) for a row that does not fit the columns."""
        encoder = RowEncoder(self.columns)
        names = [column.name for column in self.columns]
        lines = [
            encoder.line(dict(zip(names, row, strict=True)), number)
            for number, row in enumerate(self.rows, 1)
        ]
        return header_line(self.columns) + "\n" + "".join(lines)


def write_table(path: Path, table: Table) -> None:
    """Write a table to its file, whole or not at all. Raises StorageError, ValueError."""
    write_atomic(path, table.as_csv().encode())
