"""A place on a line that carries counted frames, shared by the drivers of its units."""

from __future__ import annotations

from bench.core.clock import Clock
from drivers import bus
from drivers.bus import BusMember
from drivers.connection import ConnectionDefaults, StrictVISAAdapter, open_adapter
from drivers.framed import FramedVISAAdapter, Framing


def reach(
    resource: str,
    line: ConnectionDefaults,
    visa_library: object,
    *,
    speaks: str,
    framing: Framing,
    quiet_s: float,
    instrument: str,
    clock: Clock,
) -> BusMember:
    """The line, opened if no driver of this process has it open yet. Raises CommunicationError."""

    def framed(where: str, how: ConnectionDefaults, *, visa_library: object = "") -> StrictVISAAdapter:
        return FramedVISAAdapter(where, how, framing, visa_library=visa_library)

    return bus.join(
        resource,
        visa_library=visa_library,
        clock=clock,
        quiet_s=quiet_s,
        speaks=speaks,
        opening=lambda: open_adapter(
            resource, line, visa_library=visa_library, instrument=instrument, make=framed
        ),
    )
