"""INITiate, ABORt, TRIGger:LOAD and SOURce:SWEep: the ready-made trigger models.

Reference manual 2450-901-01 Rev. B and the 2461's, p. 6-124 to 6-127 and 6-224 to 6-231. A model runs at once
when it is initiated and its duration is booked, so that the instrument answers when it has ended, and ABORt
finds nothing to stop. Not simulated: models built of blocks, the other templates, list and logarithmic
sweeps, endless runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulators.instruments.keithley.keithley2450.event_log import (
    INFORMATION,
    TRIGGER_ENDED,
    TRIGGER_STARTED,
)
from simulators.instruments.keithley.keithley2450.groups import Group
from simulators.instruments.keithley.keithley2450.ranges import TABLES
from simulators.instruments.keithley.keithley2450.read_commands import FIRST
from simulators.instruments.keithley.keithley2450.sweep import RANGE_TYPES, Sweep, levels_by_step, linear
from simulators.instruments.keithley.source_meter.binding import under
from simulators.wire.scpi import Boolean, Choice, Integer, Number, ScpiError, Text, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

MOST = 1_000_000
"""Readings of one run; the instrument's own count goes to 268435455, which no simulation would survive."""
BUFFER = Text(31, optional=True)
_DEFAULTS = (-1.0, 1, "BEST", True, False, FIRST)
"""Of a sweep: delay, count, range type, abort at the limit, dual, buffer (2461 manual p. 6-124)."""


class TriggerCommands(Group):
    """Load a model, run it."""

    def __init__(self, unit: Keithley2450) -> None:
        super().__init__(unit)
        self.model: Callable[[], None] | None = None

    @command(":INITiate[:IMMediate]")
    def initiate(self) -> None:
        """Run the model; -213 if there is none (the words are what users report, the code is our choice)."""
        if self.model is None:
            raise ScpiError(-213, "Init ignored; no trigger model found")
        self.unit.note(TRIGGER_STARTED, "Trigger model initiated", INFORMATION)
        self.model()
        self.unit.note(TRIGGER_ENDED, "Trigger model completed", INFORMATION)

    @command(":ABORt")
    def abort(self) -> None:
        """Stop the model; it has ended already."""

    @command(":TRIGger:STATe?")
    def state_of_run(self) -> str:
        """State, state again, number of the block."""
        return "IDLE;IDLE;0" if self.model else "EMPTY;EMPTY;0"

    @command(
        ":TRIGger:LOAD",
        Text(),
        Number(0.0, 1e9, optional=True),
        Number(0.0, 1e4, optional=True),
        BUFFER,
    )
    def load(self, template: str, amount: float = -1.0, delay_s: float = 0.0, name: str = FIRST) -> None:
        """A template: "Empty"; "SimpleLoop", count; "DurationLoop", seconds; each with delay and buffer."""
        kind = template.strip().upper()
        if kind == "EMPTY":
            self.model = None
            return
        if kind not in ("SIMPLELOOP", "DURATIONLOOP"):
            raise ScpiError(-224)
        if amount < 0:
            raise ScpiError(-109)
        _ = self.unit.buffers[name]
        if kind == "SIMPLELOOP":
            count = round(amount)
            if count > MOST:
                raise ScpiError(-223)
            self.model = lambda: self.unit.acquisition.measure(count, self.unit.buffers[name], delay_s)
        else:
            self.model = lambda: self._loop(amount, delay_s, name)

    def _loop(self, duration_s: float, delay_s: float, name: str) -> None:
        unit = self.unit
        buffer = unit.buffers[name]
        end = unit.time + duration_s
        for number in range(MOST):
            if unit.time >= end or (buffer.full and buffer.fill == "ONCE"):
                break
            unit.acquisition.store(unit.acquisition.take(delay_s), buffer, first=number == 0)


class SweepCommands(Group):
    """`SOURce:SWEep:VOLTage` or `SOURce:SWEep:CURRent`."""

    _TAIL = (
        Number(-1.0, 1e4, -1.0, optional=True),
        Integer(1, MOST, 1, optional=True),
        Choice(*RANGE_TYPES, optional=True),
        Boolean(optional=True),
        Boolean(optional=True),
        BUFFER,
    )

    def __init__(self, unit: Keithley2450, name: str, word: str, triggers: TriggerCommands) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f":SOURce[1]:SWEep:{word}"
        self.highest = TABLES[name][-1].largest_level
        self.lowest = -self.highest
        self._triggers = triggers

    @under(":LINear", Number("lowest", "highest"), Number("lowest", "highest"), Integer(2, MOST), *_TAIL)
    def set_linear(self, start: float, stop: float, points: int, *more: Any) -> None:
        """Equal steps from start to stop, so many points."""
        self._load(linear(start, stop, points), *more)

    @under(
        ":LINear:STEP", Number("lowest", "highest"), Number("lowest", "highest"), Number(0.0, None), *_TAIL
    )
    def set_stepped(self, start: float, stop: float, step: float, *more: Any) -> None:
        """Steps of a size; -221 if it is nothing or larger than the span."""
        if not 0 < step <= abs(stop - start):
            raise ScpiError(-221)
        if abs(stop - start) / step > MOST:
            raise ScpiError(-223)
        self._load(levels_by_step(start, stop, step), *more)

    def _load(self, levels: list[float], *given: Any) -> None:
        values: list[Any] = [*given, *_DEFAULTS[len(given) :]]
        delay_s, count, range_type, abort, dual, name = values
        if dual:
            levels = levels + levels[-2::-1]
        if len(levels) * count > MOST:
            raise ScpiError(-223)
        if self.settings.measures_ohms:
            raise ScpiError(-221)
        _ = self.unit.buffers[name]
        sweep = Sweep(self.name, levels, max(delay_s, 0.0), count, range_type, abort, name)
        self._triggers.model = lambda: sweep.run(self.unit)
