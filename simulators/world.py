"""Builds the simulated laboratory of a station file: physics, wiring, instruments; one clock, one seed.

The entry point `bench.worlds` leads to `build`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.core.clock import Clock
from simulators import description
from simulators.description import WorldFile, raise_if_any
from simulators.fixtures.catalogue import KINDS
from simulators.fixtures.kind import Fixture, Instruments, Place, Wires
from simulators.instruments.catalogue import MODELS, Site
from simulators.laboratory import World
from simulators.noise import between
from simulators.physics.analog_cable import AnalogCable
from simulators.physics.nothing import open_terminals
from simulators.physics.surroundings import Surroundings
from simulators.plugs import Connection
from simulators.tables import Table, WorldError
from simulators.units import Unit, at_the_unit, units

__all__ = ["World", "WorldError", "build"]


def build(station: Mapping[str, Any], folder: Path, clock: Clock, seed: int) -> World:
    """The world of a station file (parsed, as plain tables) that lies in `folder`.

    Everything random is drawn from `seed`. Raises WorldError listing every problem of the world file and of
    what the station file says about simulation, wiring and instruments.
    """
    problems: list[str] = []
    root = Table("station file", station, problems)
    simulation = root.table("simulation", required=True)
    world_file = _world_file(simulation, folder, problems)
    models = _models(root.table("instruments"), simulation.table("instruments"))
    elsewhere = simulation.texts("elsewhere")  # described for other stations with the same world
    for name, table in world_file.instruments.items():
        if name not in models and name not in elsewhere:
            table.problem("", "the station has no such instrument")
    options = {name: _options(name, model, world_file) for name, model in models.items() if model in MODELS}
    instruments = {name: MODELS[model].wiring if model in MODELS else None for name, model in models.items()}
    known = {name: MODELS[model] for name, model in models.items() if model in MODELS}
    laid_out = units(root.table("instruments"), known)
    wired = _fixtures(root.table("fixtures"), instruments, world_file, laid_out)
    _further_entries(laid_out, world_file)
    raise_if_any(problems)
    room = Surroundings(
        world_file.ambient_mean_K,
        world_file.ambient_swing_K,
        between(seed, "ambient/phase", 0.0, math.tau),
    )
    fixtures = {
        name: KINDS[world_file.fixtures[name].kind].stand(
            world_file.fixtures[name].build, wires, Place(name, seed, room, world_file.samples, instruments)
        )
        for name, wires in wired.items()
    }
    world = World(
        clock, seed, world_file.samples, fixtures, [world_file.fixtures[name].build for name in fixtures]
    )
    connections = _connections(fixtures.values())
    cables: dict[str, AnalogCable] = {}
    for unit in laid_out:
        name = unit.name
        meets = connections.get(name, {})
        only = meets.get("", Connection())
        site = Site(
            name, clock, seed, room, only.circuit, only.sense_wired, open_terminals(room), meets, cables
        )
        model = MODELS[models[name]]
        given = dict(options[name])
        latency_s = given.pop("latency_s")
        resource = str(station["instruments"][name]["resource"])
        try:
            world.plug_in(unit, resource, model.build(site, given), model, latency_s)
        except ValueError as error:
            problems.append(f"station file: instruments.{name}.resource: {error}")
    raise_if_any(problems)
    return world


def _world_file(simulation: Table, folder: Path, problems: list[str]) -> WorldFile:
    name = simulation.text("file")
    found = description.read(folder / name, problems) if name else None
    return found or WorldFile(293.15, 0.0, {}, {}, {})


def _models(instruments: Table, overrides: Table) -> dict[str, str]:
    """The model of each instrument: named as its driver, unless [simulation.instruments] says otherwise."""
    found = {}
    for name in instruments:
        table = instruments.table(name)
        table.text("resource")
        table.text("driver")
        override = overrides.table(name)
        model = override.text("model") if override.has("model") else str(table.raw("driver"))
        if model not in MODELS:
            table.problem(
                "driver",
                f"there is no simulated instrument {model!r} (known: {', '.join(MODELS)}); "
                f"name one as [simulation.instruments.{name}] model",
            )
        override.done()
        found[name] = model
    for name in overrides:
        if name not in found:
            overrides.problem(name, "the station has no such instrument")
    return found


def _options(name: str, model: str, world_file: WorldFile) -> dict[str, Any]:
    table = world_file.instruments.get(name)
    if table is None:
        table = Table("", {}, [])
    options = MODELS[model].options(table)
    options["latency_s"] = table.quantity("latency", "s", MODELS[model].latency_s)
    table.done()
    return options


def _further_entries(laid_out: Iterable[Unit], world_file: WorldFile) -> None:
    for unit in laid_out:
        for name in unit.channels:
            if name != unit.name and name in world_file.instruments:
                world_file.instruments[name].problem(
                    "", f"is a channel of {unit.name!r}: describe the instrument there"
                )


def _fixtures(
    fixtures: Table, instruments: Instruments, world_file: WorldFile, laid_out: Iterable[Unit]
) -> dict[str, Wires]:
    """The wires of each fixture of the station."""
    wired: dict[str, Wires] = {}
    taken: dict[tuple[str, str], str] = {}
    for name in fixtures:
        table = fixtures.table(name)
        kind = table.text("kind")
        if kind not in KINDS:
            table.problem("kind", f"fixtures of kind {kind!r} are not simulated (known: {', '.join(KINDS)})")
            continue
        described = world_file.fixtures.get(name)
        if described is None:
            table.problem(
                "", f"the world file does not describe this {KINDS[kind].what}: add [fixtures.{name}]"
            )
            continue
        if described.kind != kind:
            table.problem("kind", f"is {kind!r} here and {described.kind!r} in the world file")
            continue
        wires = KINDS[kind].wire(table.table("wiring", required=True), instruments)
        wired[name] = {contact: at_the_unit(end, laid_out) for contact, end in wires.items()}
        for plug in dict.fromkeys(end.of_instrument for end in wired[name].values()):
            if taken.setdefault(plug, name) != name:
                table.problem(
                    "wiring", f"{'.'.join(filter(None, plug))!r} is wired to {taken[plug]!r} already"
                )
    return wired


def _connections(fixtures: Iterable[Fixture]) -> dict[str, dict[str, Connection]]:
    """What each instrument meets, by channel, from all fixtures."""
    found: dict[str, dict[str, Connection]] = {}
    for fixture in fixtures:
        for instrument, channels in fixture.connections().items():
            found.setdefault(instrument, {}).update(channels)
    return found
