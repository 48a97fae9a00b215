"""The table `rectifying` of a film in the world file: which contacts have a barrier, and what it is like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulators.physics.film import ContactNoise
from simulators.physics.junction import Barrier
from simulators.tables import Drawn, Table

Own = Callable[[str, Drawn], float]
"""The value of a quantity, by its name, on the bench of this seed."""


@dataclass(frozen=True, slots=True)
class Rectifying:
    """Barriers at `contacts` (numbers from 1; all if empty), each with a saturation current of its own.

    Metal on n-type conducts better into the film, on p-type out of it.
    """

    contacts: tuple[float, ...]
    saturation_A: Drawn
    leak_ohm: Drawn
    ideality: float
    pickup_A: float
    noise_V: float

    def check(self, film: Table, contacts: int) -> None:
        """Note a contact that there is not."""
        if any(one not in range(1, contacts + 1) for one in self.contacts):
            film.problem("rectifying.contacts", f"must be numbers from 1 to {contacts}")

    def barrier(self, contact: int, carrier_type: str, own: Own) -> Barrier | None:
        """That of one contact."""
        if not self._at(contact):
            return None
        return Barrier(
            own(f"saturation/{contact}", self.saturation_A),
            own(f"contact_leak/{contact}", self.leak_ohm),
            self.ideality,
            -1 if carrier_type == "p" else 1,
            self.pickup_A,
        )

    def noise(self, contact: int, seed: int, film: str) -> ContactNoise | None:
        """That of one contact."""
        if not self.noise_V or not self._at(contact):
            return None
        return ContactNoise(self.noise_V, seed, f"{film}/contact_noise/{contact}")

    def _at(self, contact: int) -> bool:
        return not self.contacts or contact in self.contacts


def read_rectifying(film: Table) -> Rectifying | None:
    """None where the contacts are ohmic."""
    if not film.has("rectifying"):
        return None
    table = film.table("rectifying")
    found = Rectifying(
        table.quantities("contacts", "") if table.has("contacts") else (),
        table.drawn("saturation_current", "A", positive=True),
        table.drawn("leak_resistance", "ohm", positive=True),
        table.quantity("ideality", "", 1.0, above=0.0),
        table.quantity("pickup_current", "A", 0.0),
        table.quantity("noise", "V", 0.0),
    )
    table.done()
    return found
