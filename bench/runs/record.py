"""What an analysis gets from a run (RunRecord) and what it gives back (Analysis)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from bench.core.uncertainty import Result
from bench.runs.columns import Column, Value
from bench.runs.storage.tables import RowTable, Table, array_of, rows_of

if TYPE_CHECKING:
    from bench.samples import Sample

__all__ = ["Analysis", "Row", "RunRecord", "Table", "TableRows"]

Row = Mapping[str, Value]


class TableRows(Sequence[Row]):
    """The rows of a table, made one by one when asked for."""

    def __init__(self, table: RowTable) -> None:
        self.table = table

    def __len__(self) -> int:
        return len(self.table)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        """One row, or a list of them."""
        if isinstance(index, slice):
            return list(self._rows(index))
        place = range(len(self))[index]
        return next(self._rows(slice(place, place + 1)))

    def __iter__(self) -> Iterator[Row]:
        return self._rows(slice(None))

    def _rows(self, part: slice) -> Iterator[Row]:
        return rows_of(self.table.columns, {name: array[part] for name, array in self.table.arrays.items()})


@dataclass(frozen=True)
class RunRecord:
    """A finished (or interrupted) run as its analysis sees it: no instrument, no clock, no truth.

    `rows` are those that count, superseded ones left out, keyed by column name, None where a cell is empty;
    `facts` are those that the procedure noted, the last of each name; `parameters` are in the units that the
    procedure declares; `sample` is the declaration as it was when the run began. `ended` is "done", or the
    status of a run of which what was recorded is analysed all the same (Procedure.analyse_when).
    """

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    facts: Mapping[str, Any] = field(default_factory=dict)
    sample: Sample | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    simulated: bool = False
    ended: str = "done"

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> NDArray[Any]:
        """One column as an array: numbers as float with NaN where a cell is empty, see RowTable.

        Raises KeyError that lists the columns there are.
        """
        kinds = {column.name: column.kind for column in self.columns}
        if name not in kinds:
            raise KeyError(f"there is no column {name!r}, only {', '.join(kinds)}")
        if isinstance(self.rows, TableRows):
            return self.rows.table.column(name)
        return array_of([_scalar(row[name]) for row in self.rows], kinds[name])


def _scalar(value: Value) -> Value:
    return value.item() if isinstance(value, np.generic) else value


@dataclass(frozen=True)
class Analysis:
    """Results by name (quantity names: conductivity, contact_resistance ...) and tables by name."""

    results: Mapping[str, Result]
    tables: Mapping[str, Table] = field(default_factory=dict)
