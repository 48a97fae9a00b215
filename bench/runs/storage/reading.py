"""Reads tables back from CSV: fast, typed, and never guessing.

A last line without its end (cut off by a kill, or still being written) is left out and reported; damage
anywhere else is refused with its place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.runs.columns import Column, Value, parse_header, split_fields
from bench.runs.storage.files import StorageError, refused, whole_length
from bench.runs.storage.tables import ATTEMPT, RowTable, array_of
from bench.runs.storage.values import DECODERS, Kind, NotThisKind, kind_of

_CHUNK_BYTES = 4 << 20
_BULK_BYTES = 1 << 20
"""From this chunk size on, the half second that the import of pandas may take pays."""
_DIGITS = b"0123456789+-.eE"


def read_table(path: Path, columns: Sequence[Column] | None = None) -> RowTable:
    """Read a file that `rows.RowWriter` or `tables.write_table` has written, also while it is being written.

    With `columns` (without Attempt) the header must be theirs, and their kinds are used; without, the first
    filled cell of a column tells its kind. Lines may end in LF or CRLF. Raises StorageError that names the
    line, and where one cell is to blame its column.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(error, path, "reading") from error
    size = whole_length(data)
    body = data[:size]
    if b"\r" in body:  # never inside a cell, where a carriage return is escaped
        body = body.replace(b"\r\n", b"\n")
    head, _, body = body.partition(b"\n")
    reader = _Reader(path, head, columns)
    for text in _chunks(body):
        reader.take(text)
    table = reader.table()
    return RowTable(table.columns, table.arrays, table.attempt, table.superseded, data[size:], size)


