"""The reactive charge in the vessel: it melts at 192.6 degC, and only the melt reacts, with heat.

Enthalpies from CRC and NIST tables (298 K): reduction of SiO2 by Al in AlCl3 3.4 kJ per g SiO2; of MgSO4
8.2 to 10.8 kJ per g MgSO4, whose middle is taken; fusion of AlCl3 265 J/g. The kinetics are placeholders.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

GAS_CONSTANT_J_per_mol_K = 8.314462618
MELTING_POINT_K = 465.75
FUSION_J_per_g = 265.0
HEAT_CAPACITY_J_per_g_K = 0.9
CONTACT_W_per_g_K = 0.3
"""From the vessel wall into the charge: the more of it, the more wall it wets. Our choice; a sixth of it and
7 g run away on their own."""
ALUMINIUM_PER_SILICA, CHLORIDE_PER_SILICA = 2.0, 10.0
REFERENCE_K = 523.15
RATE_per_s = 1 / 1800.0
"""At 250 degC."""
ACTIVATION_J_per_mol = 110e3

_SILICA_J_per_g = 3400.0
_SULPHATE_J_per_g = 9500.0


@dataclass(frozen=True, slots=True)
class Charge:
    """SiO2, MgSO4, Al and AlCl3 as 1 : `sulphate_ratio` : 2 : 10 by mass, `mass_g` of all together.

    `completeness` is the part of the possible heat that is set free; `rate_factor` multiplies the kinetics.
    """

    mass_g: float
    sulphate_ratio: float = 1.0
    completeness: float = 0.9
    rate_factor: float = 1.0

    def __post_init__(self) -> None:
        if not (self.mass_g > 0 and self.sulphate_ratio >= 0 and self.rate_factor > 0):
            raise ValueError(f"a charge needs a mass, a ratio from 0 on and a rate: {self!r}")
        if not 0 <= self.completeness <= 1:
            raise ValueError(f"completeness {self.completeness!r} is not between 0 and 1")

    @property
    def silica_g(self) -> float:
        """Mass of SiO2 in it."""
        return self.mass_g / (1 + self.sulphate_ratio + ALUMINIUM_PER_SILICA + CHLORIDE_PER_SILICA)

    @property
    def reaction_J(self) -> float:
        """All the heat of the reaction; above a sulphate ratio of 2.3 aluminium runs short and limits it."""
        per_silica = _SILICA_J_per_g + _SULPHATE_J_per_g * self.sulphate_ratio
        wanted = 0.6 + 0.6 * self.sulphate_ratio
        return self.completeness * self.silica_g * per_silica * min(1.0, ALUMINIUM_PER_SILICA / wanted)

    @property
    def fusion_J(self) -> float:
        """Heat that melts its chloride."""
        return FUSION_J_per_g * CHLORIDE_PER_SILICA * self.silica_g

    @property
    def heat_capacity_J_per_K(self) -> float:
        """The same for solid and melt."""
        return HEAT_CAPACITY_J_per_g_K * self.mass_g

    @property
    def contact_W_per_K(self) -> float:
        """Heat conductance from the vessel."""
        return CONTACT_W_per_g_K * self.mass_g

    def rate_per_s(self, temperature_K: float) -> float:
        """First-order rate constant of the melt (Arrhenius)."""
        inverse = 1 / temperature_K - 1 / REFERENCE_K
        exponent = -ACTIVATION_J_per_mol / GAS_CONSTANT_J_per_mol_K * inverse
        return self.rate_factor * RATE_per_s * math.exp(exponent)


class ChargeState:
    """Enthalpy and conversion of a charge; changes in `step` only. Starts solid and unreacted."""

    def __init__(self, charge: Charge, temperature_K: float) -> None:
        self.charge = charge
        self.conversion = 0.0
        self.peak_K = temperature_K
        self._capacity_J_per_K = charge.heat_capacity_J_per_K
        self._contact_W_per_K = charge.contact_W_per_K
        self._fusion_J = charge.fusion_J
        self._reaction_J = charge.reaction_J
        self._enthalpy_J = (
            temperature_K - MELTING_POINT_K
        ) * self._capacity_J_per_K  # 0: solid, about to melt
        self.temperature_K = temperature_K
        self.molten = 0.0

    def step(self, vessel_K: float, seconds: float) -> float:
        """Let time pass beside a wall at `vessel_K`; returns the watts that flowed out of the wall."""
        inflow_W = self._contact_W_per_K * (vessel_K - self.temperature_K)
        self._enthalpy_J += inflow_W * seconds
        if self.molten and self.conversion < 1:
            rate = self.charge.rate_per_s(self.temperature_K) * self.molten
            reacted = (1 - self.conversion) * -math.expm1(-rate * seconds)
            self.conversion += reacted
            self._enthalpy_J += reacted * self._reaction_J
        self._look()
        return inflow_W

    def _look(self) -> None:
        above_J = self._enthalpy_J
        if above_J <= 0:
            self.molten, self.temperature_K = 0.0, MELTING_POINT_K + above_J / self._capacity_J_per_K
        elif above_J < self._fusion_J:
            self.molten, self.temperature_K = above_J / self._fusion_J, MELTING_POINT_K
        else:
            self.molten = 1.0
            self.temperature_K = MELTING_POINT_K + (above_J - self._fusion_J) / self._capacity_J_per_K
        self.peak_K = max(self.peak_K, self.temperature_K)
