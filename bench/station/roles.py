"""Whether an instrument can play a role, told from its driver class alone, before anything is opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.station.driver import DriverClass
    from bench.station.model import Station


def candidates(station: Station, role: type[Any], among: Iterable[str] | None = None) -> list[str]:
    """Names of the instruments that can play `role` (a protocol), in the order of the station file.

    `among` restricts them, for instance to those wired to a fixture.
    """
    wanted = None if among is None else set(among)
    return [
        name
        for name, entry in station.instruments.items()
        if (wanted is None or name in wanted) and plays(entry.driver_class, role)
    ]


def missing_methods(driver: type[Any] | DriverClass, role: type[Any]) -> list[str]:
    """Methods of the role's protocol that the class lacks, sorted; empty if it can play the role.

    Only methods count: instances may get the other members (`name`, `load`) when they are made. A property
    of the same name is not the method.
    """
    return sorted(name for name in _methods(role) if not callable(getattr(driver, name, None)))


def plays(driver: type[Any] | DriverClass, role: type[Any]) -> bool:
    """Whether the class has every method of the role."""
    return not missing_methods(driver, role)


def _methods(role: type[Any]) -> set[str]:
    return {
        name
        for base in role.__mro__
        if getattr(base, "_is_protocol", False)
        for name, member in vars(base).items()
        if not name.startswith("_") and callable(member)
    }
