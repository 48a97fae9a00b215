"""The leads from a specimen to a voltmeter: what the specimen shows, plus the thermal EMF of the joints."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulators.physics.electrical import Circuit
from simulators.physics.terminals import VoltageSeen


@dataclass(frozen=True, slots=True)
class SensePoints:
    """The sense points of a circuit, as a voltmeter of its own sees them."""

    circuit: Circuit

    def voltage_V(self, time: float) -> float:
        """See VoltageSeen."""
        return self.circuit.operating_point(time).sense_V


@dataclass(frozen=True, slots=True)
class SenseLeads:
    """Leads that end at `seen`.

    The joints between unlike metals add `emf_V`, and the room moves it by `swing_V` (amplitude) within
    `period_s`: what a measurement with one polarity takes for signal, and a reversal of the current cancels.
    """

    seen: VoltageSeen
    emf_V: float = 0.0
    swing_V: float = 0.0
    period_s: float = 600.0
    phase: float = 0.0

    def voltage_V(self, time: float) -> float:
        """High minus low at `time`. Changes nothing."""
        return self.seen.voltage_V(time) + self.thermal_emf_V(time)

    def thermal_emf_V(self, time: float) -> float:
        """The part that is not the specimen's."""
        return self.emf_V + self.swing_V * math.sin(math.tau * time / self.period_s + self.phase)
