"""One sample of the world file: its conductivity, and the specimens of every kind made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from simulators.physics.conductivity import Arrhenius, ConductivityLaw, Exponential
from simulators.specimens.films import read_films
from simulators.specimens.kind import Fact, Specimens, number
from simulators.specimens.particles import read_particles
from simulators.specimens.pellets import read_pellets
from simulators.tables import Table

KINDS: Mapping[str, Callable[[str, Table, ConductivityLaw, float], Specimens]] = {
    "pellets": read_pellets,
    "film": read_films,
    "particles": read_particles,
}
"""Key of a sample that declares specimens of this kind -> what reads them."""

S = TypeVar("S", bound=Specimens)


@dataclass(frozen=True, slots=True)
class SampleTruth:
    """One sample: how its material conducts, and what was made of it."""

    name: str
    law: ConductivityLaw
    specimens: tuple[Specimens, ...]

    def of(self, kind: type[S]) -> S | None:
        """Its specimens of one kind; None if there are none."""
        return next((one for one in self.specimens if isinstance(one, kind)), None)

    def facts(self, fixtures: Sequence[object], seed: int) -> dict[str, Fact]:
        """What a perfect experiment would find, named as results are.

        conductivity: at the mean ambient temperature of the world. temperature_coefficient: d ln(sigma)/dT
        there. The rest belongs to the specimens.
        """
        facts = {
            "conductivity": number(self.law.reference_S_per_m, "S/m"),
            "temperature_coefficient": number(self.law.temperature_coefficient_per_K, "1/K"),
        }
        for one in self.specimens:
            facts |= one.facts(fixtures, seed)
        return facts


def read_sample(name: str, table: Table, ambient_K: float) -> SampleTruth:
    """A sample table; what declares no specimens at all is read as pellets, so that their keys are known."""
    law = _law(table, ambient_K)
    keys = [key for key in KINDS if key in table] or ["pellets"]
    sample = SampleTruth(name, law, tuple(KINDS[key](name, table, law, ambient_K) for key in keys))
    table.done()
    return sample


def _law(table: Table, ambient_K: float) -> ConductivityLaw:
    sigma = table.quantity("conductivity", "S/m", above=0.0)
    if table.has("activation_energy"):
        if table.has("temperature_coefficient"):
            table.problem("activation_energy", "and temperature_coefficient exclude each other")
            table.raw("temperature_coefficient")
        return Arrhenius(sigma, table.quantity("activation_energy", "eV"), ambient_K)
    return Exponential(sigma, table.quantity("temperature_coefficient", "1/K", 0.0), ambient_K)


def find(samples: Mapping[str, SampleTruth], kind: type[S], specimen: str) -> tuple[S, str]:
    """The specimens of a kind among which "SAMPLE/ID" is, and its ID.

    Raises ValueError naming those there are.
    """
    name, _, identifier = specimen.partition("/")
    found = samples[name].of(kind) if name in samples else None
    if found is not None and identifier in found.ids:
        return found, identifier
    known = [
        f"{one}/{id_}"
        for one, sample in samples.items()
        for part in sample.specimens
        if isinstance(part, kind)
        for id_ in part.ids
    ]
    raise ValueError(f"mount: there is no specimen {specimen!r} (known: {', '.join(known) or 'none'})")
