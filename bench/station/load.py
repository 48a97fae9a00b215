"""Read a station file: all of its problems at once, or the checked station. Opens no instrument."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.core.errors import ConfigError, Problem
from bench.core.files import TomlDocument, read_toml, validate
from bench.core.limits import Limits
from bench.station.checks import driver_classes, instrument_problems
from bench.station.contacts import contact_problems
from bench.station.driver import DriverClass
from bench.station.interlocks import interlock, interlock_problems
from bench.station.limits import parse_limits
from bench.station.model import (
    AmbientDeclared,
    AmbientInstrument,
    Fixture,
    InstrumentEntry,
    Station,
)
from bench.station.tables import AmbientTable, FixtureTable, InstrumentTable, StationFile
from bench.station.wiring import parse_terminal, wiring_problems


def load_station(path: Path | str) -> Station:
    """The checked station; raises ConfigError with every problem in it. Imports the drivers it names."""
    return station_from(read_toml(path))


def check_station(path: Path | str) -> list[Problem]:
    """Every problem of the file; an empty list if it can be loaded."""
    try:
        load_station(path)
    except ConfigError as error:
        return list(error.problems)
    return []


def station_from(document: TomlDocument) -> Station:
    """As `load_station`, from a document already read."""
    file, problems = validate(StationFile, document)
    classes, more = driver_classes(document)
    problems += more
    problems += instrument_problems(document, classes)
    problems += wiring_problems(document, classes)
    problems += contact_problems(document)
    problems += interlock_problems(document)
    if file is None or problems:
        raise ConfigError(document.in_order(problems))
    return Station(
        name=file.name,
        path=document.path,
        ambient=_ambient(file.ambient),
        instruments={
            name: _instrument(name, table, classes[name]) for name, table in file.instruments.items()
        },
        fixtures={name: _fixture(name, table) for name, table in file.fixtures.items()},
        procedures=file.procedures,
        simulation=file.simulation,
        data=document.data,
        interlocks={name: interlock(name, table) for name, table in file.interlocks.items()},
    )


def _ambient(table: AmbientTable) -> AmbientInstrument | AmbientDeclared:
    if table.instrument is not None:
        return AmbientInstrument(table.instrument, table.u)
    assert table.temperature is not None
    return AmbientDeclared(table.temperature, table.u)


def _instrument(name: str, table: InstrumentTable, driver: DriverClass) -> InstrumentEntry:
    limits: Mapping[str, object] = table.limits
    return InstrumentEntry(
        name=name,
        driver=table.driver,
        driver_class=driver,
        resource=table.resource,
        load=table.load or "passive",
        limits=Limits((parse_limits(limits, driver.limit_units),)) if limits else Limits(),
        options=table.options,
    )


def _fixture(name: str, table: FixtureTable) -> Fixture:
    wiring = {contact: parse_terminal(text) for contact, text in table.wiring.items()}
    return Fixture(
        name=name,
        kind=table.kind,
        wiring={contact: terminal for contact, terminal in wiring.items() if terminal is not None},
        notes=table.notes,
    )
