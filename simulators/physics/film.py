"""A film with contacts on its edge: what the rig meets of it at one instant, parasitic voltages included.

The standard table of what a DC Hall measurement sees beside the Hall voltage, and how it reverses:

    misalignment       with the current           the sheet's own longitudinal voltages
    thermal EMF        with neither               of each contact; drifts and wanders
    Nernst, Righi-Leduc  with the field           a field-proportional EMF of each contact
    Ettingshausen      with current and field     as the Hall voltage: no DC reversal removes it

A contact that rectifies changes none of the four-terminal resistances: it takes voltage from the source,
differently for both polarities, it is noisy, and it makes a constant voltage of the mains that it picks up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulators.noise import gaussian
from simulators.physics.carriers import Carriers
from simulators.physics.junction import Barrier, Junctions
from simulators.physics.network import Array, Sample
from simulators.physics.pellet import NO_EMF, Emf
from simulators.physics.sheet import Sheet


@dataclass(frozen=True, slots=True)
class ContactNoise:
    """White noise of one contact, as one reading sees it."""

    rms_V: float
    seed: int
    channel: str

    def voltage_V(self, time: float) -> float:
        """What it adds at this instant."""
        return self.rms_V * gaussian(self.seed, self.channel, time)


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact: resistance, EMF, how that grows with the field; barrier and noise if it rectifies."""

    resistance_ohm: float = 0.0
    emf: Emf = NO_EMF
    nernst_V_per_T: float = 0.0
    barrier: Barrier | None = None
    noise: ContactNoise | None = None


@dataclass(frozen=True, slots=True)
class Film:
    """A film as it truly is; see Mounted.

    `ettingshausen` is the voltage of that effect over the Hall voltage once the temperatures have settled;
    they take `lag_s`.
    """

    carriers: Carriers
    thickness_m: float
    sheet: Sheet
    edge: Sequence[Contact]
    ettingshausen: float = 0.0
    lag_s: float = 1.0

    @property
    def contacts(self) -> int:
        """See Mounted."""
        return len(self.edge)

    def at(self, field_T: float, temperature_K: float, mounted_s: float, lagging_A: Array) -> Sample:
        """See Mounted."""
        rho = self.carriers.resistivity(field_T, temperature_K)
        emf_V = np.array([one.emf.voltage_V(mounted_s) + one.nernst_V_per_T * field_T for one in self.edge])
        emf_V += [one.noise.voltage_V(mounted_s) if one.noise else 0.0 for one in self.edge]
        if self.ettingshausen:
            emf_V += self.ettingshausen * (self.sheet.hall_ohm(rho, self.thickness_m) @ lagging_A)
        return Sample(
            self.sheet.impedance_ohm(rho, self.thickness_m),
            np.array([one.resistance_ohm for one in self.edge]),
            emf_V,
            Junctions([one.barrier for one in self.edge], temperature_K) if self._rectifies else None,
        )

    @property
    def _rectifies(self) -> bool:
        return any(one.barrier for one in self.edge)


@dataclass(frozen=True, slots=True)
class CopperDisc:
    """All contacts on one piece of copper: what is left is the leads and the meters; see Mounted."""

    contacts: int
    lag_s: float = 1.0

    def at(self, field_T: float, temperature_K: float, mounted_s: float, lagging_A: Array) -> Sample:
        """See Mounted."""
        return Sample(np.zeros((self.contacts,) * 2), np.full(self.contacts, 1e-6), np.zeros(self.contacts))
