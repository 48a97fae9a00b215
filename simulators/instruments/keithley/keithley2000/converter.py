"""The A/D converter of one Model 2000: gain and offset errors, noise, the zero that nobody takes."""

from __future__ import annotations

from simulators.instruments.keithley.keithley2000.ranges import RANGES
from simulators.noise import between, gaussian
from simulators.physics.terminals import VoltageSeen

AUTOZERO_OFF_S = 600.0
"""For 10 minutes without autozero 2 ppm of range + 5 uV are added (data sheet); further on in proportion."""


class Converter:
    """One unit; `name` and `seed` decide its errors."""

    def __init__(self, seed: int, name: str, terminals: VoltageSeen) -> None:
        self._seed = seed
        self._terminals = terminals
        self._noise = f"{name}/noise"
        self.zeroed_at = 0.0
        self.gain = tuple(
            between(seed, f"{name}/{one.full_scale:g}/gain", -one.relative, one.relative) for one in RANGES
        )
        self.offset_V = tuple(
            between(seed, f"{name}/{one.full_scale:g}/offset", -one.offset, one.offset) for one in RANGES
        )
        self._drift = between(seed, f"{name}/drift", -1.0, 1.0)

    def shown(self, index: int, middle: float, nplc: float, *, zero: bool) -> float:
        """The reading on a range of what is at the terminals at clock second `middle`."""
        one = RANGES[index]
        noise = one.noise_V(nplc) * gaussian(self._seed, self._noise, middle)
        true = self._terminals.voltage_V(middle)
        value = true * (1 + self.gain[index]) + self.offset_V[index] + noise
        if not zero:
            limit_V = 2e-6 * one.full_scale + 5e-6
            value += self._drift * limit_V * (middle - self.zeroed_at) / AUTOZERO_OFF_S
        return value
