"""For how much of a time a quantity was within its limits, and how much of that time nobody saw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.core.soak import Flags, Floats, longest_stretch


@dataclass(frozen=True, slots=True)
class Share:
    """Seconds of the time that counts: within limits, out of them (and its longest stretch), and not seen."""

    within_s: float
    out_s: float
    unseen_s: float
    longest_out_s: float

    @property
    def total_s(self) -> float:
        """All that counts."""
        return self.within_s + self.out_s + self.unseen_s

    @property
    def within(self) -> float | None:
        """As a fraction, what was not seen being none of it; None where nothing counts."""
        return self.within_s / self.total_s if self.total_s > 0 else None

    @property
    def unseen(self) -> float:
        """As a fraction: by so much `within` may be more."""
        return self.unseen_s / self.total_s if self.total_s > 0 else 0.0


def share_of(time_s: Floats, *, known: Flags, inside: Flags, counts: Flags, gap_s: Floats) -> Share:
    """The share of the steps that begin in a row that `counts`, from which rows are known and within limits.

    A step is within limits if both its ends are. It is not seen if one end is not known, or if it is longer
    than the `gap_s` of its first row.
    """
    step = np.diff(time_s)
    counted = counts[:-1]
    seen = known[:-1] & known[1:] & (step <= gap_s[:-1])
    within = counted & seen & inside[:-1] & inside[1:]
    out = counted & seen & ~within
    return Share(
        within_s=float(step[within].sum()),
        out_s=float(step[out].sum()),
        unseen_s=float(step[counted & ~seen].sum()),
        longest_out_s=longest_stretch(step, out),
    )
