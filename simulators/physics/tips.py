"""Two tungsten tips: apart, touching each other, or holding a particle."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy.optimize import brentq

from simulators.physics.electrical import CurrentDrive, Drive, Load, Node, node
from simulators.physics.particle import Barriers, Particle
from simulators.physics.pellet import NO_HEAT, HeatPath

_AIR_ohm = 1e18
"""Resistance of the gap itself: so large that only the leakage of the holder counts."""


@dataclass(frozen=True, slots=True)
class TipsBuild:
    """How the holder of the tips is made: `lead_ohm` outside the sense points, `touching_ohm` tip on tip."""

    lead_ohm: float
    touching_ohm: float
    leakage_ohm: float
    cable_F: float


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


class Branch:
    """Leads, leakage and particle at one temperature, as a function of the voltage u across the barriers.

    Everything rises with u, so that whatever is held has one solution and a bracket.
    """

    def __init__(
        self, build: TipsBuild, particle: Particle, barriers: Barriers, temperature_K: float
    ) -> None:
        self._build = build
        self._barriers = barriers
        self._temperature_K = temperature_K
        self._series_ohm = particle.series_ohm(temperature_K)

    def inside_V(self, across_V: float) -> float:
        """Voltage at the sense points without the EMF."""
        return across_V + self._series_ohm * self._barriers.current_A(across_V, self._temperature_K)

    def slope_ohm(self, across_V: float) -> float:
        """Differential resistance between the sense points, without leakage; infinite in saturation."""
        conductance = self._barriers.conductance_S(across_V, self._temperature_K)
        return self._series_ohm + (1 / conductance if conductance > 1e-300 else math.inf)

    def solve(self, drive: Drive, emf_V: float) -> float:
        """The u at which everything settles."""
        build = self._build

        def sense_V(u: float) -> float:
            return self.inside_V(u) + emf_V

        def current_A(u: float) -> float:
            return self._barriers.current_A(u, self._temperature_K) + sense_V(u) / build.leakage_ohm

        def force_V(u: float) -> float:
            return sense_V(u) + build.lead_ohm * current_A(u)

        held_V = sense_V if drive is not None and drive.four_wire else force_V
        if drive is None or isinstance(drive, CurrentDrive):
            u = _root(current_A, 0.0 if drive is None else drive.level_A, build.leakage_ohm)
            if drive is None or abs(held_V(u)) <= drive.limit_V:
                return u
            return _root(held_V, math.copysign(drive.limit_V, held_V(u)), 1.0)
        u = _root(held_V, drive.level_V, 1.0)
        if abs(current_A(u)) <= drive.limit_A:
            return u
        return _root(current_A, math.copysign(drive.limit_A, current_A(u)), build.leakage_ohm)


def _root(rising: Callable[[float], float], target: float, scale: float) -> float:
    """Where a rising function reaches its target; it rises at least by 1 for every `scale`."""
    missing = target - rising(0.0)
    if not missing:
        return 0.0
    far = missing * scale * (1 + 1e-9)
    return float(brentq(lambda u: rising(u) - target, min(0.0, far), max(0.0, far), xtol=1e-18, rtol=1e-14))


@dataclass(frozen=True, slots=True)
class BetweenTips:
    """A particle between the tips, with their holder around it; see Specimen."""

    build: TipsBuild
    particle: Particle

    @property
    def heat(self) -> HeatPath:
        """See Specimen."""
        return self.particle.heat

    def power_W(self, current_A: float, temperature_K: float, held_s: float) -> float:
        """See Specimen; in the particle and its contact films. That of the barriers goes into the tips."""
        return current_A**2 * self.particle.series_ohm(temperature_K)

    def node(self, drive: Drive, temperature_K: float, held_s: float) -> Node:
        """See Specimen."""
        build, particle = self.build, self.particle
        emf_V = particle.emf.voltage_V(held_s)
        leak_S = 1 / build.leakage_ohm
        if particle.barriers is None:
            through_S = 1 / particle.series_ohm(temperature_K)
            inside_A = through_S * emf_V
        else:
            branch = Branch(build, particle, particle.barriers, temperature_K)
            u = branch.solve(drive, emf_V)
            through_S = 1 / branch.slope_ohm(u)
            at_V = branch.inside_V(u) + emf_V
            inside_A = through_S * at_V - particle.barriers.current_A(u, temperature_K)
        total_S = through_S + leak_S
        return Node(total_S, inside_A, build.lead_ohm, build.cable_F / total_S)
