"""The field of the magnet: ramped through zero, and measured until it no longer moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.core.errors import MeasurementError

if TYPE_CHECKING:
    from bench.core.roles import Accuracy, FieldMeter, FieldSource
    from bench.runs.context import RunContext

POLL_s = 1.0
LOOKS = 4
"""Readings of the field, one a second, that have to agree."""
RAMP_PATIENCE_s = 1800.0
SETTLE_PATIENCE_s = 300.0


class MagnetField:
    """Sets a field and says what it is. `tolerance_T` is what settled readings may differ by."""

    def __init__(
        self, context: RunContext, source: FieldSource, meter: FieldMeter, tolerance_T: float
    ) -> None:
        self._context = context
        self._source = source
        self._meter = meter
        self._tolerance_T = tolerance_T
        self._set_T = 0.0
        self.settled = True

    def go_to(self, field_T: float) -> float:
        """Ramp there, through zero where the sign changes, and wait until it is settled; what it is, in T.

        `settled` becomes False where the measured field still moved after SETTLE_PATIENCE_s.
        """
        if self._set_T * field_T < 0:
            self._ramp(0.0)
        self._ramp(field_T)
        return self._settle()

    def read(self) -> float:
        """The field now. Raises MeasurementError for an overload or a probe that is not there."""
        reading = self._meter.field()
        if not reading.usable or reading.value is None:
            raise MeasurementError(
                "the field meter gives no number (overload, or no probe)",
                instrument=self._meter.name,
                state=f"the magnet was set to {self._set_T:g} T",
                remedy="check probe and range",
            )
        return reading.value

    def accuracy(self) -> Accuracy | None:
        """Limits of error at the present field."""
        return self._meter.field_accuracy(self._meter.field())

    def _ramp(self, field_T: float) -> None:
        clock = self._context.clock
        self._source.set_field(field_T)
        self._set_T = field_T
        end = clock.now() + RAMP_PATIENCE_s
        while self._source.is_ramping():
            if clock.now() >= end:
                raise MeasurementError(
                    f"the magnet is not at {field_T:g} T after {RAMP_PATIENCE_s:g} s",
                    instrument=self._source.name,
                    state="it still ramps",
                    remedy="a faster ramp rate, or a look at the supply",
                )
            self._context.sleep(POLL_s)

    def _settle(self) -> float:
        clock = self._context.clock
        end = clock.now() + SETTLE_PATIENCE_s
        seen = [self.read()]
        while True:
            self._context.sleep(POLL_s)
            seen = [*seen, self.read()][-LOOKS:]
            if len(seen) == LOOKS and max(seen) - min(seen) <= self._tolerance_T:
                return sum(seen) / LOOKS
            if clock.now() >= end:
                self.settled = False
                return sum(seen) / len(seen)
