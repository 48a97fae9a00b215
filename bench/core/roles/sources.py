"""Sources of current and voltage, and measuring by reversal."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from bench.core.readings import DeltaReading, Reading, SourceMeterReading
from bench.core.roles.instrument import Accuracy, Instrument, Load


@runtime_checkable
class SourceMeter(Instrument, Protocol):
    """Sources current or voltage within a compliance and measures both at the specimen.

    Usage: `source_current` or `source_voltage` (output stays off, level zero), then `set_output(True)`,
    then `set_level` and `measure` as often as needed, then `set_output(False)`.
    """

    load: Load

    def source_current(
        self, *, range_A: float, compliance_V: float, voltage_range_V: float | None = None
    ) -> None:
        """Source current: fixed source range, voltage compliance, voltage range (None: the compliance's).

        Leaves the output off and the level at zero. Raises LimitError before anything is sent,
        ReadBackError if a setting did not take.
        """
        ...

    def source_voltage(
        self, *, range_V: float, compliance_A: float, current_range_A: float | None = None
    ) -> None:
        """Source voltage: fixed source range, current compliance, current range (None: the compliance's)."""
        ...

    def set_level(self, level: float) -> None:
        """The source level in A or V, whichever is sourced."""
        ...

    def set_output(self, on: bool) -> None:
        """Switch the output on or off and verify it."""
        ...

    def output_is_on(self) -> bool:
        """Ask the instrument whether its output is on."""
        ...

    def set_four_wire(self, on: bool) -> None:
        """Sense at the specimen (remote) or at the meter's terminals (local). Output must be off."""
        ...

    def set_nplc(self, cycles: float) -> None:
        """Integration time in power-line cycles."""
        ...

    def set_source_delay(self, seconds: float) -> None:
        """Wait between a change of the source and the conversion."""
        ...

    def line_frequency_Hz(self) -> float:
        """The power-line frequency the meter itself integrates over."""
        ...

    def measure(self) -> SourceMeterReading:
        """One conversion with compliance decoded. Changes no setting."""
        ...

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def voltage_ranges_V(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def accuracy(self, reading: Reading) -> Accuracy | None:
        """Published accuracy for the range of this reading (unit "V" or "A"), None where none is known."""
        ...


@runtime_checkable
class CurrentSource(Instrument, Protocol):
    """Sources a current within a voltage compliance and measures nothing itself.

    Usage: `source_current` (output stays off, level zero), then `set_output(True)`, then `set_level` as often
    as needed; ask `in_compliance` beside every voltage that another instrument reads.
    """

    load: Load

    def source_current(self, *, range_A: float, compliance_V: float) -> None:
        """Fixed source range, voltage compliance; leaves the output off and the level at zero.

        Raises LimitError before anything is sent, ReadBackError if a setting did not take.
        """
        ...

    def set_level(self, level: float) -> None:
        """The current in A."""
        ...

    def set_output(self, on: bool) -> None:
        """Switch the output on or off and verify it."""
        ...

    def output_is_on(self) -> bool:
        """Ask the instrument whether its output is on."""
        ...

    def in_compliance(self) -> bool:
        """Ask whether the source is limited by its compliance now: then the current is not what was set."""
        ...

    def current_ranges_A(self) -> tuple[float, ...]:
        """Full scales, ascending."""
        ...

    def current_accuracy(self) -> Accuracy | None:
        """Published accuracy of the level on the present range, None where none is known."""
        ...


@runtime_checkable
class DeltaMeter(Instrument, Protocol):
    """Measures a voltage while it reverses a current by itself, so that thermal EMFs cancel.

    Usage: `arm_delta`, `start_delta`, then `next_delta` as often as needed, then `stop_delta`.
    """

    load: Load

    def arm_delta(
        self,
        *,
        current_A: float,
        compliance_V: float,
        voltage_range_V: float,
        nplc: float = 1.0,
        delay_s: float = 2e-3,
        count: int | None = None,
    ) -> None:
        """Prepare +-`current_A`; `delay_s` from each reversal to its conversion, `count` readings or no end.

        Leaves the output off. Raises LimitError before anything is sent, InstrumentError with the remedy if
        a part of the set-up does not answer.
        """
        ...

    def start_delta(self) -> None:
        """Switch the output on and begin to reverse."""
        ...

    def next_delta(self) -> DeltaReading:
        """Wait for a reading that was not returned before. Raises InstrumentError when the test has ended."""
        ...

    def delta_readings(self) -> tuple[DeltaReading, ...]:
        """Wait for the end of a test with a `count`, then all its readings."""
        ...

    def stop_delta(self) -> None:
        """End the test: output off, level zero, verified."""
        ...

    def delta_accuracy(self) -> Accuracy | None:
        """What is left of the voltmeter's limits of error after the reversal (its gain), None if unknown."""
        ...

    def current_accuracy(self) -> Accuracy | None:
        """Published accuracy of the current of the armed test, None where none is known."""
        ...
