"""A source meter in the role of a plain current source, by composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.readings import Reading
from bench.core.roles import Accuracy, CurrentSource, Identity, Load, SafeReport, SourceMeter


class SourceMeterSource:
    """Plays CurrentSource with a SourceMeter. What it measures itself counts for compliance only."""

    def __init__(self, meter: SourceMeter) -> None:
        self.name = meter.name
        self.load: Load = meter.load
        self._meter = meter
        self._range_A: float | None = None

    def identity(self) -> Identity:
        """The meter's."""
        return self._meter.identity()

    def make_safe(self) -> SafeReport:
        """The meter's."""
        return self._meter.make_safe()

    def source_current(self, *, range_A: float, compliance_V: float) -> None:
        """See CurrentSource."""
        self._meter.source_current(range_A=range_A, compliance_V=compliance_V)
        self._range_A = next((one for one in self._meter.current_ranges_A() if one >= range_A), None)

    def set_level(self, level: float) -> None:
        """See CurrentSource."""
        self._meter.set_level(level)

    def set_output(self, on: bool) -> None:
        """See CurrentSource."""
        self._meter.set_output(on)

    def output_is_on(self) -> bool:
        """See CurrentSource."""
        return self._meter.output_is_on()

    def in_compliance(self) -> bool:
        """One conversion; the meter decodes compliance with it."""
        return self._meter.measure().in_compliance

    def current_ranges_A(self) -> tuple[float, ...]:
        """See CurrentSource."""
        return self._meter.current_ranges_A()

    def current_accuracy(self) -> Accuracy | None:
        """The meter's for a current on the present range: it sources what it measures."""
        if self._range_A is None:
            return None
        return self._meter.accuracy(Reading(None, "A", 0.0, range=self._range_A))


if TYPE_CHECKING:

    def _plays_its_role(source: SourceMeterSource) -> CurrentSource:
        return source
