"""How far a queue is and how long it will still take, from estimates, rows and what procedures say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_TRUSTED_FROM = 0.05
"""Fraction done from which on the pace so far tells more than the estimate."""
_ALMOST = 0.99
"""Rows alone never say that a run is over: estimates are estimates."""


@dataclass
class RunProgress:
    """One run that goes on; `began` in seconds of the PC."""

    expected_s: float
    expected_rows: int
    began: float
    fraction: float = 0.0
    said: bool = False


class QueueProgress:
    """Fractions and seconds left of the whole queue and of each run that goes on; times are of the PC.

    Runs that share nothing go on side by side. In simulation the estimates (clock seconds) say nothing about
    the wall, only their proportions are used.
    """

    def __init__(self, expected_s: Sequence[float], *, simulated: bool) -> None:
        self._expected_s = sum(expected_s)
        self._number = len(expected_s)
        self._simulated = simulated
        self._begun: float | None = None
        self._ended_s = 0.0
        self._ended = 0
        self._runs: dict[str, RunProgress] = {}
        self._highest = 0.0

    def start(self, run_id: str, expected_s: float, expected_rows: int, now: float) -> None:
        """A run begins at `now`."""
        if self._begun is None:
            self._begun = now
        self._runs[run_id] = RunProgress(expected_s, expected_rows, now)

    def row(self, run_id: str, count: int) -> None:
        """`count` rows so far; counts only while the procedure itself says nothing."""
        run = self._runs.get(run_id)
        if run is not None and not run.said and run.expected_rows:
            run.fraction = max(run.fraction, min(_ALMOST, count / run.expected_rows))

    def fraction_is(self, run_id: str, fraction: float) -> None:
        """What the procedure says."""
        run = self._runs.get(run_id)
        if run is not None:
            run.said = True
            run.fraction = max(run.fraction, min(1.0, fraction))

    def finish(self, run_id: str) -> None:
        """The run is over, however it ended, or was never started."""
        run = self._runs.pop(run_id, None)
        self._ended += 1
        self._ended_s += 0.0 if run is None else run.expected_s

    def run_fraction(self, run_id: str) -> float:
        """Of one run; 1 if it is over."""
        run = self._runs.get(run_id)
        return 1.0 if run is None else run.fraction

    @property
    def fraction(self) -> float:
        """Of the whole queue; it never goes back."""
        going = self._runs.values()
        by_time = self._expected_s > 0
        share = self._ended_s if by_time else float(self._ended)
        share += sum(run.fraction * (run.expected_s if by_time else 1.0) for run in going)
        whole = self._expected_s if by_time else float(self._number)
        if self._ended >= self._number and not self._runs:
            share = whole
        self._highest = max(self._highest, min(1.0, share / whole if whole else 1.0))
        return self._highest

    def run_left_s(self, run_id: str, now: float) -> float | None:
        """Seconds until the run ends, None where nothing is known."""
        run = self._runs.get(run_id)
        return None if run is None else self._left(run.fraction, now - run.began, run.expected_s)

    def left_s(self, now: float) -> float | None:
        """Seconds until the queue ends, None where nothing is known."""
        if self._begun is None:
            return None
        return self._left(self.fraction, now - self._begun, self._expected_s)

    def _left(self, fraction: float, elapsed_s: float, expected_s: float) -> float | None:
        if fraction >= 1.0:
            return 0.0
        if fraction >= _TRUSTED_FROM:
            return elapsed_s * (1.0 - fraction) / fraction
        if self._simulated or expected_s <= 0:
            return None
        return max(0.0, expected_s - elapsed_s)
