"""One measurement of a channel: delays, A/D phases, ranging, errors, overflow.

A signal phase takes NPLC line periods; with autozero AUTO a reference and a zero phase are added, which
voltage and current of one `measure.iv()` share (from memory). What the firmware takes beyond is our choice.
"""

from __future__ import annotations

from typing import NamedTuple

from simulators.instruments.keithley.keithley2600.output import OutputStage
from simulators.instruments.keithley.keithley2600.ranges import settling_s
from simulators.instruments.keithley.keithley2600.settings import AUTOZERO_AUTO, DELAY_AUTO, Settings
from simulators.instruments.keithley.source_meter.digitiser import Digitiser

OVERFLOW = 9.91e37
OVERHEAD_s = 0.2e-3
RANGE_CHANGE_s = 2e-3
AUTO_DELAY_s = {1e-10: 0.15, 1e-9: 0.05, 1e-8: 0.01, 1e-7: 0.002}
"""Automatic measure delay by current range, above none; remembered is its order of magnitude only."""


class Reading(NamedTuple):
    """What one conversion yields; `time` is the clock second at its end."""

    values: dict[str, float]
    source: float
    time: float
    limited: bool

    @property
    def overflows(self) -> bool:
        """Whether a value is beyond its range."""
        return any(abs(value) >= OVERFLOW for value in self.values.values())


class Converter:
    """Measures what it is asked for with one channel's A/D converter."""

    def __init__(self, digitiser: Digitiser, stage: OutputStage, line_frequency_Hz: float) -> None:
        self._digitiser = digitiser
        self._stage = stage
        self.line_frequency_Hz = line_frequency_Hz

    def zero(self, settings: Settings, time: float) -> float:
        """Take reference and zero now; the time at the end."""
        self._digitiser.zeroed_at = time + 2 * self._phase_s(settings)
        return self._digitiser.zeroed_at

    def convert(self, settings: Settings, names: tuple[str, ...], time: float) -> Reading:
        """These quantities, one after the other, ranging where that is automatic."""
        time += self._delay_s(settings)
        values: dict[str, float] = {}
        limited = False
        for name in names:
            total = 0.0
            rounds = settings.filter.count if settings.filter.on else 1
            for _ in range(rounds):
                value, at_limit, time = self._signal(settings, name, time)
                limited = limited or at_limit
                total += value
            values[name] = (
                OVERFLOW if abs(total) >= OVERFLOW else self._relative(settings, name, total / rounds)
            )
        if settings.autozero == AUTOZERO_AUTO:
            time = self.zero(settings, time)
        return Reading(values, settings.active.level, time + OVERHEAD_s, limited)

    def _relative(self, settings: Settings, name: str, value: float) -> float:
        side = settings.sense[name]
        return value - side.relative if side.relative_on else value

    def _phase_s(self, settings: Settings) -> float:
        return settings.nplc / self.line_frequency_Hz

    def _delay_s(self, settings: Settings) -> float:
        if settings.measure_delay_s != DELAY_AUTO:
            return settings.measure_delay_s
        full_scale = settings.range_of("CURR").full_scale
        return settings.delay_factor * AUTO_DELAY_s.get(full_scale, 0.0)

    def _signal(self, settings: Settings, name: str, time: float) -> tuple[float, bool, float]:
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
            auto = settings.autozero == AUTOZERO_AUTO
            value = self._digitiser.shown(name, index, true, at, settings.nplc, autozero=auto)
            better = _better_range(settings, name, index, value)
            if better == index:
                break
            settings.sense[name].range_index = better
            time += RANGE_CHANGE_s
        beyond = abs(value) > settings.tables[name][index].largest_reading
        return (OVERFLOW if beyond else value), point.limited and settings.output, time


def settle_s(settings: Settings) -> float:
    """How long a new level takes to arrive, on the range it is sourced on."""
    return settling_s(settings.variant.family, settings.function, settings.active.range_index)


def _better_range(settings: Settings, name: str, index: int, value: float) -> int:
    side = settings.sense[name]
    if name == settings.function or not side.range_auto:
        return index
    table = settings.tables[name]
    if abs(value) > table[index].full_scale:  # it autoranges at 100 % of the range (p. 2-44)
        return min(index + 1, max(settings.highest_index(name), index))
    if index > side.low_index and abs(value) < 0.98 * table[index - 1].full_scale:
        return index - 1
    return index
