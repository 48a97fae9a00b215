"""A line that several units, or channels of one unit, share: what they speak, and what keeps them apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.core.clock import Clock
from drivers import bus
from drivers.bus import BusMember
from drivers.connection import ConnectionDefaults, StrictVISAAdapter, open_adapter
from drivers.framed import FramedVISAAdapter, Framing
from drivers.typed_pymeasure import Adapter


@dataclass(frozen=True, slots=True)
class SharedLine:
    """`speaks` is the protocol in words: a line carries one.

    `quiet_s` says how long the line is silent before a request, `discards` whether what came unasked by then
    is thrown away, `framing` makes what tells the end of a reply where no terminator does, `behind` puts
    something that all share in front of the adapter.
    """

    speaks: str
    quiet_s: Callable[[ConnectionDefaults], float] = lambda line: 0.0
    discards: bool = True
    framing: Callable[[], Framing] | None = None
    behind: Callable[[Adapter], Adapter] = lambda adapter: adapter

    def reach(
        self,
        resource: str,
        line: ConnectionDefaults,
        visa_library: object,
        *,
        instrument: str,
        clock: Clock,
    ) -> BusMember:
        """A place on it, opened if no driver of this process has it open. Raises CommunicationError."""

        def make(where: str, how: ConnectionDefaults, *, visa_library: object = "") -> StrictVISAAdapter:
            if self.framing is None:
                return StrictVISAAdapter(where, how, visa_library=visa_library)
            return FramedVISAAdapter(where, how, self.framing(), visa_library=visa_library)

        return bus.join(
            resource,
            visa_library=visa_library,
            clock=clock,
            quiet_s=self.quiet_s(line),
            discards=self.discards,
            speaks=self.speaks,
            opening=lambda: self.behind(
                open_adapter(resource, line, visa_library=visa_library, instrument=instrument, make=make)
            ),
        )
