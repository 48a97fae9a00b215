"""A gas line: a bottle that can fail, valves one behind the other, and a flow that follows them."""

from __future__ import annotations

import math
from collections.abc import Callable

from simulators.physics.terminals import GasPanel

REGULATOR_sccm = 5000.0
"""More never comes through the regulator: our choice."""
INLET, EXHAUST, STOPCOCK = "inlet", "exhaust", "stopcock"


class GasLine:
    """Flow as a closed form of time between changes; see GasSeen, for what controls the flow into the tube.

    `lag_s`: how fast the flow follows. `lasts_s`: the bottle is empty so long after the line is first opened,
    and so is each that replaces it.
    """

    def __init__(self, gas: str = "Ar", *, lag_s: float = 2.0, lasts_s: float = math.inf) -> None:
        self.gas = gas
        self._lag_s, self._lasts_s = lag_s, lasts_s
        self._set = {INLET: 0.0}
        self._stands = dict(self._set)
        self._opening_sccm = 0.0
        self._stuck: set[str] = set()
        self._supplied = True
        self._ends_s = math.inf
        self._from_sccm = 0.0
        self._since = -math.inf
        self._panel: GasPanel | None = None
        self._catch_up: Callable[[float], None] | None = None

    # -- what flows

    def flow_sccm(self, time: float) -> float:
        """What flows into the tube at clock second `time` (cm3 at 0 degC and 1 atm a minute)."""
        target = self._opening_sccm if self.supplied(self._since) else 0.0
        empty = max(self._since, min(time, self._ends_s))
        flow = target + (self._from_sccm - target) * self._faded(empty - self._since)
        return flow * self._faded(time - empty) if time > empty else flow

    def supplied(self, time: float) -> bool:
        """Whether there is pressure before the valves."""
        return self._supplied and time < self._ends_s

    def _faded(self, elapsed_s: float) -> float:
        return math.exp(-elapsed_s / self._lag_s)

    # -- what people and instruments do to it

    def set_valve(self, sccm: float, time: float, valve: str = INLET) -> None:
        """Open a valve for so much (infinity: wide), if the bottle gives it. Raises ValueError."""
        if not sccm >= 0:
            raise ValueError(f"a flow of {sccm!r} sccm cannot be set")
        self._change(time)
        self._set[valve] = sccm
        if valve not in self._stuck:
            self._move(valve, time)

    def stick(self, stuck: bool, time: float, valve: str = INLET) -> None:
        """A valve stays where it is, whatever it is set to; freed, it goes where it was set."""
        self._change(time)
        (self._stuck.add if stuck else self._stuck.discard)(valve)
        if not stuck:
            self._move(valve, time)

    def set_supply(self, on: bool, time: float) -> None:
        """The bottle runs empty or is shut; or a full one is opened."""
        self._change(time)
        if on and not self.supplied(time):
            self._ends_s = time + self._lasts_s
        self._supplied = on

    def connect(self, panel: GasPanel) -> None:
        """See GasSeen."""
        self._panel = panel

    def set_by_hand(self, sccm: float, time: float) -> None:
        """A person sets the flow: on the display of what controls it, or at a needle valve."""
        if self._panel is None:
            self.set_valve(sccm, time)
        else:
            self._panel.dial(sccm, time)

    def follow(self, catch_up: Callable[[float], None]) -> None:
        """Call this with the time before every change: who keeps a record of the flow goes on to then."""
        self._catch_up = catch_up

    def _move(self, valve: str, time: float) -> None:
        self._stands[valve] = self._set[valve]
        self._opening_sccm = min(REGULATOR_sccm, *self._stands.values())
        if self._ends_s == math.inf and self._opening_sccm > 0:
            self._ends_s = time + self._lasts_s

    def _change(self, time: float) -> None:
        if self._catch_up is not None:
            self._catch_up(time)
        self._from_sccm, self._since = self.flow_sccm(time), time
