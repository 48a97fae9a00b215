"""The argon that flows through the tube: a valve, a supply that can fail, and a flow that follows both."""

from __future__ import annotations

import math


class GasLine:
    """Flow as a closed form of time between changes. `lag_s`: how fast the flow follows."""

    def __init__(self, gas: str = "Ar", *, lag_s: float = 2.0) -> None:
        self.gas = gas
        self._lag_s = lag_s
        self._valve_sccm = 0.0
        self._supplied = True
        self._from_sccm = 0.0
        self._since = -float("inf")

    def flow_sccm(self, time: float) -> float:
        """What flows at clock second `time` (cubic centimetres at 0 degC and 1 atm in a minute)."""
        target = self._valve_sccm if self._supplied else 0.0
        elapsed_s = max(0.0, time - self._since)
        return target + (self._from_sccm - target) * math.exp(-elapsed_s / self._lag_s)

    def set_valve(self, sccm: float, time: float) -> None:
        """Open the valve for so much, if the supply gives it."""
        if not 0 <= sccm < math.inf:
            raise ValueError(f"a flow of {sccm!r} sccm cannot be set")
        self._change(time)
        self._valve_sccm = sccm

    def set_supply(self, on: bool, time: float) -> None:
        """The bottle runs empty, or is replaced."""
        self._change(time)
        self._supplied = on

    @property
    def supplied(self) -> bool:
        """Whether there is pressure before the valve."""
        return self._supplied

    def _change(self, time: float) -> None:
        self._from_sccm = self.flow_sccm(time)
        self._since = time
