"""The rows of one run as columns of numbers, in bounded memory, filled by one thread and drawn by another."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.service.models.runs import Row
from bench.service.models.station import ColumnInfo
from gui.logic.pyramid import Floats, Growing, Pyramid

MOST_VALUES = 8_000_000
"""Numbers that are kept exactly; beyond, the older half becomes an envelope of half its length."""
MOST_STRETCHES = 2_000
MOST_POINTS = 20_000


@dataclass(frozen=True)
class Curve:
    """What to draw; `note` says what is not shown as it was measured. NaN is a gap.

    `envelope`: the smallest and the largest value of one stretch after another, two points each.
    """

    x: Floats
    y: Floats
    rows: int
    note: str = ""
    envelope: bool = False


class RunSeries:
    """May be used from several threads. Of text columns only the newest value is kept."""

    def __init__(self, run_id: str, *, most_values: int = MOST_VALUES) -> None:
        self.run_id = run_id
        self.rows = 0
        self.ended: str | None = None
        self.refused: str | None = None
        self.version = 0
        """Another one after each change."""
        self.columns: tuple[ColumnInfo, ...] = ()
        self._most = most_values
        self._places: list[int] = []
        self._data: dict[str, Growing] = {}
        self._rising: dict[str, bool] = {}
        self._pyramids: dict[str, Pyramid] = {}
        self._envelope = 0
        self._texts: dict[str, str] = {}
        self._mutex = threading.Lock()

    @property
    def held(self) -> int:
        """Numbers in memory, those of the pyramids aside."""
        return sum(column.size for column in self._data.values())

    def numeric(self) -> list[ColumnInfo]:
        """Columns that can be drawn, in the order of the file."""
        return [self.columns[place] for place in self._places]

    def finish(self, ended: str | None, refused: str | None) -> None:
        """No more rows come."""
        with self._mutex:
            self.ended, self.refused = ended, refused
            self.version += 1

    def take(self, columns: Sequence[ColumnInfo], rows: Sequence[Row]) -> None:
        """The next rows."""
        with self._mutex:
            if not self.columns:
                self._begin(tuple(columns))
            if not rows:
                return
            size = self._size()
            for place in self._places:
                name = self.columns[place].name
                values = np.array([row[place] for row in rows], dtype=np.float64)  # None becomes NaN
                self._append(name, values)
            for place, column in enumerate(self.columns):
                if column.kind == "text":
                    self._texts[column.name] = str(rows[-1][place] or "")
            self.rows += len(rows)
            if self.held > self._most:
                self._thin()
                size = 0
            for name, pyramid in self._pyramids.items():
                pyramid.extend(self._data[name].values, size)
            self.version += 1

    def put_aside(self, numbers: Sequence[int]) -> None:
        """These rows were superseded by a later attempt: they become gaps."""
        with self._mutex:
            places = np.array(numbers, dtype=np.int64) - (self.rows - self._size())
            places = places[(places >= self._envelope) & (places < self._size())]
            if not len(places):
                return
            for info in self.numeric()[1:]:
                self._data[info.name].values[places] = np.nan
                if info.name in self._pyramids:
                    self._pyramids[info.name].extend(self._data[info.name].values, int(places.min()))
            self.version += 1

    def curve(
        self, x: str, y: str, between: tuple[float, float] | None = None, *, stretches: int = MOST_STRETCHES
    ) -> Curve:
        """Column `y` against `x`, where x lies `between`; thinned to what a screen can show."""
        with self._mutex:
            if x not in self._data or y not in self._data:
                return Curve(np.empty(0), np.empty(0), 0)
            xs, ys = self._data[x].values, self._data[y].values
            if not self._rising[x]:
                return self._scattered(xs, ys)
            first, last = 0, len(xs)
            if between is not None:
                first = max(0, int(np.searchsorted(xs, between[0])) - 1)
                last = min(len(xs), int(np.searchsorted(xs, between[1], "right")) + 1)
            pyramid = self._pyramid(y)
            length, lows, highs, begin = pyramid.envelope(first, last, stretches)
            if length == 1:
                return Curve(xs[first:last].copy(), ys[first:last].copy(), self.rows, self._note())
            marks = np.minimum(begin + length * np.arange(len(lows)), len(xs) - 1)
            both = np.empty(2 * len(lows))
            both[::2], both[1::2] = lows, highs
            return Curve(np.repeat(xs[marks], 2), both, self.rows, self._note(), envelope=True)

    def has_numbers(self, name: str) -> bool:
        """Whether a column holds anything but gaps."""
        return self.bounds(name) is not None

    def bounds(self, name: str) -> tuple[float, float] | None:
        """Smallest and largest value of a column, None where there is none."""
        with self._mutex:
            if name not in self._data or not self._data[name].size:
                return None
            if self._rising[name]:
                values = self._data[name].values
                return float(values[0]), float(values[-1])
            _, lows, highs, _ = self._pyramid(name).envelope(0, self._size(), 64)
            low, high = (lows, highs) if len(lows) else (self._data[name].values,) * 2
            if np.isnan(low).all():
                return None
            return float(np.nanmin(low)), float(np.nanmax(high))

    def last(self, name: str) -> float | None:
        """The newest value of a column."""
        with self._mutex:
            column = self._data.get(name)
            return float(column.values[-1]) if column is not None and column.size else None

    def text(self, name: str) -> str:
        """The newest value of a text column, empty where there is none."""
        return self._texts.get(name, "")

    def values(self, *names: str) -> list[Floats]:
        """Columns as they are held, of the same rows; empty ones before there are any."""
        with self._mutex:
            return [self._data[name].values.copy() if name in self._data else np.empty(0) for name in names]

    def _begin(self, columns: tuple[ColumnInfo, ...]) -> None:
        self._places = [place for place, one in enumerate(columns) if one.kind != "text"]
        self._data = {columns[place].name: Growing() for place in self._places}
        self._rising = dict.fromkeys(self._data, True)
        self.columns = columns
        self.version += 1

    def _size(self) -> int:
        return next(iter(self._data.values())).size if self._data else 0

    def _append(self, name: str, values: Floats) -> None:
        column = self._data[name]
        if self._rising[name]:
            before = column.values[-1:]
            steps = np.diff(np.concatenate([before, values]))
            self._rising[name] = bool(not np.isnan(values).any() and (steps >= 0).all())
        column.append(values)

    def _pyramid(self, name: str) -> Pyramid:
        """Made for the columns that are drawn, when they are first drawn."""
        if name not in self._pyramids:
            self._pyramids[name] = Pyramid()
            self._pyramids[name].extend(self._data[name].values, 0)
        return self._pyramids[name]

    def _thin(self) -> None:
        """The older half: of each four values the smallest and the largest stay, in their order."""
        half = self._size() // 2 // 4 * 4
        for name, column in self._data.items():
            old = column.values[:half].reshape(-1, 4)
            bare = np.isnan(old).all(axis=1)
            low = np.argmin(np.where(np.isnan(old), np.inf, old), axis=1)
            high = 3 - np.argmax(np.where(np.isnan(old), -np.inf, old)[:, ::-1], axis=1)
            first, second = np.minimum(low, high), np.maximum(low, high)
            line = np.arange(len(old))
            kept = np.column_stack([old[line, first], old[line, second]])
            kept[bare] = np.nan
            fresh = Growing()
            fresh.append(kept.ravel())
            fresh.append(column.values[half:])
            self._data[name] = fresh
        self._envelope = half // 2
        self._pyramids = {name: Pyramid() for name in self._pyramids}

    def _scattered(self, xs: Floats, ys: Floats) -> Curve:
        """Against a column that goes back and forth: pairs of one row only, one in so many if need be."""
        first = self._envelope
        step = max(1, -(-(len(xs) - first) // MOST_POINTS))
        notes = [f"1 row in {step} is drawn"] if step > 1 else []
        notes += [f"the oldest {self.rows - len(xs) + first} rows are not drawn"] if first else []
        return Curve(xs[first::step].copy(), ys[first::step].copy(), self.rows, "; ".join(notes))

    def _note(self) -> str:
        if not self._envelope:
            return ""
        return f"of the oldest {self.rows - self._size() + self._envelope} rows the envelope"
