"""A place on a line that several units share, for their drivers."""

from __future__ import annotations

from collections.abc import Callable

from bench.core.clock import Clock
from drivers import bus
from drivers.bus import BusMember
from drivers.connection import ConnectionDefaults, StrictVISAAdapter, open_adapter
from drivers.framed import FramedVISAAdapter, Framing
from drivers.typed_pymeasure import Adapter


def reach(
    resource: str,
    line: ConnectionDefaults,
    visa_library: object,
    *,
    speaks: str,
    quiet_s: float,
    instrument: str,
    clock: Clock,
    framing: Framing | None = None,
    behind: Callable[[Adapter], Adapter] = lambda adapter: adapter,
) -> BusMember:
    """The line, opened if no driver of this process has it open yet; `framing` where nothing terminates.

    `speaks` is the protocol in words: a line carries one. `behind` puts something that all share in front of
    the adapter. Raises CommunicationError.
    """

    def make(where: str, how: ConnectionDefaults, *, visa_library: object = "") -> StrictVISAAdapter:
        if framing is None:
            return StrictVISAAdapter(where, how, visa_library=visa_library)
        return FramedVISAAdapter(where, how, framing, visa_library=visa_library)

    return bus.join(
        resource,
        visa_library=visa_library,
        clock=clock,
        quiet_s=quiet_s,
        speaks=speaks,
        opening=lambda: behind(
            open_adapter(resource, line, visa_library=visa_library, instrument=instrument, make=make)
        ),
    )
