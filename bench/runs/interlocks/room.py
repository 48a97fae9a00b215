"""The bench's own look at the room: only while no run holds the thermometer, and only where there is one."""

from __future__ import annotations

from dataclasses import dataclass

from bench.runs.engine.events import AmbientRead, RunEvents
from bench.runs.engine.leases import LeaseTable, Resource
from bench.station import AmbientInstrument, ConnectedStation


@dataclass(frozen=True)
class Room:
    """`thermometer` is the instrument that the station names for the room."""

    thermometer: str
    station: ConnectedStation
    leases: LeaseTable
    events: RunEvents

    def look(self) -> None:
        """Read it and publish that, if nobody holds it. Raises what the thermometer raises."""
        if self.leases.conflict("", [Resource("instrument", self.thermometer)]) is None:
            self.events.publish(AmbientRead("", self.station.ambient()))


def room_of(station: ConnectedStation, leases: LeaseTable, events: RunEvents) -> Room | None:
    """None where the room temperature is declared, so that there is nothing to look at."""
    source = station.station.ambient
    return Room(source.instrument, station, leases, events) if isinstance(source, AmbientInstrument) else None
