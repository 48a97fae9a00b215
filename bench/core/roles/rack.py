"""What a Hall rack has besides: a switch matrix, a field meter and a field source."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from bench.core.readings import Reading
from bench.core.roles.instrument import Accuracy, Instrument

Crosspoint = tuple[int, int]
"""Row and column of a switch matrix, both from 1."""


@runtime_checkable
class SwitchMatrix(Instrument, Protocol):
    """Relays that connect rows (specimen contacts) with columns (instrument terminals).

    Never switched hot: whoever calls has switched the source off before. Its safe state is all open.
    """

    def connect_only(self, crosspoints: Collection[Crosspoint]) -> None:
        """Open everything, then close exactly these; settled, read back and compared.

        Raises LimitError before anything is sent for a crosspoint there is not, ReadBackError with all open
        if others are closed than were asked for.
        """
        ...

    def open_all(self) -> None:
        """Open everything, read back and compared. Raises ReadBackError."""
        ...

    def closed(self) -> frozenset[Crosspoint]:
        """Ask which crosspoints are closed."""
        ...

    def size(self) -> Crosspoint:
        """How many rows and columns there are."""
        ...


@runtime_checkable
class FieldMeter(Instrument, Protocol):
    """Reads a magnetic flux density."""

    def field(self) -> Reading:
        """The present field along the probe's axis, signed; unit "T", whatever the front panel shows."""
        ...

    def field_accuracy(self, reading: Reading) -> Accuracy | None:
        """Limits of error of this reading, None where none is known."""
        ...


@runtime_checkable
class FieldSource(Instrument, Protocol):
    """Makes a magnetic field. What the field really is a FieldMeter says: iron has a memory.

    Usage: `set_field`, then wait until `is_ramping` says no, then until the measured field has settled. A
    change of sign goes through zero: `set_field(0.0)` and wait, or the other sign is refused. Its safe state
    is no current, reached by ramping.
    """

    def set_field(self, field_T: float) -> None:
        """Begin to go to this nominal field and return at once.

        Raises LimitError before anything is sent, InstrumentError for a change of sign that does not start at
        zero or while the supply reports a fault, ReadBackError.
        """
        ...

    def is_ramping(self) -> bool:
        """Ask whether it is still on its way. Raises InstrumentError if the supply reports a fault."""
        ...

    def largest_field_T(self) -> float:
        """The largest nominal field it may be asked for, in either direction."""
        ...
