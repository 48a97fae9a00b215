"""A checked station: what stands on the bench and what is wired to what. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bench.core.errors import BenchError
from bench.core.files import did_you_mean
from bench.core.limits import Limits
from bench.core.roles import Load
from bench.safety.interlock import Interlock
from bench.station.driver import DriverClass

T = TypeVar("T")


class UnknownInstrumentError(BenchError):
    """No instrument, or no fixture, of the station has this name."""


@dataclass(frozen=True, slots=True)
class InstrumentEntry:
    """One instrument as the station file describes it.

    `driver` is a name in the registry and `driver_class` what it stands for, `resource` a VISA resource
    name, `limits` the station's layer in the units the driver declares. `load` is "passive" for what has no
    output.
    """

    name: str
    driver: str
    driver_class: DriverClass = field(repr=False)
    resource: str
    load: Load = "passive"
    limits: Limits = field(default_factory=Limits)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a wire ends: the instrument and the terminal on it, such as `meter` and `force_high`."""

    instrument: str
    terminal: str

    def __str__(self) -> str:
        return f"{self.instrument}.{self.terminal}"


@dataclass(frozen=True, slots=True)
class Fixture:
    """What holds a sample: `wiring` leads from the fixture's contacts to terminals of instruments."""

    name: str
    kind: str
    wiring: Mapping[str, Terminal] = field(default_factory=dict)
    notes: str = ""

    @property
    def instruments(self) -> tuple[str, ...]:
        """Names of the instruments wired to it, each once."""
        return tuple(dict.fromkeys(terminal.instrument for terminal in self.wiring.values()))


@dataclass(frozen=True, slots=True)
class AmbientInstrument:
    """The room temperature is read from this instrument; `u_K` is its standard uncertainty in kelvin."""

    instrument: str
    u_K: float


@dataclass(frozen=True, slots=True)
class AmbientDeclared:
    """The room temperature is what the operator says, in kelvin, with its standard uncertainty."""

    temperature_K: float
    u_K: float


@dataclass(frozen=True, slots=True)
class Station:
    """One station file, checked.

    `procedures` are further procedures of the lab ("module:Class" by name). `simulation` is the table of
    that name as it stands, unread; `data` is the whole file as plain tables, for the world builder.
    """

    name: str
    path: Path
    ambient: AmbientInstrument | AmbientDeclared
    instruments: Mapping[str, InstrumentEntry]
    fixtures: Mapping[str, Fixture]
    procedures: Mapping[str, str]
    simulation: Mapping[str, Any] | None
    data: Mapping[str, Any] = field(repr=False)
    interlocks: Mapping[str, Interlock] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the file lies."""
        return self.path.parent

    def instrument(self, name: str) -> InstrumentEntry:
        """The instrument of this name; raises UnknownInstrumentError naming the ones there are."""
        return _named(self.instruments, name, "instrument", self.path)

    def fixture(self, name: str) -> Fixture:
        """The fixture of this name; raises UnknownInstrumentError naming the ones there are."""
        return _named(self.fixtures, name, "fixture", self.path)

    def fixtures_of_kind(self, kind: str) -> list[str]:
        """Names of all fixtures of this kind, in the order of the file."""
        return [name for name, fixture in self.fixtures.items() if fixture.kind == kind]


def _named(table: Mapping[str, T], name: str, what: str, path: Path) -> T:
    if name not in table:
        raise UnknownInstrumentError(
            f"{path.name} has no {what} '{name}'", remedy=did_you_mean(name, table, what=f"its {what}s")
        )
    return table[name]
