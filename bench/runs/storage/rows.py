"""The rows of a run: appended to data.csv one by one, or block by block, and safe once `write` returns.

The header names each quantity with its unit. The last column is always `Attempt`: after a resume the rows
go on with the next number, and those that the resume supersedes stay where they are; which ones that are the
journal says (module history). Nothing of the PC is in the file: the same rows give the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench.runs.columns import Column, RowEncoder, RowError, Value, header_line
from bench.runs.storage.appended import AppendedFile
from bench.runs.storage.files import StorageError, whole_length
from bench.runs.storage.reading import read_table
from bench.runs.storage.tables import ATTEMPT, RowTable
from bench.runs.storage.values import ENCODERS, NotThisKind

__all__ = ["ATTEMPT", "Position", "RowTable", "RowWriter", "read_table"]


class Position(NamedTuple):
    """How far a data file goes: rows, bytes with the header, and the SHA-256 of those bytes."""

    rows: int
    offset: int
    sha256: str


class RowWriter:
    """Appends rows to a new file; `reopen` goes on with one that is there. See `bench.runs.storage.appended`.

    Raises StorageError where the system refuses, ValueError for columns that cannot make a header.
    """

    def __init__(self, path: Path, columns: Sequence[Column], *, attempt: int = 1) -> None:
        self._prepare(columns, attempt)
        self._file = AppendedFile.create(path)
        self._file.append(self._header, records=0)

    @property
    def torn(self) -> bytes:
        """What `reopen` cut off: half a row, or nothing."""
        return self._file.torn

    @classmethod
    def reopen(cls, path: Path, columns: Sequence[Column], *, attempt: int) -> RowWriter:
        """Go on behind the last whole row; half a row at the end is cut off.

        Raises StorageError, also where the header is not that of `columns`.
        """
        writer = cls.__new__(cls)
        writer._prepare(columns, attempt)
        writer._file = AppendedFile.reopen(path, partial(writer._measure, path))
        if writer._file.extent().offset == 0:
            writer._file.append(writer._header, records=0)
        return writer

    def _measure(self, path: Path, data: bytes) -> tuple[int, int]:
        whole = whole_length(data)
        if whole == 0 and self._header.startswith(data.rstrip(b"\0")):
            return 0, 0  # killed while the header was being written
        if data.startswith(self._header):
            return data.count(b"\n", 0, whole) - 1, whole
        raise StorageError(
            f"the header of {path} is not that of the columns to go on with",
            path=path,
            state="nothing was changed",
            remedy="resume with the procedure that began the file, or start a new run",
        )

    def _prepare(self, columns: Sequence[Column], attempt: int) -> None:
        self.columns = tuple(columns)
        self.attempt = attempt
        self._header = (header_line((*self.columns, ATTEMPT)) + "\n").encode()
        self._encoder = RowEncoder(self.columns, end=f",{attempt}\n" if self.columns else f"{attempt}\n")

    def write(self, row: Mapping[str, Value]) -> None:
        """Append one row: column names without units as keys, all of them.

        On return it survives the end of the process, and a second later a power cut. Raises RowError (a
        ValueError) for a row that does not fit the columns, StorageError where the system refuses; then
        nothing of it is in the file.
        """
        line = self._encoder.line(row, self._file.records + 1)
        self._file.append(line.encode())

    def write_block(self, rows: Iterable[Mapping[str, Value]]) -> None:
        """Append rows that came together, all or none. Raises as `write`."""
        first = self._file.records + 1
        lines = [self._encoder.line(row, number) for number, row in enumerate(rows, first)]
        if lines:
            self._file.append("".join(lines).encode(), records=len(lines))

    def write_columns(self, block: Mapping[str, Sequence[Value] | Any]) -> None:
        """Append rows given as one sequence or 1-d numpy array a column, all or none. Raises as `write`."""
        names = [column.name for column in self.columns]
        if set(block) != set(names):
            odd = ", ".join(sorted(map(repr, set(block) ^ set(names))))
            raise RowError(
                f"a block has unknown columns or lacks some: {odd}", remedy="give each declared column"
            )
        cells = [self._cells(column, block[column.name]) for column in self.columns]
        lengths = {len(column) for column in cells}
        if len(lengths) > 1:
            raise RowError(f"the columns of a block differ in length: {sorted(lengths)}")
        lines = "".join([",".join(row) + f",{self.attempt}\n" for row in zip(*cells, strict=True)])
        if lines:
            self._file.append(lines.encode(), records=lengths.pop())

    def _cells(self, column: Column, values: Sequence[Value] | Any) -> list[str]:
        plain = values.tolist() if hasattr(values, "tolist") else values
        if column.kind == "number" and set(map(type, plain)) == {float} and all(map(math.isfinite, plain)):
            return list(map(repr, plain))
        encode = ENCODERS[column.kind]
        cells: list[str] = []
        try:
            for value in plain:
                cells.append(encode(value))
        except NotThisKind as reason:
            row = self._file.records + 1 + len(cells)
            raise RowError(
                f"row {row}, column {column.name!r}: {reason}", state="nothing of the block was written"
            ) from None
        return cells

    def sync(self) -> None:
        """Return when every row written so far survives a power cut. Raises StorageError."""
        self._file.sync()

    def position(self) -> Position:
        """How far the file goes."""
        return Position(*self._file.extent())

    def close(self) -> None:
        """Sync and close; a second time does nothing. Raises StorageError."""
        self._file.close()
