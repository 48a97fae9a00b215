"""The temperature of the pellets, and what brings a conductivity to the temperature it is stated at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bench.core.uncertainty import Component
from procedures.transport.pellet import flags

if TYPE_CHECKING:
    from bench.runs.record import RunRecord

ASSUMED_U_K = 0.2
"""Where neither the parameters nor the station say how good the temperature is."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """`kelvin`: mean of the ambient readings that went with the sweeps (None: none).

    `u_K` is the thermometer's standard uncertainty, common to all pellets; `spread_K` half the range of the
    readings over the run. `alpha_per_K` is the declared d ln(sigma)/dT with `u_alpha_per_K`, 0 where none is
    declared (and a flag says so). `reference_K` is what the conductivity is stated at; None: at `kelvin`.
    """

    kelvin: float | None
    u_K: float
    spread_K: float
    alpha_per_K: float
    u_alpha_per_K: float
    reference_K: float | None

    @property
    def above_reference_K(self) -> float:
        """How far the pellets were from the temperature the result is stated at."""
        if self.kelvin is None or self.reference_K is None or not self.alpha_per_K:
            return 0.0
        return self.kelvin - self.reference_K

    @property
    def factor(self) -> float:
        """sigma(reference)/sigma(measured) = exp(-alpha (T - T_ref))."""
        return math.exp(-self.alpha_per_K * self.above_reference_K)

    def brought_to_mean(self, ohm: float, readings_K: NDArray[np.float64]) -> float:
        """The resistance a pellet measured at `readings_K` has at the mean temperature of all pellets.

        The coefficient of the bulk is applied to the whole: contacts are a small part of a small change.
        """
        readings_K = readings_K[np.isfinite(readings_K)]
        if self.kelvin is None or not readings_K.size:
            return ohm
        return ohm * math.exp(self.alpha_per_K * (float(readings_K.mean()) - self.kelvin))

    def brought_to_reference(
        self, conductivity: float, parts: Sequence[Component]
    ) -> tuple[float, list[Component]]:
        """A conductivity with its budget, at the reference temperature."""
        scale = self.factor
        value = conductivity * scale
        found = [replace(part, contribution=part.contribution * scale) for part in parts]
        contribution = abs(value * self.above_reference_K) * self.u_alpha_per_K
        if contribution > 0:
            found.append(Component("temperature coefficient", self.u_alpha_per_K, "1/K", contribution, "B"))
        return value, found


def temperature_of(
    readings: Sequence[NDArray[np.float64]], record: RunRecord
) -> tuple[Temperature, list[str]]:
    """From the ambient readings of the sweeps, the parameters, the station's word and the sample.

    The uncertainty is the parameter `u_temperature`, else the fact "ambient_u_K", else an assumption with a
    flag.
    """
    found = []
    values = np.concatenate([*readings, np.empty(0)])
    values = values[np.isfinite(values)]
    kelvin = float(values.mean()) if values.size else None
    spread_K = float(np.ptp(values)) / 2 if values.size else 0.0
    stated_K = record.parameters.get("u_temperature")
    if stated_K is None:
        stated_K = record.facts.get("ambient_u_K")
    if stated_K is None:
        found.append(flags.NO_TEMPERATURE_U)
        stated_K = ASSUMED_U_K
    coefficient = record.sample.temperature_coefficient if record.sample is not None else None
    if coefficient is None:
        found.append(flags.NO_COEFFICIENT)
    if kelvin is None:
        found.append(flags.NO_TEMPERATURE)
    temperature = Temperature(
        kelvin=kelvin,
        u_K=float(stated_K),
        spread_K=spread_K,
        alpha_per_K=coefficient.value if coefficient is not None else 0.0,
        u_alpha_per_K=coefficient.u if coefficient is not None else 0.0,
        reference_K=record.parameters.get("reference_temperature"),
    )
    return temperature, found
