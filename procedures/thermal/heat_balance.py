"""How hot a charge could make its vessel, and so how much of it a vessel may hold.

Standard enthalpies (CRC and NIST tables, 298 K): 3 SiO2 + 4 Al + 2 AlCl3 -> 3 Si + 6 AlOCl sets 3.4 kJ free
for each gram of SiO2; the reduction of MgSO4 8.2 (to sulphur) to 10.8 kJ (to MgS) for each gram of MgSO4, of
which the larger is taken. That is an upper bound to size a charge by: all of it, at once, no heat lost.
"""

from __future__ import annotations

from dataclasses import dataclass

SILICA_J_per_g = 3400.0
SULPHATE_J_per_g = 10_800.0
CHARGE_J_per_g_K = 0.9
STEEL_J_per_g_K = 0.5


@dataclass(frozen=True, slots=True)
class Mixture:
    """Masses in grams of one charge of SiO2, MgSO4, Al and AlCl3."""

    silica_g: float
    sulphate_g: float
    aluminium_g: float
    chloride_g: float

    @classmethod
    def of(cls, silica_g: float, *, sulphate: float, aluminium: float, chloride: float) -> Mixture:
        """From the mass of SiO2 and the mass ratios to it."""
        return cls(silica_g, silica_g * sulphate, silica_g * aluminium, silica_g * chloride)

    @property
    def total_g(self) -> float:
        """All of it."""
        return self.silica_g + self.sulphate_g + self.aluminium_g + self.chloride_g

    @property
    def masses_g(self) -> dict[str, float]:
        """By substance."""
        return {
            "SiO2": self.silica_g,
            "MgSO4": self.sulphate_g,
            "Al": self.aluminium_g,
            "AlCl3": self.chloride_g,
        }

    @property
    def reaction_J(self) -> float:
        """The heat that it can set free at most."""
        return SILICA_J_per_g * self.silica_g + SULPHATE_J_per_g * self.sulphate_g


def adiabatic_rise_K(mixture: Mixture, vessel_g: float) -> float:
    """How much hotter it makes itself and a steel vessel of this mass, if no heat is lost."""
    return mixture.reaction_J / (STEEL_J_per_g_K * vessel_g + CHARGE_J_per_g_K * mixture.total_g)


def least_vessel_g(mixture: Mixture, rise_K: float) -> float:
    """The steel that keeps the rise within `rise_K`."""
    return max(0.0, (mixture.reaction_J / rise_K - CHARGE_J_per_g_K * mixture.total_g) / STEEL_J_per_g_K)
