"""The world file: the truth about samples, fixtures and surroundings, read and checked as a whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulators.physics.conductivity import Arrhenius, ConductivityLaw, Exponential
from simulators.physics.pellet import HeatPath
from simulators.physics.press import PressBuild
from simulators.tables import Drawn, Table, WorldError


@dataclass(frozen=True, slots=True)
class PelletTruth:
    """One pellet: the height its maker aimed at, with the spread of what came out."""

    id: str
    height_m: Drawn


@dataclass(frozen=True, slots=True)
class SampleTruth:
    """One sample: everything that its pellets have in common (one die, one powder, one way of pressing)."""

    name: str
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


@dataclass(frozen=True, slots=True)
class WorldFile:
    """The checked contents of a world file."""

    ambient_mean_K: float
    ambient_swing_K: float
    samples: Mapping[str, SampleTruth]
    presses: Mapping[str, PressBuild]
    instruments: Mapping[str, Table] = field(default_factory=dict)


def read(path: Path, problems: list[str]) -> WorldFile | None:
    """Read a world file, adding what is wrong to `problems`; None where it is no TOML at all."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problems.append(f"{path.name}: cannot be read ({error.strerror})")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: is not TOML ({error})")
        return None
    return parse(content, path.name, problems)


def parse(content: Mapping[str, Any], file: str, problems: list[str]) -> WorldFile:
    """Check a parsed world file, adding what is wrong to `problems`."""
    root = Table(file, content, problems)
    ambient = root.table("ambient", required=True)
    mean_K = ambient.quantity("mean", "K", above=0.0)
    swing_K = ambient.quantity("daily_swing", "K", 0.0)
    ambient.done()
    common = root.table("all_samples")
    samples_table = root.table("samples", required=True)
    samples = {}
    for name in samples_table:
        table = samples_table.table(name)
        samples[name] = _sample(name, table.over(common), mean_K)
    if samples:
        common.done()
    fixtures = root.table("fixtures")
    presses = {name: _press(fixtures.table(name)) for name in fixtures}
    options = root.table("instruments")
    instruments = {name: options.table(name) for name in options}
    root.done()
    return WorldFile(mean_K, swing_K, samples, presses, instruments)


def _sample(name: str, table: Table, ambient_K: float) -> SampleTruth:
    sigma = table.quantity("conductivity", "S/m", above=0.0)
    law: ConductivityLaw
    if table.has("activation_energy"):
        if table.has("temperature_coefficient"):
            table.problem("activation_energy", "and temperature_coefficient exclude each other")
            table.raw("temperature_coefficient")
        law = Arrhenius(sigma, table.quantity("activation_energy", "eV"), ambient_K)
    else:
        law = Exponential(sigma, table.quantity("temperature_coefficient", "1/K", 0.0), ambient_K)
    heat = HeatPath(
        table.quantity("thermal_resistance", "K/W", 0.0),
        table.quantity("thermal_time_constant", "s", 1.0, above=0.0),
    )
    sample = SampleTruth(
        name,
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
    table.done()
    return sample


def _pellets(table: Table) -> dict[str, PelletTruth]:
    pellets: dict[str, PelletTruth] = {}
    for row in table.tables("pellets"):
        identifier = row.text("id")
        if identifier in pellets:
            row.problem("id", f"{identifier!r} appears twice in this sample")
        pellets[identifier] = PelletTruth(identifier, row.drawn("height", "m", positive=True))
        row.done()
    return pellets


def _press(table: Table) -> PressBuild:
    build = PressBuild(
        lead_ohm=table.quantity("lead_resistance", "ohm", above=0.0),
        piston_ohm=table.quantity("piston_resistance", "ohm", above=0.0),
        leakage_ohm=table.quantity("leakage", "ohm", 1e11, above=0.0),
        cable_F=table.quantity("cable_capacitance", "F", 1e-9, above=0.0),
        short_emf_V=table.quantity("short_emf", "V", 0.0),
    )
    table.done()
    return build


def raise_if_any(problems: list[str]) -> None:
    """Raise WorldError with all of them, if there are any."""
    if problems:
        raise WorldError(problems)