def _chunks(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", min(start + _CHUNK_BYTES, len(body) - 1)) + 1
        yield body[start:end]
        start = end


class _Reader:
    def __init__(self, path: Path, head: bytes, columns: Sequence[Column] | None) -> None:
        self._path = path
        try:
            headers = parse_header(head.decode())
            found = [Column.from_header(text) for text in headers]
        except ValueError as error:
            raise self._damaged(1, f"this is no header: {error}") from None
        self._has_attempt = found[-1].name == ATTEMPT.name
        self._columns = found[:-1] if self._has_attempt else found
        if columns is not None and [column.header for column in columns] != [c.header for c in self._columns]:
            raise StorageError(
                f"{path} has the columns {', '.join(headers)} instead of those expected",
                path=path,
                remedy="read it with the columns it was written with, or with none",
            )
        self._kinds: list[Kind | None] = [None] * len(found) if columns is None else [c.kind for c in columns]
        if self._has_attempt:
            self._kinds[len(self._columns) :] = ["integer"]
        self._parts: list[list[NDArray[Any] | list[Value]]] = [[] for _ in found]
        self._rows = 0

    def _damaged(self, line: int, what: str) -> StorageError:
        return StorageError(
            f"{self._path}, line {line}: {what}",
            path=self._path,
            state="the file was not changed",
            remedy="the file was altered after it was written: restore it from a copy",
        )

    def take(self, chunk: bytes) -> None:
        """Decode whole lines that follow those taken before."""
        if len(chunk) >= _BULK_BYTES and self._take_bulk(chunk):
            return
        try:
            lines = chunk.decode()[:-1].split("\n")
        except UnicodeDecodeError as error:
            line = self._rows + 2 + chunk.count(b"\n", 0, error.start)
            raise self._damaged(line, "a byte that is not UTF-8") from None
        if b'"' in chunk:
            fields = [self._split(line, number) for number, line in enumerate(lines, self._rows + 2)]
        else:
            fields = [line.split(",") for line in lines]
        width = len(self._parts)
        if set(map(len, fields)) != {width}:
            bad = next(i for i, row in enumerate(fields) if len(row) != width)
            raise self._damaged(self._rows + 2 + bad, f"{len(fields[bad])} cells instead of {width}")
        for index, cells in enumerate(zip(*fields, strict=True)):
            self._parts[index].append(self._decoded(index, cells))
        self._rows += len(lines)

    def _take_bulk(self, chunk: bytes) -> bool:
        """Decode a chunk of plain numbers ten times faster; False (and nothing taken) if it is not that."""
        if any(kind not in _BULK_KINDS for kind in self._kinds) or chunk.translate(None, _DIGITS + b",\n"):
            return False
        import pandas

        if tuple(map(int, pandas.__version__.split(".")[:2])) < _EXACT_PANDAS:
            return False
        rows = chunk.count(b"\n")
        if chunk.count(b",") != rows * (len(self._kinds) - 1):  # pandas would fill a short line up
            return False
        types = {index: _BULK_KINDS[kind] for index, kind in enumerate(self._kinds) if kind is not None}
        try:
            frame = pandas.read_csv(
                io.BytesIO(chunk),
                header=None,
                dtype=types,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
            )
        except (ValueError, OverflowError):  # the slow way finds the place, or takes integers beyond 64 bits
            return False
        arrays = [frame[index].to_numpy() for index in range(len(types))]
        if any(np.isinf(array).any() for array in arrays) or len(frame) != rows:
            return False
        for parts, array in zip(self._parts, arrays, strict=True):
            parts.append(array)
        self._rows += rows
        return True

    def _split(self, line: str, number: int) -> list[str]:
        try:
            return split_fields(line)
        except ValueError as error:
            raise self._damaged(number, str(error)) from None

    def _decoded(self, index: int, cells: tuple[str, ...]) -> NDArray[np.float64] | list[Value]:
        kind = self._kinds[index]
        if kind is None:
            kind = self._kinds[index] = next((kind_of(cell) for cell in cells if cell), None)
            if kind is None:
                return [None] * len(cells)
        if kind == "number":
            numbers = _floats(cells)
            if numbers is not None:
                return numbers
        decode = DECODERS[kind]
        values: list[Value] = []
        try:
            for cell in cells:
                values.append(decode(cell) if cell else None)
        except NotThisKind as error:
            name = [*self._columns, ATTEMPT][index].name
            raise self._damaged(self._rows + 2 + len(values), f"column {name!r}: {error}") from None
        return values

    def table(self) -> RowTable:
        """All that was taken."""
        kinds: list[Kind] = [kind or "number" for kind in self._kinds]
        arrays = [_joined(parts, kind) for parts, kind in zip(self._parts, kinds, strict=True)]
        columns = tuple(
            Column(column.name, column.unit, kind) for column, kind in zip(self._columns, kinds, strict=False)
        )
        attempt: NDArray[Any] = arrays[-1] if self._has_attempt else np.ones(self._rows, dtype=np.int64)
        if attempt.dtype != np.int64:
            missing = next(
                i for i, value in enumerate(attempt) if not isinstance(value, int) or value >= 1 << 63
            )
            raise self._damaged(missing + 2, "there is no number of the attempt")
        by_name = {column.name: array for column, array in zip(columns, arrays, strict=False)}
        return RowTable(columns, by_name, attempt, np.zeros(self._rows, dtype=np.bool_))


_EXACT_PANDAS = (3, 1)
"""From here on read_csv rounds every number to the nearest float without being asked; a test checks it."""
_BULK_KINDS: Mapping[Kind | None, type[np.generic]] = {"number": np.float64, "integer": np.int64}


def _floats(cells: Sequence[str]) -> NDArray[np.float64] | None:
    """The cells as an array, or None where one of them is not plainly a finite number."""
    if "".join(cells).encode().translate(None, _DIGITS):
        return None
    try:
        numbers = np.array(list(map(float, cells)), dtype=np.float64)
    except ValueError:
        return None
    return numbers if bool(np.isfinite(numbers).all()) else None


def _joined(parts: list[NDArray[Any] | list[Value]], kind: Kind) -> NDArray[Any]:
    arrays = [part if isinstance(part, np.ndarray) else array_of(part, kind) for part in parts]
    return np.concatenate(arrays) if arrays else array_of((), kind)
