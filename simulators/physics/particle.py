"""A particle between two tips: two constrictions in series, contacts that are ohmic or rectify."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulators.physics.conductivity import BOLTZMANN_eV_per_K, ConductivityLaw
from simulators.physics.pellet import NO_EMF, NO_HEAT, Emf, HeatPath


@dataclass(frozen=True, slots=True)
class Barriers:
    """Two Schottky contacts back to back, by their saturation currents: thermionic emission over each.

    I = I1 I2 (e^{u/V_T} - 1) / (I1 e^{u/V_T} + I2) for the voltage u across both; ideality one.
    """

    first_A: float
    second_A: float

    def current_A(self, across_V: float, temperature_K: float) -> float:
        """Current at the voltage across both; odd where the contacts are alike."""
        ratio = math.exp(-abs(across_V) / (BOLTZMANN_eV_per_K * temperature_K))
        forward, reverse = (self.first_A, self.second_A) if across_V >= 0 else (self.second_A, self.first_A)
        size_A = forward * reverse * (1 - ratio) / (forward + reverse * ratio)
        if ratio > 0.5:  # 1 - ratio would lose digits
            lost = -math.expm1(-abs(across_V) / (BOLTZMANN_eV_per_K * temperature_K))
            size_A = forward * reverse * lost / (forward + reverse * ratio)
        return math.copysign(size_A, across_V)

    def conductance_S(self, across_V: float, temperature_K: float) -> float:
        """dI/du."""
        thermal_V = BOLTZMANN_eV_per_K * temperature_K
        ratio = math.exp(-abs(across_V) / thermal_V)
        forward, reverse = (self.first_A, self.second_A) if across_V >= 0 else (self.second_A, self.first_A)
        return forward * reverse * (forward + reverse) * ratio / (forward + reverse * ratio) ** 2 / thermal_V

    def zero_bias_ohm(self, temperature_K: float) -> float:
        """V_T/I1 + V_T/I2."""
        return BOLTZMANN_eV_per_K * temperature_K * (1 / self.first_A + 1 / self.second_A)


@dataclass(frozen=True, slots=True)
class Particle:
    """A particle as it truly is: `law` is the conductivity of its solid, `contact_radius_m` that of each tip.

    A tip on a much larger body spreads its current through rho/(4a) (Maxwell 1873; Holm, Electric Contacts,
    1967); tungsten adds nothing. `film_ohm` is both contact films together.
    """

    law: ConductivityLaw
    contact_radius_m: float
    film_ohm: float = 0.0
    barriers: Barriers | None = None
    emf: Emf = NO_EMF
    heat: HeatPath = NO_HEAT

    def spreading_ohm(self, temperature_K: float) -> float:
        """Both constrictions: the particle itself."""
        return 1 / (2 * self.contact_radius_m * self.law.conductivity_S_per_m(temperature_K))

    def series_ohm(self, temperature_K: float) -> float:
        """All that is ohmic between the tips."""
        return self.spreading_ohm(temperature_K) + self.film_ohm

    def zero_bias_ohm(self, temperature_K: float) -> float:
        """All between the tips, for small voltages."""
        rectifying = self.barriers.zero_bias_ohm(temperature_K) if self.barriers else 0.0
        return self.series_ohm(temperature_K) + rectifying
