"""A Keithley Model 2182A Nanovoltmeter as its bus sees it: ranges, zeros, filters, errors and timing.

Sources: 2182/2182A User's Manual (2182A-900-01) where a page is named, else from memory. Not simulated:
thermocouples, ratio, the meter's own delta (a current source commands it from outside, see `converted`),
limits, statistics, the analog output. Those commands answer -113, never wrongly. Channel 2 is open: 0 V.
"""

from __future__ import annotations

from typing import Any, Literal

from bench.core.clock import Clock
from simulators.instruments.keithley.keithley2182a.converter import Converter
from simulators.instruments.keithley.keithley2182a.ranges import CHANNELS
from simulators.instruments.keithley.keithley2182a.sense_commands import ChannelCommands, SenseCommands
from simulators.instruments.keithley.keithley2182a.settings import ChannelState, Settings
from simulators.instruments.keithley.keithley2182a.system_commands import CalibrationCommands, SystemCommands
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
from simulators.physics.terminals import TemperatureSeen, VoltageSeen
from simulators.wire.scpi import ScpiInstrument
from simulators.wire.scpi.errors import USER_REQUEST

Interface = Literal["GPIB", "RS-232"]
ANALOG_FILTER_s = 0.125
"""What the analog filter adds to each conversion (user's manual p. 3-8)."""
OVERHEAD_s = 1.5e-3
"""Each phase of a conversion, besides the integration: our choice."""
RANGE_CHANGE_s = 20e-3
"""Our choice."""
DOWN_RANGE = 0.1
"""Autorange goes down below this fraction of the range: our choice."""


