"""Pressed pellets: what the world file says of them, and the true one that comes into the press."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulators.noise import between
from simulators.physics.ageing import Ageing
from simulators.physics.conductivity import ConductivityLaw
from simulators.physics.pellet import Emf, HeatPath, Pellet
from simulators.physics.press import PressBuild
from simulators.specimens.kind import Fact, number, true_value
from simulators.tables import Drawn, Table


@dataclass(frozen=True, slots=True)
class PelletTruth:
    """One pellet: the height its maker aimed at, with the spread of what came out."""

    id: str
    height_m: Drawn


@dataclass(frozen=True, slots=True)
class Pellets:
    """All pellets of a sample, with what they have in common (one die, one powder, one way of pressing)."""

    sample: str
    law: ConductivityLaw
    area_m2: Drawn
    contact_resistivity_ohm_m2: Drawn
    contact_emf_V: Drawn
    emf_drift_V_per_s: Drawn
    emf_wander_V: float
    emf_wander_period_s: float
    capacitance_F: float
    heat: HeatPath
    resistance_drift_per_s: Drawn
    resistance_flicker: float
    pellets: Mapping[str, PelletTruth]

    @property
    def ids(self) -> Sequence[str]:
        """See Specimens."""
        return tuple(self.pellets)

    def facts(self, fixtures: Sequence[object], seed: int) -> dict[str, Fact]:
        """See Specimens.

        contact_resistance: both contacts together for the die's nominal area, with the pistons: all inside
        the sense points that does not grow with height. relative_drift: of the resistance with the time since
        mounting, only where the world file gives one.
        """
        piston_ohm = next((one.piston_ohm for one in fixtures if isinstance(one, PressBuild)), 0.0)
        contacts_ohm = 2 * self.contact_resistivity_ohm_m2.value / self.area_m2.value
        facts = {"contact_resistance": number(contacts_ohm + piston_ohm, "ohm")}
        if self.resistance_drift_per_s.value:
            facts["relative_drift"] = number(3600 * self.resistance_drift_per_s.value, "1/h")
        return facts


def read_pellets(sample: str, table: Table, law: ConductivityLaw, ambient_K: float) -> Pellets:
    """The keys of a sample that concern its pellets."""
    heat = HeatPath(
        table.quantity("thermal_resistance", "K/W", 0.0),
        table.quantity("thermal_time_constant", "s", 1.0, above=0.0),
    )
    return Pellets(
        sample,
        law,
        table.drawn("area", "m^2", positive=True),
        table.drawn("contact_resistivity", "ohm m^2", 0.0),
        table.drawn("contact_emf", "V", 0.0),
        table.drawn("emf_drift", "V/s", 0.0),
        table.quantity("emf_wander", "V", 0.0),
        table.quantity("emf_wander_period", "s", 600.0, above=0.0),
        table.quantity("capacitance", "F", 0.0),
        heat,
        table.drawn("resistance_drift", "1/s", 0.0),
        table.quantity("resistance_flicker", "", 0.0),
        _pellets(table),
    )


def _pellets(table: Table) -> dict[str, PelletTruth]:
    pellets: dict[str, PelletTruth] = {}
    for row in table.tables("pellets"):
        identifier = row.text("id")
        if identifier in pellets:
            row.problem("id", f"{identifier!r} appears twice in this sample")
        pellets[identifier] = PelletTruth(identifier, row.drawn("height", "m", positive=True))
        row.done()
    return pellets


def true_pellet(pellets: Pellets, pellet_id: str, seed: int) -> Pellet:
    """The pellet that comes into the press: always the same for the same seed, however often it is mounted.

    The area is that of the die, so its error is common to all pellets of a sample; all else is its own.
    """
    name = f"{pellets.sample}/{pellet_id}"

    def own(quantity: str, drawn: Drawn) -> float:
        return true_value(drawn, seed, f"{name}/{quantity}")

    emf = Emf(
        own("contact_emf", pellets.contact_emf_V),
        own("emf_drift", pellets.emf_drift_V_per_s),
        pellets.emf_wander_V,
        pellets.emf_wander_period_s,
        between(seed, f"{name}/emf_phase", 0.0, math.tau),
    )
    return Pellet(
        area_m2=true_value(pellets.area_m2, seed, f"{pellets.sample}/area"),
        height_m=own("height", pellets.pellets[pellet_id].height_m),
        law=pellets.law,
        contact_resistivity_ohm_m2=max(0.0, own("contact_resistivity", pellets.contact_resistivity_ohm_m2)),
        emf=emf,
        capacitance_F=pellets.capacitance_F,
        heat=pellets.heat,
        ageing=Ageing(
            own("resistance_drift", pellets.resistance_drift_per_s), pellets.resistance_flicker, seed, name
        ),
    )
