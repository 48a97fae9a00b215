"""A place on a line that speaks Modbus RTU, for the drivers of its slaves."""

from __future__ import annotations

from bench.core.clock import Clock
from drivers import modbus_rtu, shared_line
from drivers.bus import BusMember
from drivers.connection import ConnectionDefaults


def reach(
    resource: str, line: ConnectionDefaults, visa_library: object, *, instrument: str, clock: Clock
) -> BusMember:
    """The line, opened if no driver of this process has it open yet. Raises CommunicationError."""
    return shared_line.reach(
        resource,
        line,
        visa_library,
        speaks="Modbus RTU",
        framing=modbus_rtu.Replies(),
        quiet_s=modbus_rtu.silence_s(line.baud_rate),
        instrument=instrument,
        clock=clock,
    )
