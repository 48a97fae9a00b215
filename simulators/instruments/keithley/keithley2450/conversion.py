"""One measurement: A/D phases, ranging, errors, units, status bits.

A signal phase takes NPLC line periods, and so does each of the two reference phases that autozero adds. With
source readback the source is measured, in a phase of its own, right before the device under test (reference
manual 2450-901-01 Rev. B, p. 2-110). What a measurement takes beyond its phases is our choice: the
specification prints reading rates only.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.instruments.keithley.keithley2450.output import OutputStage
from simulators.instruments.keithley.keithley2450.ranges import OHMS, OVER_RANGE, TABLES
from simulators.instruments.keithley.keithley2450.settings import Settings
from simulators.instruments.keithley.source_meter.digitiser import Digitiser

OVERFLOW = 9.9e37
OVERHEAD_s = 0.3e-3
RANGE_CHANGE_s = 2e-3
DOWN_RANGE = 0.1
"""Autorange goes down below this fraction of the range (2461 manual p. 6-62)."""

# STATus element (p. 8-33; the bit of doubtful readings as the 2461 manual, p. 6-161, prints it)
QUESTIONABLE, FRONT, START_GROUP = 1, 8, 256
# SOURSTATus element (p. 8-29 and 2461 manual p. 8-31)
PROTECTED, READ_BACK, LIMITED, FOUR_WIRE, OUTPUT_ON = 4, 8, 32, 64, 128

UNITS = {"VOLT": "Volt DC", "AMP": "Amp DC", "OHM": "Ohm", "WATT": "Watt DC"}
"""As in buffers; the manual prints `Watt DC`, `Volt DC` and `Amp DC` follow it, `Ohm` is from memory."""


class Reading(NamedTuple):
    """What one measurement yields.

    `raw` is the value before unit and relative offset, `time` the clock second at the end,
    `scale` and `source_scale` the ranges that value and source are displayed on.
    """

    value: float
    raw: float
    source: float
    time: float
    status: int
    source_status: int
    unit: str
    source_unit: str
    scale: float
    source_scale: float
    digits: int

    @property
    def limited(self) -> bool:
        """Whether the source was at its limit."""
        return bool(self.source_status & LIMITED)


class Converter:
    """Measures what the settings ask for."""

    def __init__(self, digitiser: Digitiser, stage: OutputStage, line_frequency_Hz: float) -> None:
        self._digitiser = digitiser
        self._stage = stage
        self._line_frequency_Hz = line_frequency_Hz

    def zero(self, settings: Settings, time: float) -> float:
        """Take reference and zero now (AZERo:ONCE); the time at the end."""
        self._digitiser.zeroed_at = time + 2 * self._phase_s(settings)
        return self._digitiser.zeroed_at

    def convert(self, settings: Settings, time: float) -> Reading:
        """One unfiltered measurement, ranging where that is automatic; the reading carries its end time."""
        sense = settings.active_sense
        name = settings.limited if settings.measures_ohms else settings.measured
        source, limited = settings.active.level, False
        read_back = settings.active.read_back
        if read_back and name != settings.function:
            source, limited, time = self._signal(settings, settings.function, time)
        value, at_limit, time = self._signal(settings, name, time)
        if read_back and name == settings.function:
            source = value
        limited = limited or at_limit
        if sense.autozero:
            time = self.zero(settings, time)
        time += OVERHEAD_s
        raw = value
        value = _in_unit(settings, name, value, source)
        source_status = READ_BACK if read_back else 0
        if settings.output:
            source_status |= OUTPUT_ON
            if limited:
                source_status |= LIMITED
        if self._stage.senses_remotely(settings):
            source_status |= FOUR_WIRE
        if self.protected(settings, time):
            source_status |= PROTECTED
        status = FRONT if settings.terminals == "FRON" else 0
        if abs(value) >= OVERFLOW:
            status |= QUESTIONABLE
        else:
            value = sense.math.apply(value - sense.relative if sense.relative_on else value)
        return Reading(
            value,
            raw,
            source,
            time,
            status,
            source_status,
            UNITS[sense.unit],
            UNITS["VOLT" if settings.function == "VOLT" else "AMP"],
            _scale(settings, name),
            settings.source_range.full_scale,
            sense.digits,
        )

    def protected(self, settings: Settings, time: float) -> bool:
        """Whether the overvoltage protection holds the output."""
        if not settings.output:
            return False
        if settings.function == "VOLT":
            return abs(settings.active.level) > settings.overvoltage_V
        held = self._stage.operating_point(time).limited
        return held and settings.overvoltage_V < settings.active.limit

    def _phase_s(self, settings: Settings) -> float:
        return settings.active_sense.nplc / self._line_frequency_Hz

    def _signal(self, settings: Settings, name: str, time: float) -> tuple[float, bool, float]:
        """One quantity, whether the source was limited, and the time at the end."""
        sense = settings.active_sense
        phase_s = self._phase_s(settings)
        while True:
            at = time + phase_s / 2
            time += phase_s
            point = self._stage.operating_point(at)
            voltage = point.sense_V if self._stage.senses_remotely(settings) else point.force_V
            true = point.current_A if name == "CURR" else voltage
            if self._stage.disconnected(settings):
                true = 0.0
            index = settings.measure_index(name)
            value = self._digitiser.shown(name, index, true, at, sense.nplc, autozero=sense.autozero)
            better = _better_range(settings, name, index, value)
            if better == index:
                break
            settings.sense[name].range_index = better
            time += RANGE_CHANGE_s + (2 * phase_s if sense.autozero else 0.0)
        beyond = abs(value) > TABLES[name][index].largest_reading
        return (OVERFLOW if beyond else value), point.limited, time


def _better_range(settings: Settings, name: str, index: int, value: float) -> int:
    sense = settings.sense[name]
    if name == settings.function or settings.measures_ohms or not sense.range_auto:
        return index
    one = TABLES[name][index]
    if abs(value) > one.largest_reading:
        return index + 1 if index < settings.highest_index(name) else index
    if abs(value) < DOWN_RANGE * one.full_scale and index > sense.lower_index:
        return index - 1
    return index


def _in_unit(settings: Settings, name: str, value: float, source: float) -> float:
    """Ohms and watts from the measured value and the source value (p. 2-105)."""
    unit = settings.active_sense.unit
    if unit not in ("OHM", "WATT") or abs(value) >= OVERFLOW or abs(source) >= OVERFLOW:
        return value
    if name == settings.function:  # the other quantity is not measured: there is nothing to divide by
        return OVERFLOW
    voltage, current = (value, source) if name == "VOLT" else (source, value)
    if unit == "WATT":
        return voltage * current
    resistance = voltage / current if current else OVERFLOW
    highest = OVERFLOW
    if settings.measures_ohms:
        highest = OHMS[settings.sense["RES"].range_index].full_scale_ohm * OVER_RANGE
    return resistance if abs(resistance) <= highest else OVERFLOW


def _scale(settings: Settings, name: str) -> float:
    if settings.measures_ohms:
        return OHMS[settings.sense["RES"].range_index].full_scale_ohm
    return TABLES[name][settings.measure_index(name)].full_scale
