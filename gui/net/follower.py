"""Follows the rows of runs, each into a RunSeries, in one thread: what is there, then what comes."""

from __future__ import annotations

import threading
from collections import Counter

from bench.core import wall
from bench.core.errors import BenchError
from bench.service.client import Client, RowBatch
from bench.service.models.runs import Row
from gui.logic.series import RunSeries

PAGE = 1000
_PAUSE_S = 1.0


class Follower:
    """Each run once, however many look at it; who no longer looks says `leave`, once for each `follow`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stream = client.live()
        self._series: dict[str, RunSeries] = {}
        self._looking: Counter[str] = Counter()
        self._mutex = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    def start(self) -> None:
        """Begin to take rows."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stop.set()
        self._stream.close()
        if self._thread.is_alive():
            self._thread.join(3.0)

    def follow(self, run_id: str) -> RunSeries:
        """A series that fills; the same one for all who look at this run."""
        with self._mutex:
            self._looking[run_id] += 1
            if run_id in self._series:
                return self._series[run_id]
            series = self._series[run_id] = RunSeries(run_id)
        self._stream.follow(run_id, 0)
        return series

    def leave(self, run_id: str) -> None:
        """One less looks at it; without any it is let go."""
        with self._mutex:
            self._looking[run_id] -= 1
            if self._looking[run_id] > 0 or self._series.pop(run_id, None) is None:
                return
            del self._looking[run_id]
            self._stream.leave(run_id)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                for batch in self._stream:
                    self._take(batch)
            except Exception:  # refused for a while, or an answer of another version: the window says so
                pass
            wall.wait(self._stop, _PAUSE_S)

    def _take(self, batch: RowBatch) -> None:
        with self._mutex:
            series = self._series.get(batch.run_id)
        if series is None or batch.start != series.rows:
            return
        if batch.ended is not None or batch.refused is not None:
            series.finish(batch.ended, batch.refused)
            return
        again = _taken_up(series, batch.rows)
        series.take(batch.columns, batch.rows)
        if again:
            self._put_aside(series)

    def _put_aside(self, series: RunSeries) -> None:
        """Rows that the attempt before wrote behind its last checkpoint, from the newest page backwards."""
        start = max(0, series.rows - PAGE)
        try:
            while not self._stop.is_set():
                page = self._client.rows(series.run_id, start, PAGE)
                series.put_aside(page.superseded)
                if not page.superseded or start == 0:
                    return
                start = max(0, start - PAGE)
        except BenchError:
            return  # they are drawn; nothing else depends on it


def _taken_up(series: RunSeries, rows: list[Row]) -> bool:
    """Whether a later attempt begins in these rows."""
    before = series.last("Attempt")
    attempts = [row[-1] for row in rows if isinstance(row[-1], int)]
    first = before if before is not None else (attempts[0] if attempts else None)
    return bool(attempts) and first is not None and max(attempts) > first
