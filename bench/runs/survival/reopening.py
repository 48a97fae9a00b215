"""The station that a lost bench had, connected again from what its record says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench.runs.survival.record import OwnerRecord

if TYPE_CHECKING:
    from bench.station import ConnectedStation


@contextmanager
def reopened(record: OwnerRecord) -> Iterator[ConnectedStation | None]:
    """Its station, with nothing opened yet; None for a simulated bench, whose world ended with its process.

    Hardware by its station file on a real clock, a served world by its endpoint on the world's clock. Leaving
    the block closes connections and changes nothing on the instruments: what is to be made safe is made safe
    inside. Raises ConfigError if the station file is no longer what it was, CommunicationError if the served
    world does not answer.
    """
    from bench.station import connect, load_station

    if record.target == "simulated":
        yield None
        return
    station = load_station(Path(record.station))
    if record.target == "hardware":
        from bench.core.clock import RealClock

        yield from _used(connect(station, RealClock()))
        return
    from bench.station.remote_world import RemoteWorld

    with RemoteWorld(record.world or "") as world:
        yield from _used(connect(world.stationed(station), world.clock(), world=world))


def _used(station: ConnectedStation) -> Iterator[ConnectedStation]:
    try:
        yield station
    finally:
        station.close()
