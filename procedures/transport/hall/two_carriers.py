"""What electrons and holes together look like in a Hall measurement, to tell apparent from true.

The conductivity tensors of both add up; the resistivity tensor is the inverse of the sum. What one-carrier
formulas make of it is apparent: a density and a mobility that neither kind of carrier has.
"""

from __future__ import annotations

from dataclasses import dataclass

from procedures.transport.hall.coefficient import ELEMENTARY_CHARGE_C


@dataclass(frozen=True, slots=True)
class TwoCarriers:
    """Holes and electrons: densities in 1/m^3, mobilities in m^2/(V s), both positive."""

    holes: float
    hole_mobility: float
    electrons: float
    electron_mobility: float

    def conductivity_S_per_m(self) -> float:
        """Without field."""
        return ELEMENTARY_CHARGE_C * (
            self.holes * self.hole_mobility + self.electrons * self.electron_mobility
        )

    def hall_coefficient_m3_per_C(self, field_T: float = 0.0) -> float:
        """rho_xy/B; in the limit of no field (p mu_h^2 - n mu_e^2)/(e (p mu_h + n mu_e)^2)."""
        p, n = self.holes, self.electrons
        h, e = self.hole_mobility, self.electron_mobility
        squares = (h * e * field_T) ** 2
        above = p * h**2 - n * e**2 + (p - n) * squares
        below = (p * h + n * e) ** 2 + (p - n) ** 2 * squares
        return above / below / ELEMENTARY_CHARGE_C

    def resistivity_ohm_m(self, field_T: float = 0.0) -> float:
        """rho_xx: rises with the field, although neither kind alone has a magnetoresistance."""
        p, n = self.holes, self.electrons
        h, e = self.hole_mobility, self.electron_mobility
        above = p * h + n * e + (p * e + n * h) * h * e * field_T**2
        below = (p * h + n * e) ** 2 + (p - n) ** 2 * (h * e * field_T) ** 2
        return above / below / ELEMENTARY_CHARGE_C

    @property
    def apparent_density_per_m3(self) -> float:
        """1/(e |R_H|): infinite where the two kinds cancel."""
        coefficient = abs(self.hall_coefficient_m3_per_C())
        return 1 / (ELEMENTARY_CHARGE_C * coefficient) if coefficient else float("inf")

    @property
    def apparent_mobility(self) -> float:
        """|R_H| sigma in m^2/(V s): never more than the larger of the two."""
        return abs(self.hall_coefficient_m3_per_C()) * self.conductivity_S_per_m()
