"""The simulated world of a station, built by whoever is registered under the name in `[simulation]`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bench.core.clock.interface import Clock
from bench.core.errors import BenchError, ConfigError, Problem
from bench.station import registry
from bench.station.model import Station

DEFAULT_WORLD = "qms"


class World(Protocol):
    """Everything simulated together. The bench reaches its instruments in bytes only."""

    visa_library: Any
    """A pyvisa library that lists and opens the simulated instruments."""
    library_path: str
    """`pyvisa.ResourceManager(f"{library_path}@bench")` gives the same library."""

    def perform(self, action: str, details: Mapping[str, Any]) -> Mapping[str, Any]:
        """The simulated operator does an action; ValueError for one it does not know."""
        ...

    def truth(self) -> Mapping[str, Any]:
        """The true quantities by sample, for tests and reports."""
        ...

    def inspect(self) -> Mapping[str, Any]:
        """What each instrument does at this moment, for tests."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def build_world(station: Station, clock: Clock, seed: int) -> World:
    """The world that `[simulation].world` names, "qms" unless it says otherwise.

    Raises ConfigError if the station describes no simulation or its builder finds a mistake, RegistryError
    if there is no such world.
    """
    if station.simulation is None:
        raise ConfigError(
            [
                Problem(
                    station.path.name,
                    "the station describes no simulation",
                    'add a table [simulation] with file = "world.toml", or run on the hardware',
                )
            ]
        )
    name = station.simulation.get("world", DEFAULT_WORLD)
    if not isinstance(name, str):
        raise ConfigError([Problem(f"{station.path.name}: simulation.world", f"should be text, is {name!r}")])
    build = registry.load_world(name)
    try:
        world: World = build(station.data, station.folder, clock, seed)
    except BenchError:
        raise
    except (ValueError, TypeError, KeyError, OSError) as error:
        text = str(error) or type(error).__name__
        raise ConfigError(
            [Problem(f"{station.path.name}: simulation", text, "correct the file that is named there")]
        ) from error
    return world
