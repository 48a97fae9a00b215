"""Runs of the trigger model and the queries that yield readings (user's manual, sections 11 and 17).

A run is a number of arm counts times trigger counts of source-delay-measure cycles. No command is executed
while a run goes on, so a run is done at once and its duration booked.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any

from simulators.instruments.keithley.keithley2400 import ohms, status
from simulators.instruments.keithley.keithley2400.conversion import Reading
from simulators.instruments.keithley.keithley2400.errors import refused
from simulators.instruments.keithley.keithley2400.groups import Group
from simulators.wire.scpi import ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2400.instrument import Keithley2400

LATENCY_s = {True: 500e-6, False: 100e-6}
"""Trigger latency with and without autozero (manual p. A-8)."""
SOURCE_CONFIGURATION_s = 50e-6
AUTO_DELAY_EXTRA_s = 100e-6


class AcquisitionCommands(Group):
    """INITiate, ABORt, READ?, FETCh?, MEASure?, CONFigure."""

    def __init__(self, unit: Keithley2400) -> None:
        super().__init__(unit)
        self.latest: list[Reading] = []
        self.waiting = False
        self._moving: deque[Reading] = deque()

    def forget(self) -> None:
        """*RST: back to idle, without readings."""
        self.latest = []
        self.waiting = False
        self._moving.clear()

    @command(":INITiate[:IMMediate]")
    def initiate(self) -> None:
        """Start a run: +803 with the output off, -213 while one waits for its trigger."""
        if self.waiting:
            raise ScpiError(-213)
        self._check_output()
        if self.settings.arm.source in ("IMM", "TIM") and self.settings.trigger.source == "IMM":
            self._run()
        else:
            self.waiting = True

    @command(":ABORt")
    def abort(self) -> None:
        """Back to idle."""
        self.waiting = False

    @command(":TRIGger:CLEar")
    def clear_trigger(self) -> None:
        """Forget a pending input trigger; there is none."""

    def bus_trigger(self) -> None:
        """*TRG or GET: goes on where BUS is waited for, otherwise -211."""
        if not self.waiting or self.settings.arm.source != "BUS":
            raise ScpiError(-211)
        self.waiting = False
        self._run()

    @command(":FETCh?")
    def fetch(self) -> str:
        """The readings of the latest run; -230 if there are none."""
        if not self.latest:
            raise ScpiError(-230)
        unit = self.unit
        return ",".join(unit.formatted(reading, reading.time - unit.time_zero) for reading in self.latest)

    @command("[:SENSe[1]]:DATA[:LATest]?")
    def newest(self) -> str:
        """The last reading; -230 if there is none."""
        if not self.latest:
            raise ScpiError(-230)
        reading = self.latest[-1]
        return self.unit.formatted(reading, reading.time - self.unit.time_zero)

    @command(":READ?")
    def read(self) -> str:
        """ABORt, INITiate, FETCh?. Says nothing, with +803, while the output is off (manual p. 17-5, B-6)."""
        settings = self.settings
        self.abort()
        self._check_output()
        if settings.arm.source == "BUS":
            raise ScpiError(-214)
        if math.isinf(settings.arm.count) or math.isinf(settings.trigger.count):
            raise refused(830)
        self.initiate()
        return self.fetch()

    @command(":CONFigure:VOLTage[:DC]")
    def configure_voltage(self) -> None:
        """See `configure`."""
        self.configure("VOLT")

    @command(":CONFigure:CURRent[:DC]")
    def configure_current(self) -> None:
        """See `configure`."""
        self.configure("CURR")

    @command(":CONFigure:RESistance")
    def configure_resistance(self) -> None:
        """See `configure`."""
        self.configure("RES")

    @command(":CONFigure?")
    def configured(self) -> str:
        """The functions measured, quoted."""
        return self.unit.measured_functions()

    @command(":MEASure:VOLTage[:DC]?")
    def measure_voltage(self) -> str:
        """CONFigure and READ?."""
        self.configure("VOLT")
        return self.read()

    @command(":MEASure:CURRent[:DC]?")
    def measure_current(self) -> str:
        """CONFigure and READ?."""
        self.configure("CURR")
        return self.read()

    @command(":MEASure:RESistance?")
    def measure_resistance(self) -> str:
        """CONFigure and READ?."""
        self.configure("RES")
        return self.read()

    @command(":MEASure?")
    def measure(self) -> str:
        """CONFigure and READ? for the function that is measured now (the first, if several)."""
        if not self.settings.measured:
            raise ScpiError(-221)
        self.configure(self.settings.measured[0])
        return self.read()

    def configure(self, name: str) -> None:
        """Measure this function alone, its controls at *RST values, and switch the output on (p. 17-2).

        Its controls are range, compliance and integration time: what protected a specimen is lost.
        """
        settings = self.settings
        if self.unit.output_blocked:
            raise refused(802)
        self.waiting = False
        settings.measured = (name,)
        settings.default_sense(name)
        settings.arm.count = settings.trigger.count = 1
        settings.arm.source = settings.trigger.source = "IMM"
        if settings.auto_ohms:
            ohms.configure_source(settings)
        settings.output = True
        self.changed()

    def _check_output(self) -> None:
        if not self.settings.output and not self.settings.clear_auto:
            raise refused(803)
        if self.settings.clear_auto and self.unit.output_blocked:
            raise refused(802)

    def _run(self) -> None:
        settings = self.settings
        unit = self.unit
        if math.isinf(settings.arm.count) or math.isinf(settings.trigger.count):
            self.waiting = True  # measures for ever: no reading of it is ever asked for by FETCh?
            return
        if settings.time_reset_auto:
            unit.time_zero = unit.time
        self.latest = []
        begun = unit.time
        for arm in range(int(settings.arm.count)):
            if settings.arm.source == "TIM" and arm:
                unit.spend(max(0.0, begun + arm * settings.arm.timer_s - unit.time))
            for _ in range(int(settings.trigger.count)):
                self._store(self._cycle())
        if settings.clear_auto:
            settings.output = False
            self.changed()

    def _cycle(self) -> Reading:
        settings = self.settings
        unit = self.unit
        unit.spend(LATENCY_s[settings.autozero] + settings.trigger.delay_s)
        pending = settings.active.triggered
        if pending is not None and pending != settings.active.level:
            settings.active.level = pending
            self.changed()
        if settings.clear_auto and not settings.output:
            settings.output = True
            self.changed()
        if unit.take_source_change():
            unit.spend(SOURCE_CONFIGURATION_s + unit.source_delay_s)
            if settings.delay_auto:
                unit.spend(AUTO_DELAY_EXTRA_s)
            self._moving.clear()
        reading = self._filtered()
        if settings.clear_auto and settings.clear_mode == "ALW":
            settings.output = False
            self.changed()
        return reading

    def _filtered(self) -> Reading:
        chosen = self.settings.filter
        if not chosen.on:
            return self._convert()
        if chosen.control == "REP":
            return average([self._convert() for _ in range(chosen.count)])
        self._moving.append(self._convert())
        while len(self._moving) > chosen.count:
            self._moving.popleft()
        return average(list(self._moving))

    def _convert(self) -> Reading:
        reading = self._convert_in_range()
        settings = self.settings
        if "RES" not in settings.measured or not settings.ohms.offset_compensated or reading.overflows:
            return reading
        level, settings.active.level = settings.active.level, 0.0
        self.unit.apply_source()
        self.unit.spend(self.unit.source_delay_s)
        zero = self.unit.convert()
        settings.active.level = level
        self.unit.apply_source()
        return ohms.compensated(reading, zero)

    def _convert_in_range(self) -> Reading:
        unit = self.unit
        settings = self.settings
        while True:
            reading = unit.convert()
            if not settings.auto_ohms:
                return reading
            better = ohms.better_range(settings, reading)
            if better == settings.ohms.range_index:
                return ohms.checked(settings, reading)
            settings.ohms.range_index = better
            ohms.configure_source(settings)
            unit.apply_source()
            unit.spend(unit.source_delay_s)

    def _store(self, reading: Reading) -> None:
        self.latest.append(reading)
        self.unit.trace.take(reading)
        events = status.READING_AVAILABLE
        if reading.overflows:
            events |= status.READING_OVERFLOW
        if reading.in_compliance:
            events |= status.IN_COMPLIANCE
        self.unit.status.measurement.latch(events)


def average(readings: list[Reading]) -> Reading:
    """Mean of the values, status word of all, time of the last; an overflow in one is one in the mean."""
    last = readings[-1]
    if len(readings) == 1:
        return last
    means: dict[str, Any] = {}
    for name in ("voltage", "current", "resistance"):
        values = [getattr(reading, name) for reading in readings]
        means[name] = max(values) if max(values) > 1e37 else math.fsum(values) / len(values)
    word = 0
    for reading in readings:
        word |= reading.word
    return last._replace(word=word, **means)
