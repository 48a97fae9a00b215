"""Finding drivers, procedures and worlds by name: entry points, and the procedures a station file adds.

Nothing is imported until `Entry.load`, so a broken driver troubles only those who use it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any, cast

from bench.core.errors import BenchError
from bench.core.files import did_you_mean
from bench.station import shadows
from bench.station.driver import REQUIRED, DriverClass

DRIVERS, PROCEDURES, WORLDS = "bench.drivers", "bench.procedures", "bench.worlds"
WORLD_SERVERS = "bench.world_servers"
WINDOWS = "bench.windows"


class RegistryError(BenchError):
    """A driver, procedure or world of this name does not exist or cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be loaded: `target` is "module:attribute", `source` says who offers it.

    `rivals` are other packages that offer something else under the same name; then none is loaded.
    """

    kind: str
    name: str
    target: str
    source: str
    rivals: tuple[str, ...] = ()

    def load(self) -> Any:
        """Import it. Raises RegistryError, and ShadowError if one of our modules is not ours."""
        what = f"{self.kind} '{self.name}' ({self.target}, from {self.source})"
        if self.rivals:
            raise RegistryError(
                f"{what} is also offered by {', '.join(self.rivals)}", remedy="uninstall all but one of them"
            )
        module_name, _, attribute = self.target.partition(":")
        shadows.refuse(module_name)
        try:
            found: Any = importlib.import_module(module_name)
        except Exception as error:
            raise RegistryError(
                f"{what} cannot be imported: {type(error).__name__}: {error}",
                remedy="install what is missing, or correct the module; 'bench doctor' tells more",
            ) from error
        for part in attribute.split("."):
            if not hasattr(found, part):
                raise RegistryError(
                    f"{what}: module {module_name} has no '{attribute}'",
                    remedy=f"correct the entry in {self.source}",
                )
            found = getattr(found, part)
        return found


def drivers() -> dict[str, Entry]:
    """Every installed driver by name."""
    return _installed(DRIVERS, "driver")


def worlds() -> dict[str, Entry]:
    """Every installed world builder by name."""
    return _installed(WORLDS, "world")


def windows() -> dict[str, Entry]:
    """Every installed window by name: functions of a data folder, and of what starts a service there."""
    return _installed(WINDOWS, "window")


def procedures(station_table: Mapping[str, str] | None = None) -> dict[str, Entry]:
    """Every installed procedure by name, and those of a station's `[procedures]` table.

    The station's win: `check_station` has already refused a name that is taken.
    """
    further = {
        name: Entry("procedure", name, target, "the station file")
        for name, target in (station_table or {}).items()
    }
    return _installed(PROCEDURES, "procedure") | further


def find(entries: Mapping[str, Entry], kind: str, name: str) -> Entry:
    """The entry of this name; raises RegistryError naming the ones there are."""
    if name not in entries:
        raise RegistryError(
            f"there is no {kind} '{name}'", remedy=did_you_mean(name, entries, what="installed")
        )
    return entries[name]


def load_driver(name: str, among: Mapping[str, Entry] | None = None) -> DriverClass:
    """The driver class of this name, looked up among all installed ones or those given.

    Raises RegistryError, also for a class that is no driver.
    """
    entry = find(drivers() if among is None else among, "driver", name)
    found = entry.load()
    lacking = [member for member in REQUIRED if not hasattr(found, member)]
    if lacking or not isinstance(found, type):
        raise RegistryError(
            f"driver '{name}' ({entry.target}) is not a driver of the bench: it lacks {', '.join(lacking)}"
            if lacking
            else f"driver '{name}' ({entry.target}) is not a class",
            remedy=f"correct {entry.target}, or the entry point in {entry.source}",
        )
    return cast(DriverClass, found)


def load_procedure(name: str, station_table: Mapping[str, str] | None = None) -> type[Any]:
    """The procedure class of this name. Raises RegistryError."""
    entry = find(procedures(station_table), "procedure", name)
    found = entry.load()
    if not isinstance(found, type):
        raise RegistryError(
            f"procedure '{name}' ({entry.target}) is not a class",
            remedy=f"correct the entry in {entry.source}",
        )
    return found


def load_world(name: str) -> Callable[..., Any]:
    """The builder of this world. Raises RegistryError."""
    entry = find(worlds(), "world", name)
    found = entry.load()
    if not callable(found):
        raise RegistryError(
            f"world '{name}' ({entry.target}) cannot be called", remedy=f"correct the entry in {entry.source}"
        )
    return cast(Callable[..., Any], found)


def load_world_server(name: str) -> Callable[..., Any]:
    """What serves a built world to other programs under this name. Raises RegistryError."""
    entry = find(_installed(WORLD_SERVERS, "world server"), "world server", name)
    return cast(Callable[..., Any], entry.load())


def _installed(group: str, kind: str) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for point in sorted(metadata.entry_points(group=group), key=lambda point: (point.name, point.value)):
        source = f"package {point.dist.name}" if point.dist is not None else "an installed package"
        earlier = entries.get(point.name)
        if earlier is None:
            entries[point.name] = Entry(kind, point.name, point.value, source)
        elif earlier.target != point.value:
            rivals = (*earlier.rivals, f"{source} as {point.value}")
            entries[point.name] = Entry(kind, point.name, earlier.target, earlier.source, rivals)
    return entries
