"""What a sample really is on a given bench: true dimensions and contacts, drawn from the seed."""

from __future__ import annotations

import math

from simulators.description import SampleTruth
from simulators.noise import between, normal
from simulators.physics.ageing import Ageing
from simulators.physics.pellet import Emf, Pellet
from simulators.tables import Drawn


def true_pellet(sample: SampleTruth, pellet_id: str, seed: int) -> Pellet:
    """The pellet that comes into the press: always the same for the same seed, however often it is mounted.

    The area is that of the die, so its error is common to all pellets of a sample; all else is its own.
    """
    name = f"{sample.name}/{pellet_id}"

    def own(quantity: str, drawn: Drawn) -> float:
        return _true(drawn, seed, f"{name}/{quantity}")

    emf = Emf(
        own("contact_emf", sample.contact_emf_V),
        own("emf_drift", sample.emf_drift_V_per_s),
        sample.emf_wander_V,
        sample.emf_wander_period_s,
        between(seed, f"{name}/emf_phase", 0.0, math.tau),
    )
    return Pellet(
        area_m2=_true(sample.area_m2, seed, f"{sample.name}/area"),
        height_m=own("height", sample.pellets[pellet_id].height_m),
        law=sample.law,
        contact_resistivity_ohm_m2=max(0.0, own("contact_resistivity", sample.contact_resistivity_ohm_m2)),
        emf=emf,
        capacitance_F=sample.capacitance_F,
        heat=sample.heat,
        ageing=Ageing(
            own("resistance_drift", sample.resistance_drift_per_s), sample.resistance_flicker, seed, name
        ),
    )


def _true(drawn: Drawn, seed: int, name: str) -> float:
    return drawn.value + drawn.u * normal(seed, name) if drawn.u else drawn.value
