"""The station: its file checked, its instruments connected, its drivers and procedures found by name."""

from bench.station.connect import ConnectedStation, InstrumentConnectError, connect
from bench.station.load import check_station, load_station
from bench.station.model import (
    AmbientDeclared,
    AmbientInstrument,
    Fixture,
    InstrumentEntry,
    Station,
    Terminal,
    UnknownInstrumentError,
)
from bench.station.roles import candidates
from bench.station.world import World, build_world

__all__ = [
    "AmbientDeclared",
    "AmbientInstrument",
    "ConnectedStation",
    "Fixture",
    "InstrumentConnectError",
    "InstrumentEntry",
    "Station",
    "Terminal",
    "UnknownInstrumentError",
    "World",
    "build_world",
    "candidates",
    "check_station",
    "connect",
    "load_station",
]
