"""The growing end of one data.csv, read once for all who follow it, as rows of JSON.

The file is the truth: a row that is in it was acknowledged, and its number never changes. So whoever follows
needs no more than a number to go on without a gap and without a double, however slow it is and however often
it was away, and nothing has to be kept for it in memory.
"""

from __future__ import annotations

import collections
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.runs.columns import Column, split_fields
from bench.runs.storage.files import refused, whole_length
from bench.runs.storage.folder import RunFolder
from bench.runs.storage.integrity import DATA
from bench.runs.storage.rows import ATTEMPT
from bench.runs.storage.values import DECODERS

PAGE = 1000
"""Most rows in one message."""
STEP = 1024
"""Every so many rows the place in the file is kept."""
_READ_BYTES = 1 << 18
_SCAN_BYTES = 1 << 22
_KEPT = 64
_LINE_END = ord("\n")


@dataclass(frozen=True, slots=True)
class Rows:
    """`count` rows from number `start` on; `text` is a JSON list of lists."""

    start: int
    count: int
    text: str

    def as_lists(self) -> list[list[Any]]:
        """The rows themselves."""
        rows: list[list[Any]] = json.loads(self.text)
        return rows


class RowTail:
    """Of one run folder. Every method may be called from any thread; `scan` first, it may take a while."""

    def __init__(self, folder: RunFolder) -> None:
        self.run_id = folder.path.name
        self.columns: tuple[Column, ...] = (*folder.columns, ATTEMPT)
        self.rows = 0
        """Whole rows that were seen in the file."""
        self._path = folder.path / DATA
        self._offset = 0
        self._places: list[int] = []
        self._recent: collections.deque[Rows] = collections.deque(maxlen=_KEPT)
        self._mutex = threading.Lock()

    @property
    def valid(self) -> bool:
        """False if the file became shorter than what was seen of it."""
        try:
            return self._path.stat().st_size >= self._offset
        except OSError:
            return self._offset == 0

    def scan(self) -> None:
        """Take in everything that is there, without keeping it."""
        with self._mutex:
            while self._take_in(_SCAN_BYTES, keep=False):
                pass

    def advance(self) -> bool:
        """Take in what is new, and keep it for those who are at the end; whether there was anything."""
        with self._mutex:
            found = False
            while self._take_in(_READ_BYTES, keep=True):
                found = True
            return found

    def after(self, row: int) -> Rows | None:
        """Rows from number `row` on where they are still kept; None where they have to be read (`page`)."""
        with self._mutex:
            for rows in reversed(self._recent):
                if rows.start == row:
                    return rows
                if rows.start < row:
                    break
        return None

    def page(self, row: int, most: int = PAGE) -> Rows:
        """Up to `most` rows from number `row` on, from the file. Raises StorageError."""
        with self._mutex:
            rows = self.rows
            place = self._places[min(row // STEP, len(self._places) - 1)] if self._places else 0
        wanted = max(0, min(most, rows - row))
        if not wanted:
            return Rows(row, 0, "[]")
        skip = row % STEP
        lines: list[bytes] = []
        try:
            with self._path.open("rb") as file:
                file.seek(place)
                while len(lines) < skip + wanted and (line := file.readline()):
                    lines.append(line)
        except OSError as error:
            raise refused(error, self._path, "reading") from error
        return self._encoded(row, lines[skip : skip + wanted])

    def _take_in(self, most: int, *, keep: bool) -> bool:
        """One piece of what is new."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(most)
        except FileNotFoundError:
            return False  # killed before the first row
        except OSError as error:
            raise refused(error, self._path, "reading") from error
        data = data[: whole_length(data)]
        if self._offset == 0:
            header = data.find(b"\n") + 1
            self._offset, data = header, data[header:]
            if header and not data:
                return True
        if not data:
            return False
        first = self.rows
        self._index(data)
        if keep:
            lines = data.split(b"\n")[:-1]
            for index in range(0, len(lines), PAGE):
                self._recent.append(self._encoded(first + index, lines[index : index + PAGE]))
        return True

    def _index(self, data: bytes) -> None:
        """Where every STEP-th row begins: in numpy, for a file may hold a month of rows."""
        ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == _LINE_END) + 1
        starts = np.concatenate(([0], ends[:-1])) + self._offset
        self._places += [int(place) for place in starts[-self.rows % STEP :: STEP]]
        self.rows += len(ends)
        self._offset += len(data)

    def _encoded(self, start: int, lines: Sequence[bytes]) -> Rows:
        return Rows(start, len(lines), "[" + ",".join(self._row(line) for line in lines) + "]")

    def _row(self, line: bytes) -> str:
        """A line of the file as a JSON list: cells without quotes are JSON as they stand."""
        text = line.decode().rstrip("\r\n")
        if '"' not in text:
            return "[" + ",".join([cell or "null" for cell in text.split(",")]) + "]"
        cells = [
            "null" if not cell else json.dumps(DECODERS[column.kind](cell))
            for column, cell in zip(self.columns, split_fields(text), strict=True)
        ]
        return "[" + ",".join(cells) + "]"