class Keithley2182A(ScpiInstrument):
    """One unit. `interface` is what its front panel says: only that one talks, the other is deaf."""

    float_format = ".8E"

    def __init__(
        self,
        clock: Clock,
        *,
        name: str,
        seed: int,
        channel_1: VoltageSeen,
        room: TemperatureSeen,
        mains_Hz: float = 50.0,
        pickup_V: float = 1e-6,
        mean_room_K: float = 296.15,
        interface: Interface = "GPIB",
        serial: str = "1234567",
    ) -> None:
        super().__init__(
            clock, name=name, identity=f"KEITHLEY INSTRUMENTS INC.,MODEL 2182A,{serial},C01  /A02  "
        )
        self.settings = Settings(continuous=True)
        self.line_frequency_Hz = mains_Hz
        self.interface: Interface = interface
        self.converter = Converter(
            seed,
            name,
            {1: channel_1},
            room,
            mains_Hz=mains_Hz,
            pickup_V=pickup_V,
            mean_room_K=mean_room_K,
        )
        self.latest: Reading | None = None
        self._filter = DigitalFilter()
        self._acquisition = AcquisitionCommands(self)
        self._trace = TraceCommands(self)
        for group in (
            SenseCommands(self),
            ChannelCommands(self, 1),
            ChannelCommands(self, 2),
            SystemCommands(self),
            CalibrationCommands(self),
            DisplayCommands(self),
            ConfigureCommands(self, self._acquisition),
            self._acquisition,
            self._trace,
        ):
            self.mount(group)

    # -- two interfaces, one of them in use -----------------------------------------------------------------

    def execute(self, message: str) -> str | None:
        """A message by GPIB: nobody listens there while RS-232 is selected."""
        return super().execute(message) if self.interface == "GPIB" else None

    def execute_serial(self, message: str, time: float) -> str | None:
        """A message by RS-232 that is complete at clock second `time`."""
        if self.interface != "RS-232":
            return None
        self.busy_until = max(self.busy_until, time)
        return super().execute(message)

    # -- measuring ------------------------------------------------------------------------------------------

    @property
    def integration_s(self) -> float:
        """Duration of one integration."""
        return self.settings.nplc / self.line_frequency_Hz

    @property
    def phases(self) -> int:
        """Integrations of one conversion: each zero doubles them (3 readings a second at 5 PLC, 60 Hz)."""
        settings = self.settings
        return (2 if settings.autozero else 1) * (2 if settings.front_autozero else 1)

    def measure(self) -> Reading:
        """One reading, filtered if asked for; takes its time."""
        state = self.settings.active
        if self.settings.channel == 0 or self.settings.function == "TEMP":
            self.spend(self.integration_s)
            return self._done(self.internal_C(), state, relative=False)
        value = self._in_range(state)
        if state.filter and value is not None:
            value = self._averaged(state, value)
        return self._done(OVERFLOW if value is None else value, state, relative=state.relative)

    def free_run(self) -> None:
        """Bring the latest reading of continuous measuring up to now."""
        if self.latest is None or self.time - self.latest.time > self.integration_s:
            self.measure()

    def converted(self, start: float) -> tuple[float, bool]:
        """One conversion that a current source has triggered at `start`: the reading, and if it overflows.

        It takes one integration: no zeros (the reversal cancels them), no filter of the meter's own.
        """
        state = self.settings.active
        one = CHANNELS[self.settings.channel or 1][state.range_index]
        value = self._shown(start, front=False, zero=False)
        return value, abs(value) > one.largest_reading

    def configure(self) -> None:
        """CONFigure: channel 1 with everything about it at *RST, one-shot (section 13)."""
        zeros = self.settings.autozero, self.settings.front_autozero, self.settings.line_sync
        self.settings = Settings()
        self.settings.autozero, self.settings.front_autozero, self.settings.line_sync = zeros
        self.forget_filter()

    def internal_C(self) -> float:
        """Temperature inside."""
        return self.converter.internal_K(self.time) - 273.15

    def forget_filter(self) -> None:
        """A setting changed: what the filter holds is of no use any more."""
        self._filter.forget()

    def formatted(self, reading: Reading) -> str:
        """A reading as sent."""
        return f"{reading.value:+.8E}"

    def _in_range(self, state: ChannelState) -> float | None:
        """One conversion, ranging where that is automatic; None beyond the range."""
        table = CHANNELS[self.settings.channel]
        while True:
            settings = self.settings
            start = self.converter.integration_start(self.time, settings.line_sync)
            value = self._shown(start, front=settings.front_autozero, zero=settings.autozero)
            self.time = start
            self.spend(self.phases * (self.integration_s + OVERHEAD_s))
            if state.analog_filter:
                self.spend(ANALOG_FILTER_s)
            if settings.front_autozero:
                self.converter.front_zeroed_at = self.time
            if settings.autozero:
                self.converter.zeroed_at = self.time
            one = table[state.range_index]
            beyond = abs(value) > one.largest_reading
            if not state.range_auto:
                return None if beyond else value
            if beyond and state.range_index < len(table) - 1:
                state.range_index += 1
            elif abs(value) < DOWN_RANGE * one.full_scale and state.range_index > 0:
                state.range_index -= 1
            else:
                return None if beyond else value
            self.forget_filter()
            self.spend(RANGE_CHANGE_s)

    def _shown(self, start: float, *, front: bool, zero: bool) -> float:
        settings = self.settings
        channel = settings.channel or 1
        return self.converter.shown(
            channel,
            settings.channels[channel].range_index,
            start,
            self.integration_s,
            settings.nplc,
            front=front,
            zero=zero,
        )

    def _averaged(self, state: ChannelState, value: float) -> float | None:
        full_scale = CHANNELS[self.settings.channel][state.range_index].full_scale
        return self._filter.averaged(
            value,
            lambda: self._in_range(state),
            control=state.filter_control,
            count=state.filter_count,
            window=state.filter_window / 100 * full_scale,
        )

    def _done(self, value: float, state: ChannelState, *, relative: bool) -> Reading:
        events = READING_AVAILABLE
        if value == OVERFLOW:
            events |= READING_OVERFLOW
        self.status.measurement.latch(events)
        shown = value - state.reference_V if relative and value != OVERFLOW else value
        self.latest = Reading(shown, value, self.time)
        self._trace.take(self.latest)
        return self.latest

    # -- the front panel, for tests -------------------------------------------------------------------------

    def press_range(self, full_scale: float) -> None:
        """Somebody presses the range keys of channel 1 until this range is there."""
        state = self.settings.channels[1]
        state.range_auto = False
        state.range_index = [one.full_scale for one in CHANNELS[1]].index(full_scale)
        self.forget_filter()

    def press_local(self) -> None:
        """Somebody presses LOCAL: it measures continuously again, and says so in bit 6 of *ESR?."""
        self.settings.continuous = True
        self.status.latch_standard(USER_REQUEST)

    def inspect(self) -> dict[str, Any]:
        """Range, zeros and interface as they are, for tests."""
        state = self.settings.channels[1]
        return {
            "interface": self.interface,
            "range": CHANNELS[1][state.range_index].full_scale,
            "nplc": self.settings.nplc,
            "filter": state.filter,
            "front_autozero": self.settings.front_autozero,
            "continuous": self.settings.continuous,
        }

    # -- what the engine asks -------------------------------------------------------------------------------

    def reset(self) -> None:
        """*RST: one-shot measuring, everything else at its default."""
        super().reset()
        self.settings = Settings()
        self.latest = None
        self.forget_filter()
        self._acquisition.forget()
