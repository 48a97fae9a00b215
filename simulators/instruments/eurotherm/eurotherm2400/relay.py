"""Time proportioning: a solid-state relay that is closed for a part of each cycle."""

from __future__ import annotations


class TimeProportioning:
    """The duty is taken over at the start of each cycle."""

    def __init__(self) -> None:
        self._phase_s = 0.0
        self._duty = 0.0

    def closed(self, duty: float, cycle_s: float, seconds: float) -> float:
        """The part of the next `seconds` for which the relay is closed, at `duty` from 0 to 1."""
        if cycle_s <= seconds:
            return duty
        left_s, closed_s = seconds, 0.0
        while left_s > 1e-12:
            if self._phase_s >= cycle_s - 1e-12:
                self._phase_s = 0.0
            if self._phase_s == 0.0:
                self._duty = duty
            piece_s = min(left_s, cycle_s - self._phase_s)
            closed_s += min(piece_s, max(0.0, self._duty * cycle_s - self._phase_s))
            self._phase_s += piece_s
            left_s -= piece_s
        return closed_s / seconds

    def open(self) -> None:
        """Power is gone: the next cycle begins anew."""
        self._phase_s = 0.0
