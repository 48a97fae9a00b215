"""When a furnace may be opened: cold for a while, by every thermometer that looks at it, and switched off."""

from __future__ import annotations

from dataclasses import dataclass

COLD_FOR_S = 600.0
COLD_degC = 60.0
"""Where a recipe does not say how cold is cold."""


@dataclass
class PermitClock:
    """Says when a furnace was at most at `limit_degC` for COLD_FOR_S, in reset, without output, with its gas.

    `since` is the clock second from which all of that has held; None while it does not.
    """

    limit_degC: float
    vessel: bool
    since: float | None = None

    def look(
        self,
        time: float,
        *,
        control_degC: float | None,
        vessel_degC: float | None,
        output: float,
        reset: bool,
        gas: bool = True,
    ) -> bool:
        """Whether it may be opened now. A thermometer that says nothing says no. `gas`: its gas is there."""
        seen = [control_degC, vessel_degC] if self.vessel else [control_degC]
        cold = all(one is not None and one <= self.limit_degC for one in seen)
        if not (cold and reset and output <= 0 and gas):
            self.since = None
            return False
        if self.since is None:
            self.since = time
        return time - self.since >= COLD_FOR_S
