"""How a solid conducts in a magnetic field: one or two kinds of carrier, and a magnetoresistance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from simulators.physics.conductivity import ConductivityLaw

ELEMENTARY_CHARGE_C = 1.602176634e-19
"""Exact in the SI of 2019."""


class Resistivity(NamedTuple):
    """The tensor in a field along z: xx = yy, and xy = -yx = R_H B, in ohm metres."""

    xx: float
    xy: float


@dataclass(frozen=True, slots=True)
class Carriers:
    """Majority carriers of charge `sign` e; at will, minority carriers of the other sign.

    `law` is the conductivity of both together without field; `minority_share` of it is the minority's. The
    majority's mobility goes as (T/T_ref)^mobility_exponent; whatever else the law says is density.
    `magnetoresistance_per_T2` times B^2 raises the longitudinal resistivity, besides what two kinds of
    carrier do by themselves. The Hall factor is one.
    """

    law: ConductivityLaw
    reference_K: float
    sign: int
    mobility_m2_per_Vs: float
    mobility_exponent: float = 0.0
    minority_share: float = 0.0
    minority_mobility_m2_per_Vs: float = 0.0
    magnetoresistance_per_T2: float = 0.0

    def resistivity(self, field_T: float, temperature_K: float) -> Resistivity:
        """In this field, by adding the conductivity tensors of both kinds and inverting the sum."""
        sigma = self.law.conductivity_S_per_m(temperature_K)
        along = across = 0.0
        for share, turn in self._kinds(field_T, temperature_K):
            along += share / (1 + turn**2)
            across += share * turn / (1 + turn**2)
        squares = sigma * (along**2 + across**2)
        return Resistivity(
            along / squares * (1 + self.magnetoresistance_per_T2 * field_T**2), across / squares
        )

    @property
    def hall_coefficient_m3_per_C(self) -> float:
        """R_H in the limit of low field at the reference temperature; negative for electrons."""
        majority = (1 - self.minority_share) * self.mobility_m2_per_Vs
        minority = self.minority_share * self.minority_mobility_m2_per_Vs
        return self.sign * (majority - minority) / self.law.reference_S_per_m

    @property
    def density_per_m3(self) -> float:
        """Density of the majority at the reference temperature."""
        sigma = self.law.reference_S_per_m * (1 - self.minority_share)
        return sigma / (ELEMENTARY_CHARGE_C * self.mobility_m2_per_Vs)

    def _kinds(self, field_T: float, temperature_K: float) -> tuple[tuple[float, float], ...]:
        """Share of the conductivity and signed mobility times field, of each kind."""
        mobility = self.mobility_m2_per_Vs
        if self.mobility_exponent:
            mobility *= (temperature_K / self.reference_K) ** self.mobility_exponent
        majority = (1 - self.minority_share, self.sign * mobility * field_T)
        if not self.minority_share:
            return (majority,)
        return majority, (self.minority_share, -self.sign * self.minority_mobility_m2_per_Vs * field_T)
