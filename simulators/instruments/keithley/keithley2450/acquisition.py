"""How readings come about: source delay, conversion, offset compensation, filter, buffer.

No command is executed while measurements go on, so they are done at once and their duration is booked.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450 import ohms
from simulators.instruments.keithley.keithley2450.buffers import ReadingBuffer
from simulators.instruments.keithley.keithley2450.conversion import OVERFLOW, START_GROUP, Reading
from simulators.instruments.keithley.keithley2450.event_log import BUFFER_FULL, INFORMATION
from simulators.instruments.keithley.keithley2450.ranges import OHMS

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450


class Acquisition:
    """Takes readings into buffers."""

    def __init__(self, unit: Keithley2450) -> None:
        self._unit = unit
        self._moving: deque[Reading] = deque()

    def forget(self) -> None:
        """*RST, or something that makes earlier readings worthless for the moving average."""
        self._moving.clear()

    def measure(self, count: int, buffer: ReadingBuffer, delay_s: float = 0.0) -> None:
        """So many readings; the first is marked as the start of a group. A buffer filled once ends it."""
        for number in range(count):
            if buffer.full and buffer.fill == "ONCE":
                break
            self.store(self.take(delay_s), buffer, first=number == 0)

    def store(self, reading: Reading, buffer: ReadingBuffer, *, first: bool) -> None:
        """Put a reading into a buffer."""
        if first:
            reading = reading._replace(status=reading.status | START_GROUP)
        if buffer.take(reading) and buffer.logs:
            self._unit.note(BUFFER_FULL, "Reading buffer is 100% filled", INFORMATION)

    def take(self, delay_s: float = 0.0) -> Reading:
        """One reading, filtered as set; takes its time."""
        unit = self._unit
        settings = unit.settings
        if unit.take_source_change():
            unit.spend(unit.source_delay_s)
            self._moving.clear()
        unit.spend(delay_s)
        chosen = settings.active_sense.filter
        if not chosen.on:
            return self._measure()
        if chosen.control == "REP":
            return _average([self._measure() for _ in range(chosen.count)])
        reading = self._measure()
        if not self._moving:  # the first one fills the stack (2461 manual p. 6-56)
            self._moving.extend([reading] * (chosen.count - 1))
        self._moving.append(reading)
        while len(self._moving) > chosen.count:
            self._moving.popleft()
        return _average(list(self._moving))

    def _measure(self) -> Reading:
        unit = self._unit
        settings = unit.settings
        reading = unit.convert()
        for _ in range(2 * len(OHMS)):  # an end, whatever the specimen does
            if not settings.measures_ohms or not settings.output:
                break
            better = ohms.better_range(settings, reading)
            if better == settings.sense["RES"].range_index:
                break
            settings.sense["RES"].range_index = better
            ohms.configure_source(settings)
            unit.apply_source()
            unit.spend(unit.source_delay_s)
            reading = unit.convert()
        sense = settings.active_sense
        if not sense.offset_compensated or sense.unit != "OHM" or reading.value == OVERFLOW:
            return reading
        source = settings.active
        level, source.level = source.level, 0.0
        unit.apply_source()
        unit.spend(unit.source_delay_s)
        zero = unit.convert()
        source.level = level
        unit.apply_source()
        unit.spend(unit.source_delay_s)
        return _compensated(
            reading, zero._replace(time=unit.time), sources_current=settings.function == "CURR"
        )


def _compensated(reading: Reading, zero: Reading, *, sources_current: bool) -> Reading:
    """The slope between the source level and none (2461 manual p. 2-110)."""
    measured, sourced = reading.raw - zero.raw, reading.source - zero.source
    voltage, current = (measured, sourced) if sources_current else (sourced, measured)
    return reading._replace(value=voltage / current if current else OVERFLOW, time=zero.time)


def _average(readings: list[Reading]) -> Reading:
    """Mean of the values, conditions of all, time of the last; an overflow in one is one in the mean."""
    last = readings[-1]
    values = [reading.value for reading in readings]
    status, source_status = 0, 0
    for reading in readings:
        status |= reading.status
        source_status |= reading.source_status
    mean = OVERFLOW if max(map(abs, values)) >= OVERFLOW else math.fsum(values) / len(values)
    return last._replace(value=mean, status=status, source_status=source_status)
