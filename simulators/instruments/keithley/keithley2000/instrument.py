"""A Keithley Model 2000 Multimeter as its bus sees it, as far as DC volts go.

Sources: Model 2000 User's Manual (2000-900-01 Rev. J) and its data sheet; what is from memory says so. Not
simulated: every other function, the scanner card, mathematics, limits. Those commands answer -113 or -141.
"""

from __future__ import annotations

from typing import Any

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley2000.commands import SystemCommands, VoltageCommands
from simulators.instruments.keithley.keithley2000.converter import Converter
from simulators.instruments.keithley.keithley2000.ranges import RANGES
from simulators.instruments.keithley.keithley2000.settings import Settings
from simulators.instruments.keithley.meter.acquisition import (
    OVERFLOW,
    READING_AVAILABLE,
    READING_OVERFLOW,
    AcquisitionCommands,
)
from simulators.instruments.keithley.meter.configure import ConfigureCommands
from simulators.instruments.keithley.meter.digital_filter import DigitalFilter
from simulators.instruments.keithley.meter.trace import DisplayCommands, TraceCommands
from simulators.instruments.keithley.meter.unit import Reading
from simulators.physics.terminals import VoltageSeen
from simulators.wire.scpi import ScpiInstrument
from simulators.wire.scpi.errors import USER_REQUEST

RANGE_CHANGE_s = 20e-3
"""50 a second (data sheet)."""
OVERHEAD_s = 0.3e-3
"""Each integration: our choice, so that 0.01 cycles give about 2000 readings a second without autozero."""
DOWN_RANGE = 0.1
"""Autorange goes down below this fraction of the range, up beyond 120 % (user's manual p. 3-3)."""


class Keithley2000(ScpiInstrument):
    """One unit; `terminals` is what its front inputs see."""

    float_format = ".8E"

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        terminals: VoltageSeen,
        mains_Hz: float = 50.0,
        serial: str = "0597352",
    ) -> None:
        super().__init__(
            clock, name=name, identity=f"KEITHLEY INSTRUMENTS INC.,MODEL 2000,{serial},A19  /A02  "
        )
        self.settings: Settings = Settings(continuous=True)
        self.latest: Reading | None = None
        self._mains_Hz = mains_Hz
        self._converter = Converter(seed, name, terminals)
        self._filter = DigitalFilter()
        self._acquisition = AcquisitionCommands(self)
        self._trace = TraceCommands(self)
        for group in (
            VoltageCommands(self),
            SystemCommands(self),
            DisplayCommands(self),
            ConfigureCommands(self, self._acquisition),
            self._acquisition,
            self._trace,
        ):
            self.mount(group)

    def measure(self) -> Reading:
        """One reading, filtered if asked for; takes its time."""
        settings = self.settings
        value = self._in_range()
        if settings.filter and value is not None:
            value = self._filter.averaged(
                value,
                self._in_range,
                control=settings.filter_control,
                count=settings.filter_count,
                window=0.0,
            )
        events = READING_AVAILABLE
        if value is None:
            value = OVERFLOW
            events |= READING_OVERFLOW
        self.status.measurement.latch(events)
        shown = value - settings.reference_V if settings.relative and value != OVERFLOW else value
        self.latest = Reading(shown, value, self.time)
        self._trace.take(self.latest)
        return self.latest

    def free_run(self) -> None:
        """Bring the latest reading of continuous measuring up to now."""
        if self.latest is None or self.time - self.latest.time > self._integration_s:
            self.measure()

    def configure(self) -> None:
        """CONFigure: everything about volts at *RST, one-shot (p. 5-3); autozero stays."""
        autozero = self.settings.autozero
        self.settings = Settings(autozero=autozero)
        self.forget_filter()

    def forget_filter(self) -> None:
        """A setting changed: what the filter holds is of no use any more."""
        self._filter.forget()

    def formatted(self, reading: Reading) -> str:
        """A reading as sent."""
        return f"{reading.value:+.8E}"

    @property
    def _integration_s(self) -> float:
        return self.settings.nplc / self._mains_Hz

    def _in_range(self) -> float | None:
        """One conversion, ranging where that is automatic; None beyond the range.

        Autozero adds an integration of the zero, no longer than one cycle (30 readings a second at 1 cycle
        and 5 at 10, 60 Hz: data sheet).
        """
        settings = self.settings
        while True:
            index = settings.range_index
            middle = self.time + self._integration_s / 2
            value = self._converter.shown(index, middle, settings.nplc, zero=settings.autozero)
            self.spend(self._integration_s + OVERHEAD_s)
            if settings.autozero:
                self.spend(min(self._integration_s, 1 / self._mains_Hz) + OVERHEAD_s)
                self._converter.zeroed_at = self.time
            beyond = abs(value) > RANGES[index].largest_reading
            if not settings.range_auto:
                return None if beyond else value
            if beyond and index < len(RANGES) - 1:
                settings.range_index += 1
            elif abs(value) < DOWN_RANGE * RANGES[index].full_scale and index > 0:
                settings.range_index -= 1
            else:
                return None if beyond else value
            self.forget_filter()
            self.spend(RANGE_CHANGE_s)

    # -- the front panel, for tests -------------------------------------------------------------------------

    def press_range(self, full_scale: float) -> None:
        """Somebody presses the range keys until this range is there."""
        self.settings.range_auto = False
        self.settings.range_index = [one.full_scale for one in RANGES].index(full_scale)
        self.forget_filter()

    def press_local(self) -> None:
        """Somebody presses LOCAL: it measures continuously again, and says so in bit 6 of *ESR?."""
        self.settings.continuous = True
        self.status.latch_standard(USER_REQUEST)

    def inspect(self) -> dict[str, Any]:
        """Range and integration as they are, for tests."""
        return {
            "range": RANGES[self.settings.range_index].full_scale,
            "nplc": self.settings.nplc,
            "filter": self.settings.filter,
            "continuous": self.settings.continuous,
        }

    def reset(self) -> None:
        """*RST: one-shot measuring, everything else at its default."""
        super().reset()
        self.settings = Settings()
        self.latest = None
        self.forget_filter()
        self._acquisition.forget()
