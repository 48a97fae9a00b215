"""A place on a line that speaks Modbus RTU, for the drivers of its slaves."""

from __future__ import annotations

from bench.core.clock import Clock
from drivers import bus, modbus_rtu
from drivers.bus import BusMember
from drivers.connection import ConnectionDefaults, StrictVISAAdapter, open_adapter
from drivers.framed import FramedVISAAdapter


def reach(
    resource: str, line: ConnectionDefaults, visa_library: object, *, instrument: str, clock: Clock
) -> BusMember:
    """The line, opened if no driver of this process has it open yet. Raises CommunicationError."""

    def framed(where: str, how: ConnectionDefaults, *, visa_library: object = "") -> StrictVISAAdapter:
        return FramedVISAAdapter(where, how, modbus_rtu.Replies(), visa_library=visa_library)

    return bus.join(
        resource,
        visa_library=visa_library,
        clock=clock,
        quiet_s=modbus_rtu.silence_s(line.baud_rate),
        opening=lambda: open_adapter(
            resource, line, visa_library=visa_library, instrument=instrument, make=framed
        ),
    )
