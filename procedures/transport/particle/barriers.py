"""Two Schottky contacts back to back with a resistance between them: what a particle's contacts can do.

Thermionic emission over both barriers, ideality one, saturation currents I_1 and I_2, V_T = k_B T/e:

    V = V_T ln[(1 + I/I_1)/(1 - I/I_2)] + R I,   G_0 = 1/(V_T (1/I_1 + 1/I_2) + R)

without R the closed form I = 2 I_1 I_2 sinh(V/2V_T)/(I_1 e^{V/2V_T} + I_2 e^{-V/2V_T}). The current saturates
at that of whichever contact is reversed: the conductance around zero is then that of the contacts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Array = NDArray[np.float64]

BOLTZMANN_V_per_K = 1.380649e-23 / 1.602176634e-19
"""k_B/e, exact in the SI of 2019."""
_HALVINGS = 80


@dataclass(frozen=True, slots=True)
class BackToBack:
    """Saturation currents in A (I_1 limits negative, I_2 positive currents), series resistance in ohm."""

    first_A: float
    second_A: float
    series_ohm: float
    temperature_K: float

    @property
    def thermal_V(self) -> float:
        """k_B T/e."""
        return BOLTZMANN_V_per_K * self.temperature_K

    @property
    def zero_bias_S(self) -> float:
        """Slope at zero voltage."""
        return 1 / (self.thermal_V * (1 / self.first_A + 1 / self.second_A) + self.series_ohm)

    @property
    def contact_share(self) -> float:
        """Part of the resistance at zero voltage that is the barriers'."""
        return 1 - self.series_ohm * self.zero_bias_S

    def voltage_V(self, current_A: Array) -> Array:
        """V of I, for -I_1 < I < I_2."""
        x = np.asarray(current_A)
        found: Array = (
            self.thermal_V * (np.log1p(x / self.first_A) - np.log1p(-x / self.second_A)) + self.series_ohm * x
        )
        return found

    def current_A(self, voltage_V: Array) -> Array:
        """I of V by bisection: V rises with I over all of (-I_1, I_2)."""
        wanted = np.asarray(voltage_V, dtype=float)
        low = np.full(wanted.shape, -self.first_A * (1 - 1e-15))
        high = np.full(wanted.shape, self.second_A * (1 - 1e-15))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = self.voltage_V(middle) < wanted
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        found: Array = (low + high) / 2
        return found


@dataclass(frozen=True, slots=True)
class BarrierFit:
    """The model that fits best, and the sum of its squared residuals in A^2."""

    model: BackToBack
    offset_A: float
    squares: float
    parameters: int = 4


def fit_barriers(voltage_V: Array, current_A: Array, temperature_K: float) -> BarrierFit | None:
    """Least squares of I against V over both saturation currents, the resistance, and a constant current.

    None where the optimiser finds nothing.
    """
    largest_A = float(np.abs(current_A).max(initial=0.0))
    if current_A.size < 8 or largest_A == 0.0:
        return None
    slope = abs(float(voltage_V @ current_A / (voltage_V @ voltage_V)))

    def model(p: Array) -> BackToBack:
        first, second = largest_A * np.exp(np.clip(p[:2], -20, 20))
        return BackToBack(
            float(first), float(second), float(np.exp(np.clip(p[2], -20, 20)) / slope), temperature_K
        )

    def residuals(p: Array) -> Array:
        rest: Array = (model(p).current_A(voltage_V) + p[3] * largest_A - current_A) / largest_A
        return rest

    found = None
    for start in ((0.3, 0.3, -2.0, 0.0), (2.0, 2.0, -0.1, 0.0)):
        one = least_squares(residuals, np.array(start), method="trf", x_scale=1.0, max_nfev=200)
        if np.all(np.isfinite(one.x)) and (found is None or one.cost < found.cost):
            found = one
    if found is None or not math.isfinite(found.cost):
        return None
    return BarrierFit(model(found.x), float(found.x[3]) * largest_A, 2 * float(found.cost) * largest_A**2)
