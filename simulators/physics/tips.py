"""Two tungsten tips: apart, touching each other, or holding a particle."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.physics.electrical import Drive, Load, Node, node
from simulators.physics.particle import TipsBuild
from simulators.physics.pellet import NO_HEAT, HeatPath

_AIR_ohm = 1e18
"""Resistance of the gap itself: so large that only the leakage of the holder counts."""


@dataclass(frozen=True, slots=True)
class Tips:
    """Nothing between the tips: a resistance, without heat of its own; see Specimen."""

    build: TipsBuild
    resistance_ohm: float = _AIR_ohm
    heat: HeatPath = NO_HEAT

    def power_W(self, current_A: float, temperature_K: float, held_s: float) -> float:
        """See Specimen."""
        return 0.0

    def node(self, drive: Drive, temperature_K: float, held_s: float) -> Node:
        """See Specimen."""
        load = Load(self.resistance_ohm, 0.0, self.build.cable_F)
        return node(load, self.build.leakage_ohm, self.build.lead_ohm)


def touching(build: TipsBuild) -> Tips:
    """The tips pressed onto each other."""
    return Tips(build, build.touching_ohm)
