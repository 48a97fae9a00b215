"""A thin sheet with contacts on its edge, in a magnetic field: exact voltages of any pair for any currents.

Van der Pauw's theorem with a Hall tensor. For contacts at x_k on the edge of a half-plane of thickness d, and
currents i_k into them that add up to zero (van der Pauw, Philips Res. Rep. 13 (1958) 1):

    V_k = const - rho_xx/(pi d) sum_i i_i ln|x_k - x_i| - rho_xy/d sum_i i_i h(x_k < x_i)

where h counts 1 if true. A sheet of any other shape without holes is this one, mapped conformally; a disc
with contacts at angles around its rim is x = tan(angle/2).

Points would have an infinite resistance; so a contact's own potential is that of a half disc of radius w_k
(ln w_k instead of ln 0) and halfway up the step of h. The half discs do not overlap, which keeps every
resistance positive: for even currents through them the logarithms are exact, by the mean value theorem.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simulators.physics.carriers import Resistivity

Array = npt.NDArray[np.float64]


def half_plane(angles_rad: Sequence[float]) -> tuple[float, ...]:
    """Positions on the edge of the half-plane of contacts at these angles around the rim of a disc.

    Counter-clockwise as seen from where a positive field points to. The cut of the circle lies in the middle
    of its widest gap. Raises ValueError where two contacts coincide.
    """
    ordered = sorted(angle % math.tau for angle in angles_rad)
    gaps = [b - a for a, b in zip(ordered, [*ordered[1:], ordered[0] + math.tau], strict=True)]
    if min(gaps) <= 0:
        raise ValueError("two contacts are at the same place")
    widest = max(range(len(gaps)), key=lambda k: gaps[k])
    cut = ordered[widest] + gaps[widest] / 2
    return tuple(math.tan(((angle - cut) % math.tau - math.pi) / 2) for angle in angles_rad)


class Sheet:
    """Contacts at different `positions` on the edge of a half-plane.

    `contact_size` is the radius of each contact as part of the distance to its nearest neighbour, up to 1/2.
    """

    def __init__(self, positions: Sequence[float], contact_size: float = 0.05) -> None:
        if not 0 < contact_size <= 0.5:
            raise ValueError("contacts must be smaller than half the distance to the next")
        x = np.asarray(positions, dtype=np.float64)
        distance = np.abs(x[:, None] - x[None, :])
        np.fill_diagonal(distance, math.inf)
        if not distance.min() > 0:
            raise ValueError("two contacts are at the same place")
        np.fill_diagonal(distance, contact_size * distance.min(axis=1))
        self.logarithms: Array = np.log(distance)
        """ln|x_k - x_i|, and ln w_k on the diagonal; symmetric."""
        self.steps: Array = (1 + np.sign(x[None, :] - x[:, None])) / 2
        """h(x_k < x_i)."""

    def impedance_ohm(self, rho: Resistivity, thickness_m: float) -> Array:
        """Z of V = const + Z i. Reversing the field transposes it, but for a constant (Onsager)."""
        longitudinal: Array = self.logarithms * (-rho.xx / (math.pi * thickness_m))
        return longitudinal + self.hall_ohm(rho, thickness_m)

    def hall_ohm(self, rho: Resistivity, thickness_m: float) -> Array:
        """The part of Z that is odd in the field."""
        return self.steps * (-rho.xy / thickness_m)
