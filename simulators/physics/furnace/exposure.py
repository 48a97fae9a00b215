"""What the charge saw of gas, pressure and air while it was hot: the truth a record is compared with."""

from __future__ import annotations

import math
from typing import Any

from simulators.physics.furnace.atmosphere import Atmosphere, ENOUGH_sccm

HOT_K = 373.15
"""From here on air matters: our choice."""
VACUUM_Pa = 1000.0
"""Below this a charge without gas counts as protected: our choice."""
REFERENCE_K = 673.15
ACTIVATION_J_per_mol = 100e3
"""Of the oxidation: our choice, no literature."""
GAS_CONSTANT_J_per_mol_K = 8.314462618


class Exposure:
    """Adds up from `begin` on; `step` is called by the furnace, once a tick."""

    def __init__(self, atmosphere: Atmosphere) -> None:
        self._atmosphere = atmosphere
        self.begin()

    def begin(self) -> None:
        """Another vessel is in the tube."""
        self.hot_s = self.without_gas_s = self.unprotected_s = self.oxidation_s = 0.0
        self.lowest_sccm = math.inf
        self.highest_Pa = 0.0

    def step(self, time: float, vessel_K: float, seconds: float) -> None:
        """A tick in which the vessel is so hot."""
        if vessel_K < HOT_K:
            return
        atmosphere = self._atmosphere
        inert_sccm, pressure_Pa = atmosphere.inert_sccm(time), atmosphere.pressure_Pa(time)
        self.hot_s += seconds
        self.lowest_sccm = min(self.lowest_sccm, inert_sccm)
        self.highest_Pa = max(self.highest_Pa, pressure_Pa)
        if inert_sccm < ENOUGH_sccm:
            self.without_gas_s += seconds
            if pressure_Pa > VACUUM_Pa:
                self.unprotected_s += seconds
            inverse = 1 / vessel_K - 1 / REFERENCE_K
            faster = math.exp(-ACTIVATION_J_per_mol / GAS_CONSTANT_J_per_mol_K * inverse)
            self.oxidation_s += atmosphere.air(time) * faster * seconds

    def inspect(self) -> dict[str, Any]:
        """Seconds hot, without enough inert gas, and with neither that nor vacuum; extremes while hot.

        `lowest_sccm` is of inert gas, `oxidation_s` in seconds in air at 400 degC. None for extremes of what
        never was hot.
        """
        was_hot = self.hot_s > 0
        return {
            "hot_s": self.hot_s,
            "hot_without_gas_s": self.without_gas_s,
            "hot_unprotected_s": self.unprotected_s,
            "hot_lowest_sccm": self.lowest_sccm if was_hot else None,
            "hot_highest_Pa": self.highest_Pa if was_hot else None,
            "oxidation_s": self.oxidation_s,
        }
