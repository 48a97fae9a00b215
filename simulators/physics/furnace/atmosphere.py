"""What is around the charge: a tube that a three-way valve connects to the gas line or to the pump."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulators.physics.furnace.gas import EXHAUST, STOPCOCK, GasLine
from simulators.physics.terminals import GasPanel
from simulators.physics.vacuum import Chamber

INERT = frozenset({"Ar", "N2", "He", "Ne"})
ENOUGH_sccm = 10.0
"""Less inert gas than this lets air in from the exhaust: our choice."""


class Atmosphere:
    """On the gas line the tube is at room pressure, purged at once; on the pump no gas flows.

    One hole in the tube: under gas so much of it is lost before the exhaust, into vacuum so much air comes
    in.
    """

    def __init__(self, line: GasLine, chamber: Chamber) -> None:
        self.line = line
        self.chamber = chamber
        self._on_pump = False

    # -- what people do to it

    def to_pump(self, on: bool, time: float) -> None:
        """The three-way valve to the pump, and that on or off (a closed pump lets nothing back)."""
        self.line.set_valve(0.0, time, STOPCOCK)
        self.chamber.pump(on, time)
        self._on_pump = True

    def to_gas(self, time: float) -> None:
        """The three-way valve to the gas line, which fills the tube; also what opening the tube comes to."""
        self.line.set_valve(math.inf, time, STOPCOCK)
        self.chamber.vent(time)
        self._on_pump = False

    # -- what is there

    def flow_sccm(self, time: float) -> float:
        """What flows past the charge."""
        return max(0.0, self.line.flow_sccm(time) - self.chamber.leak_sccm)

    def inert_sccm(self, time: float) -> float:
        """What of it protects the charge."""
        return self.flow_sccm(time) if self.line.gas in INERT else 0.0

    def pressure_Pa(self, time: float) -> float:
        """In the tube; the little above the room under gas is left out."""
        return self.chamber.pressure_Pa(time)

    def air(self, time: float) -> float:
        """The part of an atmosphere of air that is around the charge, 0 to 1. Our own measure, a crude one.

        On the pump all that is left counts as air; on the line it is what is missing from enough inert gas.
        """
        if self._on_pump:
            return self.chamber.pressure_Pa(time) / self.chamber.room_Pa
        return max(0.0, 1.0 - self.inert_sccm(time) / ENOUGH_sccm)


@dataclass(frozen=True, slots=True)
class AtExhaust:
    """A second flow meter, at the tube's exhaust: a leak does not pass it; see GasSeen.

    Its valve throttles the same line. Nobody sets the flow of the tube on it.
    """

    atmosphere: Atmosphere

    @property
    def gas(self) -> str:
        """See GasSeen."""
        return self.atmosphere.line.gas

    def flow_sccm(self, time: float) -> float:
        """See GasSeen."""
        return self.atmosphere.flow_sccm(time)

    def supplied(self, time: float) -> bool:
        """See GasSeen."""
        return self.atmosphere.line.supplied(time)

    def set_valve(self, sccm: float, time: float) -> None:
        """See GasSeen."""
        self.atmosphere.line.set_valve(sccm, time, EXHAUST)

    def connect(self, panel: GasPanel) -> None:
        """See GasSeen."""
