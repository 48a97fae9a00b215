"""Single particles for the tungsten tips: what the world file says, and the true one that is caught."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulators.noise import between
from simulators.physics.conductivity import ConductivityLaw, Exponential
from simulators.physics.particle import Barriers, Particle
from simulators.physics.pellet import Emf, HeatPath
from simulators.specimens.kind import Fact, number, true_value
from simulators.tables import Drawn, Table


@dataclass(frozen=True, slots=True)
class Particles:
    """The particles of a sample, all alike but for what is drawn for each of them.

    `law` is the conductivity of their solid, which is more than that of a powder of them. `saturation_A` are
    the saturation currents of the two barriers; None where the contacts are ohmic.
    """

    sample: str
    law: ConductivityLaw
    ambient_K: float
    ids: Sequence[str]
    contact_radius_m: Drawn
    film_ohm: Drawn
    saturation_A: tuple[Drawn, Drawn] | None
    contact_emf_V: Drawn
    emf_drift_V_per_s: Drawn
    emf_wander_V: float
    emf_wander_period_s: float
    heat: HeatPath

    def facts(self, fixtures: Sequence[object], seed: int) -> dict[str, Fact]:
        """See Specimens.

        particle_resistivity: of the solid, at the mean ambient temperature. particle_conductance: for small
        voltages there, of a particle as the world file has it before anything is drawn, contacts included
        (they cannot be told apart with two tips).
        """
        barriers = self.saturation_A and Barriers(*(one.value for one in self.saturation_A))
        typical = Particle(self.law, self.contact_radius_m.value, self.film_ohm.value, barriers)
        return {
            "particle_resistivity": number(1 / self.law.reference_S_per_m, "ohm m"),
            "particle_conductance": number(1 / typical.zero_bias_ohm(self.ambient_K), "S"),
        }


def read_particles(sample: str, outer: Table, law: ConductivityLaw, ambient_K: float) -> Particles:
    """The table `particles` of a sample."""
    table = outer.merged("particles")
    count = table.quantity("count", "", 1.0)
    if count not in range(1, 101):
        table.problem("count", "must be a whole number from 1 to 100")
        count = 1
    saturation = None
    if table.has("saturation_current"):
        first = table.drawn("saturation_current", "A", positive=True)
        second = (
            table.drawn("second_saturation_current", "A", positive=True)
            if table.has("second_saturation_current")
            else first
        )
        saturation = (first, second)
    particles = Particles(
        sample,
        Exponential(
            table.quantity("conductivity", "S/m", above=0.0),
            table.quantity("temperature_coefficient", "1/K", 0.0),
            ambient_K,
        ),
        ambient_K,
        tuple(f"p{k}" for k in range(1, int(count) + 1)),
        table.drawn("contact_radius", "m", positive=True),
        table.drawn("contact_resistance", "ohm", 0.0),
        saturation,
        table.drawn("contact_emf", "V", 0.0),
        table.drawn("emf_drift", "V/s", 0.0),
        table.quantity("emf_wander", "V", 0.0),
        table.quantity("emf_wander_period", "s", 600.0, above=0.0),
        HeatPath(
            table.quantity("thermal_resistance", "K/W", 0.0),
            table.quantity("thermal_time_constant", "s", 1.0, above=0.0),
        ),
    )
    table.done()
    return particles


def true_particle(particles: Particles, particle_id: str, seed: int) -> Particle:
    """The particle between the tips: always the same for the same seed, however often it is caught."""
    name = f"{particles.sample}/{particle_id}"

    def own(quantity: str, drawn: Drawn) -> float:
        return true_value(drawn, seed, f"{name}/{quantity}")

    barriers = particles.saturation_A and Barriers(
        *(own(f"saturation/{k}", drawn) for k, drawn in enumerate(particles.saturation_A))
    )
    return Particle(
        particles.law,
        own("contact_radius", particles.contact_radius_m),
        max(0.0, own("contact_resistance", particles.film_ohm)),
        barriers,
        Emf(
            own("contact_emf", particles.contact_emf_V),
            own("emf_drift", particles.emf_drift_V_per_s),
            particles.emf_wander_V,
            particles.emf_wander_period_s,
            between(seed, f"{name}/emf_phase", 0.0, math.tau),
        ),
        particles.heat,
    )
