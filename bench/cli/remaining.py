"""How far a queue is and how long it will still take, from estimates, rows and what procedures say."""

from __future__ import annotations

from collections.abc import Sequence

_TRUSTED_FROM = 0.05
"""Fraction done from which on the pace so far tells more than the estimate."""
_ALMOST = 0.99
"""Rows alone never say that a run is over: estimates are estimates."""


class QueueProgress:
    """Fractions and seconds left of the whole queue and of the present run; times are of the PC.

    In simulation the estimates (clock seconds) say nothing about the wall, only their proportions are used.
    """

    def __init__(self, expected_s: Sequence[float], *, simulated: bool) -> None:
        total = sum(expected_s)
        self._weights = (
            [expected / total for expected in expected_s] if total > 0 else [1.0] * len(expected_s)
        )
        self._expected_s = list(expected_s)
        self._simulated = simulated
        self._begun: float | None = None
        self._run_begun = 0.0
        self._index = -1
        self._rows = 0
        self._done = 0.0
        self._said: float | None = None
        self.run_fraction = 0.0

    def start(self, index: int, expected_rows: int, now: float) -> None:
        """Run `index` (from 1) begins at `now`, in seconds of the PC."""
        if self._begun is None:
            self._begun = now
        self._run_begun = now
        self._index = index - 1
        self._rows = expected_rows
        self._done = sum(self._weights[: self._index])
        self._said = None
        self.run_fraction = 0.0

    def row(self, count: int) -> None:
        """`count` rows so far; counts only while the procedure itself says nothing."""
        if self._said is None and self._rows:
            self.run_fraction = max(self.run_fraction, min(_ALMOST, count / self._rows))

    def fraction_is(self, fraction: float) -> None:
        """What the procedure says."""
        self._said = fraction
        self.run_fraction = max(self.run_fraction, min(1.0, fraction))

    def finish(self, now: float) -> None:
        """The run is over, however it ended."""
        self.run_fraction = 1.0

    @property
    def fraction(self) -> float:
        """Of the whole queue."""
        if self._index < 0:
            return 0.0
        share = self._done + self._weights[self._index] * self.run_fraction
        return min(1.0, share / sum(self._weights))

    def run_left_s(self, now: float) -> float | None:
        """Seconds until the run ends, None where nothing is known."""
        if self._index < 0:
            return None
        return self._left(self.run_fraction, now - self._run_begun, self._expected_s[self._index])

    def left_s(self, now: float) -> float | None:
        """Seconds until the queue ends, None where nothing is known."""
        if self._begun is None:
            return None
        return self._left(self.fraction, now - self._begun, sum(self._expected_s))

    def _left(self, fraction: float, elapsed_s: float, expected_s: float) -> float | None:
        if fraction >= 1.0:
            return 0.0
        if fraction >= _TRUSTED_FROM:
            return elapsed_s * (1.0 - fraction) / fraction
        if self._simulated or expected_s <= 0:
            return None
        return max(0.0, expected_s - elapsed_s)
