"""What the shared groups of commands need of the meter they belong to."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from simulators.wire.scpi import StatusModel


class Reading(NamedTuple):
    """`value` as sent, with REL subtracted; `measured` without; `time` is the end of the conversion."""

    value: float
    measured: float
    time: float


class MeterUnit(Protocol):
    """A meter that takes one reading after the other. `settings` holds what the groups name."""

    settings: Any
    latest: Reading | None
    time: float
    status: StatusModel

    def spend(self, seconds: float) -> None:
        """Let local time pass."""
        ...

    def measure(self) -> Reading:
        """One reading; takes its time."""
        ...

    def free_run(self) -> None:
        """Bring the latest reading of continuous measuring up to now."""
        ...

    def configure(self) -> None:
        """CONFigure: the function's controls to their *RST values, one-shot."""
        ...

    def forget_filter(self) -> None:
        """A setting changed: what the filter holds is of no use any more."""
        ...

    def formatted(self, reading: Reading) -> str:
        """A reading as sent."""
        ...

    def queue_error(self, code: int, text: str | None = None, bit: int | None = None) -> None:
        """Report an error without ending the command."""
        ...


class MeterGroup:
    """A group of commands; `header` stands in front of what `Stored` and `under` declare."""

    header = ""

    def __init__(self, unit: MeterUnit) -> None:
        self.unit = unit

    @property
    def settings(self) -> Any:
        """The instrument's settings."""
        return self.unit.settings

    @property
    def state(self) -> Any:
        """The object that `Stored` rows of this group are attributes of."""
        return self.unit.settings

    def changed(self) -> None:
        """A client has set something."""
        self.unit.forget_filter()
