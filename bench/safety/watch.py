"""The one judge of limits over time: whether a stream of values violates its limit, and when that may change.

Knows nothing of clocks and instruments: it is fed times and values, and asked. Looking more often never
changes what it says.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Comparison: TypeAlias = Literal["above", "below"]

SETTLE_S = 60.0
"""A violation is over after the quantity was within its limit for this long, or for `for_s` if that is
longer: a value that trembles around the limit is one violation, not hundreds."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`comparison` to `limit` for `for_s` seconds, or no value for `stale_s` seconds, is a violation.

    A value exactly at the limit is within it.
    """

    comparison: Comparison
    limit: float
    for_s: float = 0.0
    stale_s: float = math.inf

    def beyond(self, value: float) -> bool:
        """Whether the value is on the wrong side."""
        return value > self.limit if self.comparison == "above" else value < self.limit

    @property
    def settle_s(self) -> float:
        """How long the quantity has to be within its limit until a violation is over."""
        return settle_s(self.for_s)


def settle_s(for_s: float) -> float:
    """See Condition.settle_s."""
    return max(for_s, SETTLE_S)


@dataclass(frozen=True, slots=True, eq=False)
class Violation:
    """`since` is the time of the first `value` beyond the limit.

    For silence it is the last time anything was heard, and `value` is None.
    """

    since: float
    value: float | None

    @property
    def silence(self) -> bool:
        """Whether it is the lack of values that counts."""
        return self.value is None


def number_of(value: object) -> float | None:
    """What of a published value can be compared with a limit; None where it is no value."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


class Watch:
    """Times are seconds that never go back; one that does counts as the latest.

    A value that is not there (None, or not finite) is no value: it neither breaks nor mends, and the silence
    goes on. Between two values the last one holds.
    """

    def __init__(self, condition: Condition, now: float) -> None:
        self._condition = condition
        self._now = now
        self._heard = now
        self._last: float | None = None
        self._beyond: Violation | None = None
        self._within: float | None = None
        self._silent = False
        self._violation: Violation | None = None

    @property
    def violation(self) -> Violation | None:
        """What was violated when it was last fed or looked at."""
        return self._violation

    @property
    def last(self) -> tuple[float, float | None]:
        """The last value, and when it was heard; None and the beginning if there was none yet."""
        return self._heard, self._last

    @property
    def calm(self) -> bool:
        """Whether nothing is violated or beyond its limit: then only silence can change the verdict."""
        return self._violation is None and self._beyond is None

    def feed(self, time: float, value: float | None) -> Violation | None:
        """Take a value; what is violated then."""
        if self.calm and self._now <= time < self._silent_at() and value is not None and math.isfinite(value):
            self._now = time  # nearly every row: nothing can have happened since the last
        else:
            self.look(time)
        if value is None or not math.isfinite(value):
            return self._violation
        self._heard = self._now
        self._last = value
        self._silent = False
        if self._condition.beyond(value):
            self._within = None
            self._beyond = self._beyond or Violation(self._now, value)
            return self.look(time)
        self._beyond = None
        self._within = self._now if self._within is None else self._within
        return None if self._violation is None else self.look(time)

    def look(self, time: float) -> Violation | None:
        """What is violated at `time`, if nothing was heard since."""
        self._now = now = max(self._now, time)
        over_at, silent_at = self._over_at(), self._silent_at()
        if over_at <= now and over_at < silent_at:
            self._violation = None
        if self._trips_at() <= min(now, silent_at):
            self._violation = self._beyond
        if silent_at <= now:
            self._silent = True
            self._within = None
            self._violation = self._violation or Violation(self._heard, None)
        return self._violation

    def changes_at(self) -> float:
        """When to look again if nothing is heard before; infinity if nothing would change."""
        return min(self._trips_at(), self._over_at(), self._silent_at())

    def rest(self) -> None:
        """Nothing is expected any more: silence does not count from now on. What is violated stays so."""
        self._condition = replace(self._condition, stale_s=math.inf)

    def expect(self, stale_s: float, time: float) -> None:
        """Values are expected again from `time` on."""
        self._now = self._heard = max(self._now, time)
        self._condition = replace(self._condition, stale_s=stale_s)

    def _trips_at(self) -> float:
        if self._violation is not None or self._beyond is None:
            return math.inf
        return self._beyond.since + self._condition.for_s

    def _over_at(self) -> float:
        if self._violation is None or self._within is None:
            return math.inf
        return self._within + self._condition.settle_s

    def _silent_at(self) -> float:
        return math.inf if self._silent else self._heard + self._condition.stale_s
