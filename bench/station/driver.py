"""What the bench asks of a driver class and of a driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bench.core.clock.interface import Clock, ClockLock
from bench.core.limits import Limits
from bench.core.roles import Instrument, Load


class BenchInstrument(Instrument, Protocol):
    """An opened driver: an instrument whose connection the bench looks after."""

    def connect(self) -> object:
        """Check who answers and read back what the front panel may have changed; energises nothing."""
        ...

    def close(self) -> None:
        """Close the connection; changes nothing on the instrument."""
        ...


class DriverClass(Protocol):
    """The class of a driver, as entry points of group `bench.drivers` name it."""

    __name__: str
    identity_pattern: str
    """Regular expression matched from the start, ignoring case, against the reply to *IDN?."""
    limit_units: Mapping[str, str]
    """What a station may limit, and in which unit."""
    has_output: bool
    option_names: frozenset[str]

    def open(
        self,
        resource: str,
        *,
        name: str,
        clock: Clock,
        lock: ClockLock | None,
        limits: Limits,
        load: Load,
        visa_library: object = "",
        **options: Any,
    ) -> BenchInstrument:
        """A driver on a freshly opened VISA resource; nothing has been sent yet."""
        ...


REQUIRED = ("open", "identity_pattern", "limit_units", "has_output", "option_names", "make_safe", "connect")
"""What a class must have to be a driver of the bench; checked when it is loaded."""
