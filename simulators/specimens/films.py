"""Films for the Hall rack: what the world file says of them, and the true one that comes into the holder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from simulators.noise import between
from simulators.physics.carriers import Carriers
from simulators.physics.conductivity import ConductivityLaw
from simulators.physics.film import Contact, Film
from simulators.physics.outline import Bar, Disc, Outline, contacts_on
from simulators.physics.pellet import Emf
from simulators.physics.sheet import Sheet
from simulators.specimens.kind import Fact, number, true_value
from simulators.specimens.rectifying import Rectifying, read_rectifying
from simulators.tables import Drawn, Table

FILM = "film"
"""The identifier of a sample's only film."""
SIGNS = {"n": -1, "p": 1}


@dataclass(frozen=True, slots=True)
class Films:
    """The film of a sample. `spread` is how far its contacts sit from their places on the outline."""

    sample: str
    carriers: Carriers
    carrier_type: str
    thickness_m: Drawn
    outline: Outline
    spread: float
    contact_size: float
    contact_ohm: Drawn
    contact_emf_V: Drawn
    emf_drift_V_per_s: Drawn
    emf_wander_V: float
    emf_wander_period_s: float
    nernst_V_per_T: Drawn
    ettingshausen: float
    ettingshausen_lag_s: float
    rectifying: Rectifying | None

    @property
    def ids(self) -> Sequence[str]:
        """See Specimens."""
        return (FILM,)

    def facts(self, fixtures: Sequence[object], seed: int) -> dict[str, Fact]:
        """See Specimens.

        All at the mean ambient temperature, the resistances without field. sheet_resistance: per square, of
        the film on this bench (its true thickness). hall_coefficient: in the limit of low field, its sign as
        ASTM F76 has it for contacts numbered counter-clockwise as seen from where the field points to.
        carrier_density and mobility: of the majority, Hall factor one.
        """
        resistivity = 1 / self.carriers.law.reference_S_per_m
        thickness_m = true_value(self.thickness_m, seed, f"{self.sample}/{FILM}/thickness")
        return {
            "sheet_resistance": number(resistivity / thickness_m, "ohm"),
            "resistivity": number(resistivity, "ohm m"),
            "hall_coefficient": number(self.carriers.hall_coefficient_m3_per_C, "m^3/C"),
            "carrier_density": number(self.carriers.density_per_m3, "1/m^3"),
            "mobility": number(self.carriers.mobility_m2_per_Vs, "m^2/(V s)"),
            "carrier_type": {"value": self.carrier_type, "unit": ""},
        }


def read_films(sample: str, outer: Table, law: ConductivityLaw, ambient_K: float) -> Films:
    """The table `film` of a sample."""
    table = outer.merged("film")
    kind = table.text("carrier_type", "n")
    if kind not in SIGNS:
        table.problem("carrier_type", f"must be n or p, not {kind!r}")
    share = table.quantity("minority_share", "", 0.0)
    if not 0 <= share < 1:
        table.problem("minority_share", "must be a part of the conductivity, from 0 to below 1")
    carriers = Carriers(
        law,
        ambient_K,
        SIGNS.get(kind, -1),
        table.quantity("mobility", "m^2/V/s", above=0.0),
        table.quantity("mobility_exponent", "", 0.0),
        share,
        table.quantity("minority_mobility", "m^2/V/s", None if share else 0.0),
        table.quantity("magnetoresistance", "1/T^2", 0.0),
    )
    size = table.quantity("contact_size", "", 0.05, above=0.0)
    if size > 0.5:
        table.problem("contact_size", "must not be more than half the distance to the next contact")
    films = Films(
        sample,
        carriers,
        kind,
        table.drawn("thickness", "m", positive=True),
        *_outline(table),
        size,
        table.drawn("contact_resistance", "ohm", 0.0),
        table.drawn("contact_emf", "V", 0.0),
        table.drawn("emf_drift", "V/s", 0.0),
        table.quantity("emf_wander", "V", 0.0),
        table.quantity("emf_wander_period", "s", 600.0, above=0.0),
        table.drawn("nernst", "V/T", 0.0),
        table.quantity("ettingshausen", "", 0.0),
        table.quantity("ettingshausen_time_constant", "s", 1.0, above=0.0),
        read_rectifying(table),
    )
    if films.rectifying and films.outline.places:
        films.rectifying.check(table, len(films.outline.places))
    table.done()
    return films


def _outline(table: Table) -> tuple[Outline, float]:
    """The shape with the places of the contacts, and how far off these are."""
    outline: Outline
    if table.has("bar"):
        bar = table.table("bar")
        outline = Bar(
            bar.quantity("length", "m", above=0.0),
            bar.quantity("width", "m", above=0.0),
            bar.quantities("contacts", "m"),
        )
        spread, at = bar.quantity("contact_spread", "m", 0.0), bar
        bar.done()
        for key in ("contacts", "contact_spread"):
            table.raw(key)  # of the disc that all other samples may have
    else:
        outline = Disc(table.quantities("contacts", "rad"))
        spread, at = table.quantity("contact_spread", "rad", 0.0), table
    if outline.places and len(outline.places) < 4:
        at.problem("contacts", "are fewer than four")
    elif outline.places and all(map(math.isfinite, outline.places)):
        try:
            contacts_on(outline, [0.0] * len(outline.places))
        except ValueError as error:
            at.problem("contacts", str(error))
    return outline, spread


def true_film(films: Films, seed: int) -> Film:
    """The film that comes into the holder: always the same for the same seed."""
    name = f"{films.sample}/{FILM}"

    def own(quantity: str, drawn: Drawn) -> float:
        return true_value(drawn, seed, f"{name}/{quantity}")

    edge = [
        Contact(
            max(0.0, own(f"contact_resistance/{k}", films.contact_ohm)),
            Emf(
                own(f"contact_emf/{k}", films.contact_emf_V),
                own(f"emf_drift/{k}", films.emf_drift_V_per_s),
                films.emf_wander_V,
                films.emf_wander_period_s,
                between(seed, f"{name}/emf_phase/{k}", 0.0, math.tau),
            ),
            own(f"nernst/{k}", films.nernst_V_per_T),
            films.rectifying.barrier(k, films.carrier_type, own) if films.rectifying else None,
            films.rectifying.noise(k, seed, name) if films.rectifying else None,
        )
        for k in range(1, len(films.outline.places) + 1)
    ]
    shifts = [own(f"contact_place/{k}", Drawn(0.0, films.spread)) for k in range(1, len(edge) + 1)]
    return Film(
        films.carriers,
        own("thickness", films.thickness_m),
        Sheet(contacts_on(films.outline, shifts), films.contact_size),
        edge,
        films.ettingshausen,
        films.ettingshausen_lag_s,
    )
