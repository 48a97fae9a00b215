"""A pressed powder pellet between two pistons: bulk, two contacts, and what disturbs a DC measurement."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulators.physics.ageing import STEADY, Ageing
from simulators.physics.conductivity import ConductivityLaw


@dataclass(frozen=True, slots=True)
class Emf:
    """Voltage of the contacts without current: constant, plus a linear drift, plus a slow periodic wander."""

    offset_V: float = 0.0
    drift_V_per_s: float = 0.0
    wander_V: float = 0.0
    wander_period_s: float = 600.0
    phase_rad: float = 0.0

    def voltage_V(self, since_mounted_s: float) -> float:
        """The EMF so long after the specimen was mounted."""
        value = self.offset_V + self.drift_V_per_s * since_mounted_s
        if self.wander_V:
            value += self.wander_V * math.sin(
                math.tau * since_mounted_s / self.wander_period_s + self.phase_rad
            )
        return value


@dataclass(frozen=True, slots=True)
class HeatPath:
    """One thermal lump: its resistance to the press and the time constant of its approach."""

    resistance_K_per_W: float = 0.0
    time_constant_s: float = 1.0

    def rise_K(self, initial_K: float, power_W: float, elapsed_s: float) -> float:
        """Temperature above ambient after `elapsed_s` at constant power (exact for one lump)."""
        final_K = power_W * self.resistance_K_per_W
        return final_K + (initial_K - final_K) * math.exp(-elapsed_s / self.time_constant_s)


NO_EMF = Emf()
NO_HEAT = HeatPath()


@dataclass(frozen=True, slots=True)
class Pellet:
    """A pellet as it truly is. Contact resistivity is that of each of the two faces."""

    area_m2: float
    height_m: float
    law: ConductivityLaw
    contact_resistivity_ohm_m2: float
    emf: Emf = NO_EMF
    capacitance_F: float = 0.0
    heat: HeatPath = NO_HEAT
    ageing: Ageing = STEADY

    @property
    def contact_resistance_ohm(self) -> float:
        """Both contacts together."""
        return 2 * self.contact_resistivity_ohm_m2 / self.area_m2

    def resistance_ohm(self, temperature_K: float, since_mounted_s: float = 0.0) -> float:
        """Bulk L/(sigma A) and both contacts in series, as they have aged since mounting."""
        bulk_ohm = self.height_m / (self.law.conductivity_S_per_m(temperature_K) * self.area_m2)
        return (bulk_ohm + self.contact_resistance_ohm) * self.ageing.factor(since_mounted_s)
