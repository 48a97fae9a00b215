"""How a contact is tried: the currents of its curve, and what counts as ohmic."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactRule:
    """How many currents from -I to +I, and the smallest R2 of an ohmic contact."""

    points: int
    r2_min: float

    def levels_A(self, largest_A: float) -> list[float]:
        """Upwards in equal steps; then the ends and the middle once more, backwards."""
        up = [largest_A * (2 * k / (self.points - 1) - 1) for k in range(self.points)]
        return [*up, up[-1], up[self.points // 2], up[0]]
