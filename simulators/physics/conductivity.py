"""How the conductivity of a solid depends on temperature."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

BOLTZMANN_eV_per_K = 8.617333262e-5
"""CODATA 2018 (exact in the SI of 2019, rounded)."""


class ConductivityLaw(Protocol):
    """Conductivity as a function of temperature."""

    @property
    def reference_S_per_m(self) -> float:
        """Conductivity at the reference temperature."""
        ...

    @property
    def temperature_coefficient_per_K(self) -> float:
        """Relative change of conductivity per kelvin, d ln(sigma)/dT, at the reference temperature."""
        ...

    def conductivity_S_per_m(self, temperature_K: float) -> float:
        """Conductivity at this temperature."""
        ...


@dataclass(frozen=True, slots=True)
class Exponential:
    """sigma = sigma_ref * exp(coefficient * (T - T_ref)): the temperature coefficient is constant."""

    reference_S_per_m: float
    temperature_coefficient_per_K: float
    reference_K: float

    def conductivity_S_per_m(self, temperature_K: float) -> float:
        """Conductivity at this temperature."""
        return self.reference_S_per_m * math.exp(
            self.temperature_coefficient_per_K * (temperature_K - self.reference_K)
        )


@dataclass(frozen=True, slots=True)
class Arrhenius:
    """sigma = sigma_ref * exp(-E/k * (1/T - 1/T_ref)): one activation energy."""

    reference_S_per_m: float
    activation_energy_eV: float
    reference_K: float

    @property
    def temperature_coefficient_per_K(self) -> float:
        """Relative change per kelvin, d ln(sigma)/dT = E/(k T^2), at the reference temperature."""
        return self.activation_energy_eV / (BOLTZMANN_eV_per_K * self.reference_K**2)

    def conductivity_S_per_m(self, temperature_K: float) -> float:
        """Conductivity at this temperature."""
        exponent = (
            -self.activation_energy_eV / BOLTZMANN_eV_per_K * (1 / temperature_K - 1 / self.reference_K)
        )
        return self.reference_S_per_m * math.exp(exponent)
