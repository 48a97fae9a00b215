"""Rectifying contacts: the voltage over a leaky Schottky barrier for any current, in closed form.

Thermionic emission over a barrier (Sze, Physics of Semiconductor Devices, sec. 3.3) beside a leakage path:

    i = I_s (exp(u/V) - 1) + u/R        V = ideality * kT/e

solved for u by Wright's omega function: with a = R I_s/V and w = omega(ln a + R (i + I_s)/V), the barrier
carries V w/R - I_s, so that u = V ln(w/a). The leakage path keeps the slope, R/(1 + w), between 0 and R,
also in reverse, where a bare barrier would carry no more than I_s whatever the voltage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import wrightomega

from simulators.physics.conductivity import BOLTZMANN_eV_per_K
from simulators.physics.network import Array

_PHASES = np.cos((np.arange(16) + 0.5) * np.pi / 16)
"""Over half a cycle of a cosine, evenly: its mean over the whole cycle."""


@dataclass(frozen=True, slots=True)
class Barrier:
    """One contact. `forward` is +1 where it conducts better for a current into the film (n-type), else -1.

    `pickup_A` is the amplitude of the mains current through it: a meter that averages over cycles sees the
    mean voltage, which a bent characteristic shifts (rectification).
    """

    saturation_A: float
    leak_ohm: float
    ideality: float = 1.0
    forward: int = 1
    pickup_A: float = 0.0


class Junctions:
    """All barriers of a film at one temperature (None for a contact that has none); see Bent."""

    def __init__(self, barriers: Sequence[Barrier | None], temperature_K: float) -> None:
        there = [(at, one) for at, one in enumerate(barriers) if one is not None]
        self._contacts = len(barriers)
        self._at = np.array([at for at, _ in there], dtype=np.int64)
        kept = [one for _, one in there]
        self._saturation_A = np.array([[one.saturation_A] for one in kept])
        self._leak_ohm = np.array([[one.leak_ohm] for one in kept])
        self._thermal_V = np.array([[one.ideality * BOLTZMANN_eV_per_K * temperature_K] for one in kept])
        self._forward = np.array([[one.forward] for one in kept])
        self._pickup_A = np.array([[one.pickup_A] for one in kept]) * _PHASES
        self._log_a = np.log(self._leak_ohm * self._saturation_A / self._thermal_V)

    def voltage_and_slope(self, contact_A: Array) -> tuple[Array, Array]:
        """See Bent; 0 where there is no barrier."""
        voltage_V, slope_ohm = np.zeros(self._contacts), np.zeros(self._contacts)
        current_A = self._forward * contact_A[self._at, None] + self._pickup_A
        leaking_V = self._leak_ohm * (current_A + self._saturation_A)
        omega = wrightomega(self._log_a + leaking_V / self._thermal_V)
        with np.errstate(divide="ignore"):  # omega underflows far in reverse, where it does not count
            forward_V = self._thermal_V * (np.log(omega) - self._log_a)
        each_V = np.where(omega < 1.0, leaking_V - self._thermal_V * omega, forward_V)
        voltage_V[self._at] = (self._forward * each_V).mean(axis=1)
        slope_ohm[self._at] = (self._leak_ohm / (1 + omega)).mean(axis=1)
        return voltage_V, slope_ohm
