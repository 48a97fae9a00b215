"""One source-measure cycle after the source has settled: A/D phases, ranging, errors, the status word.

Timing: user's manual, appendix A, p. A-3 to A-8. Each function takes one signal phase of NPLC line periods
plus 185 us; with autozero on, a reference and a zero phase are added (shared by all functions; that two
functions share them is from memory). Firmware overhead as printed there.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from simulators.instruments.keithley.keithley2400 import status
from simulators.instruments.keithley.keithley2400.calibration import Calibration
from simulators.instruments.keithley.keithley2400.output import OutputStage, compliance
from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.keithley2400.settings import Settings
from simulators.instruments.keithley.source_meter.digitiser import Digitiser
from simulators.instruments.keithley.source_meter.ranges import index_for

OVERFLOW = 9.9e37
NOT_A_NUMBER = 9.91e37
PHASE_OVERHEAD_s = 185e-6
FIRMWARE_s = {
    (True, "VOLT"): 1.8e-3,
    (True, "CURR"): 2.15e-3,
    (False, "VOLT"): 0.3e-3,
    (False, "CURR"): 0.64e-3,
}
RANGE_CHANGE_s = 2e-3
"""Relays and settling of an automatic range change: our choice, the manual states none."""
DOWN_RANGE = 0.1
"""Autorange goes down below this fraction of the range (manual p. 7-3, from memory)."""


class Reading(NamedTuple):
    """What one cycle yields; `time` is the clock second at its end, `word` the status word."""

    voltage: float
    current: float
    resistance: float
    time: float
    word: int

    @property
    def overflows(self) -> bool:
        """Whether any measured value is beyond its range."""
        return bool(self.word & status.OVERFLOW)

    @property
    def in_compliance(self) -> bool:
        """Whether the source was limited, by its compliance or by a fixed measurement range."""
        return bool(self.word & (status.COMPLIANCE | status.RANGE_COMPLIANCE))


class Converter:
    """The A/D converter of one unit with its calibration, noise and zero."""

    def __init__(self, seed: int, unit: str, calibration: Calibration, stage: OutputStage) -> None:
        self._digitiser = Digitiser(seed, unit, calibration)
        self._stage = stage

    def phase_s(self, settings: Settings, line_frequency_Hz: float) -> float:
        """Duration of one A/D phase."""
        return settings.nplc / line_frequency_Hz + PHASE_OVERHEAD_s

    def convert(self, settings: Settings, line_frequency_Hz: float, time: float) -> Reading:
        """All enabled functions once, ranging where that is automatic; the reading carries its end time."""
        integration_s = settings.nplc / line_frequency_Hz
        phase_s = integration_s + PHASE_OVERHEAD_s
        nplc, autozero = settings.nplc, settings.autozero
        shown = self._digitiser.shown
        operating_point = self._stage.operating_point
        remote = self._stage.senses_remotely(settings)
        values: dict[str, float] = {}
        limited = False
        for name in _signals(settings.measured):
            while True:
                at = time + integration_s / 2
                time += phase_s
                point = operating_point(at)
                limited = limited or point.limited
                voltage = point.sense_V if remote else point.force_V
                true = point.current_A if name == "CURR" else voltage
                index = settings.measure_index(name)
                one = TABLES[name][index]
                value = shown(name, index, true, at, nplc, autozero=autozero)
                better = _better_range(settings, name, index, value)
                if better == index:
                    break
                settings.sense[name].range_index = better
                time += RANGE_CHANGE_s + (2 * phase_s if settings.autozero else 0.0)
            values[name] = value if abs(value) <= one.largest_reading else OVERFLOW
        if settings.autozero:
            time += 2 * phase_s
            self._digitiser.zeroed_at = time
        time += FIRMWARE_s[settings.autozero, settings.function]
        return _reading(settings, values, limited, time)

    def zero(self, settings: Settings, line_frequency_Hz: float, time: float) -> float:
        """Take reference and zero now (AZERo ONCE); the time at the end."""
        time += 2 * self.phase_s(settings, line_frequency_Hz)
        self._digitiser.zeroed_at = time
        return time


@cache
def _signals(measured: tuple[str, ...]) -> tuple[str, ...]:
    """The functions to convert: resistance needs both others."""
    if "RES" in measured:
        return ("VOLT", "CURR")
    return tuple(name for name in ("VOLT", "CURR") if name in measured)


def _better_range(settings: Settings, name: str, index: int, value: float) -> int:
    if name == settings.function:
        return index
    sense = settings.sense[name]
    if not sense.range_auto:
        return index
    table = TABLES[name]
    if abs(value) > table[index].largest_reading:
        highest = index_for(table, sense.compliance)
        return index + 1 if highest is None or index < highest else index
    if abs(value) < DOWN_RANGE * table[index].full_scale and index > sense.lower_index:
        return index - 1
    return index


def _reading(settings: Settings, values: dict[str, float], limited: bool, time: float) -> Reading:
    voltage = _element(settings, values, "VOLT")
    current = _element(settings, values, "CURR")
    resistance = NOT_A_NUMBER
    if "RES" in settings.measured:
        usable = OVERFLOW not in values.values() and current != 0
        resistance = voltage / current if usable else OVERFLOW
    overflow = OVERFLOW in values.values() or resistance == OVERFLOW
    in_range_compliance = limited and compliance(settings)[1]
    word = status.word(settings, overflow, limited and not in_range_compliance, in_range_compliance)
    return Reading(voltage, current, resistance, time, word)


def _element(settings: Settings, values: dict[str, float], name: str) -> float:
    """Measured, else programmed, else not a number (manual p. 18-49)."""
    if name in values:
        return values[name]
    return settings.source[name].level if name == settings.function else NOT_A_NUMBER
