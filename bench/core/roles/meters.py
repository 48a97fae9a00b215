"""Voltmeters and ammeters."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bench.core.readings import Reading
from bench.core.roles.instrument import Accuracy, Instrument


@runtime_checkable
class Voltmeter(Instrument, Protocol):
    """Reads a voltage."""

    def voltage(self) -> Reading:
        """One conversion; unit "V"."""
        ...


@runtime_checkable
class Ammeter(Instrument, Protocol):
    """Reads a current."""

    def current(self) -> Reading:
        """One conversion; unit "A"."""
        ...


@runtime_checkable
class RangedVoltmeter(Voltmeter, Protocol):
    """A voltmeter whose range and integration are set, and whose accuracy is known or said to be unknown."""

    def measure_voltage(self, *, range_V: float | None = None, nplc: float = 5.0) -> None:
        """Fixed range that holds `range_V` (None: automatic), integration in power-line cycles."""
        ...

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """Limits of error for the range of this reading, None where none is known."""
        ...


@runtime_checkable
class RangedAmmeter(Ammeter, Protocol):
    """An ammeter whose range and integration are set, and whose accuracy is known or said to be unknown."""

    def measure_current(self, *, range_A: float | None = None, nplc: float = 5.0) -> None:
        """Fixed range that holds `range_A` (None: automatic), integration in power-line cycles."""
        ...

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """Limits of error for the range of this reading, None where none is known."""
        ...
