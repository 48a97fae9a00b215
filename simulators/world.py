"""Builds the simulated laboratory of a station file: physics, wiring, instruments; one clock, one seed.

The entry point `bench.worlds` leads to `build`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.core.clock import Clock
from simulators import description
from simulators.description import WorldFile, raise_if_any
from simulators.instruments.catalogue import MODELS, Site
from simulators.laboratory import World
from simulators.noise import between
from simulators.physics.press import Press, PressBuild
from simulators.physics.surroundings import Surroundings
from simulators.tables import Table, WorldError
from simulators.wiring import Wiring, read_wiring

__all__ = ["World", "WorldError", "build"]

BARE_TERMINALS = PressBuild(lead_ohm=1e-3, piston_ohm=1e-3, leakage_ohm=1e12, cable_F=1e-10)
"""What a source meter sees where nothing is wired: its own connectors."""


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
    for name, table in world_file.instruments.items():
        if name not in models:
            table.problem("", "the station has no such instrument")
    options = {name: _options(name, model, world_file) for name, model in models.items() if model in MODELS}
    wirings, builds = _fixtures(root.table("fixtures"), models, world_file)
    raise_if_any(problems)
    room = Surroundings(
        world_file.ambient_mean_K,
        world_file.ambient_swing_K,
        between(seed, "ambient/phase", 0.0, math.tau),
    )
    presses = {name: Press(one, room) for name, one in builds.items()}
    world = World(clock, seed, world_file.samples, presses, builds)
    for name, model_name in models.items():
        wiring = next((one for one in wirings if one.instrument == name), None)
        site = Site(
            name,
            clock,
            seed,
            room,
            presses[wiring.fixture] if wiring else None,
            wiring.sense_wired if wiring else False,
            Press(BARE_TERMINALS, room),
            wiring.channel if wiring else "",
        )
        model = MODELS[model_name]
        given = dict(options[name])
        latency_s = given.pop("latency_s")
        resource = str(station["instruments"][name]["resource"])
        try:
            world.plug_in(name, resource, model.build(site, given), model, latency_s)
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


def _fixtures(
    fixtures: Table, models: dict[str, str], world_file: WorldFile
) -> tuple[list[Wiring], dict[str, PressBuild]]:
    wirings: list[Wiring] = []
    builds: dict[str, PressBuild] = {}
    for name in fixtures:
        table = fixtures.table(name)
        kind = table.text("kind")
        if kind != "pellet_press":
            table.problem("kind", f"fixtures of kind {kind!r} are not simulated (known: pellet_press)")
            continue
        if name not in world_file.presses:
            table.problem("", f"the world file does not describe this press: add [fixtures.{name}]")
            continue
        builds[name] = world_file.presses[name]
        wiring = read_wiring(name, table.table("wiring", required=True), models)
        if wiring is None:
            continue
        taken = next((one for one in wirings if one.instrument == wiring.instrument), None)
        if taken is not None:
            table.problem("wiring", f"{wiring.instrument!r} is wired to {taken.fixture!r} already")
        wirings.append(wiring)
    return wirings, builds
