"""The SOURce subsystem (reference manual 2450-901-01 Rev. B, p. 6-66 to 6-76)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450.groups import USER, Group, Magnitude
from simulators.instruments.keithley.keithley2450.ranges import TABLES
from simulators.instruments.keithley.keithley2450.settings import DEFAULT_LIMIT, OPPOSITE, SourceState
from simulators.instruments.keithley.source_meter.binding import Stored, under
from simulators.instruments.keithley.source_meter.ranges import index_for
from simulators.wire.scpi import Boolean, Choice, Number, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

SMALLEST_LIMIT = {"VOLT": 1e-9, "CURR": 0.02}
"""ILIMit and VLIMit (from memory; Rev. B prints no lower bound)."""
PROTECTIONS = (2, 5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 180)
DELAY = Number(0.0, 1e4, 0.0)


class SourceFunctionCommands(Group):
    """`SOURce:VOLTage` or `SOURce:CURRent`."""

    read_back = Stored(":READ:BACK", Boolean())
    high_capacitance = Stored(":HIGH:CAPacitance", Boolean())

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.table = TABLES[name]
        self.header = f":SOURce[1]:{word}"
        self.highest = self.table[-1].largest_level
        self.lowest = -self.highest
        self.highest_range = self.table[-1].full_scale
        self.lowest_range = self.table[0].full_scale

    @property
    def state(self) -> SourceState:
        """Settings of this function."""
        return self.settings.source[self.name]

    @under("[:LEVel][:IMMediate][:AMPLitude]", Number("lowest", "highest", 0.0))
    def set_level(self, level: float) -> None:
        """Level of the source, at once; -222 beyond a manual range (the code is from memory)."""
        self.refuse_ohms()
        state = self.state
        if state.range_auto:
            self._go_to(abs(level))
        elif abs(level) > self.table[state.range_index].largest_level * (1 + 1e-9):
            raise ScpiError(-222)
        state.level = level
        self.changed()
        if self.settings.output:
            self.unit.note_interlock()

    @under("[:LEVel][:IMMediate][:AMPLitude]?")
    def level(self) -> float:
        """The programmed level."""
        return self.state.level

    @under(":RANGe", Magnitude("lowest_range", "highest", "lowest_range"))
    def set_range(self, expected: float) -> None:
        """Lowest range that takes this level; ends auto range. -221 if the present level does not fit."""
        self.refuse_ohms()
        index = index_for(self.table, expected)
        assert index is not None  # the parameter's limits are those of the highest range
        if abs(self.state.level) > self.table[index].largest_level:
            raise ScpiError(-221)
        self.state.range_index = index
        self.state.range_auto = False
        self.unit.fit_limit_to_source_range(self.name)
        self.changed()

    @under(":RANGe?")
    def range(self) -> float:
        """Full scale of the present range."""
        return self.table[self.state.range_index].full_scale

    @under(":RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Let the level choose the range."""
        self.refuse_ohms()
        self.state.range_auto = on
        if on:
            self._go_to(abs(self.state.level))
        self.changed()

    @under(":RANGe:AUTO?")
    def range_auto(self) -> bool:
        """Whether the level chooses the range."""
        return self.state.range_auto

    @under(":DELay", DELAY)
    def set_delay(self, seconds: float) -> None:
        """Fixed delay between source and measurement; ends auto delay."""
        self.state.delay_s = seconds
        self.state.delay_auto = False

    @under(":DELay?")
    def delay(self) -> float:
        """The delay in force."""
        return self.unit.source_delay(self.name)

    @under(":DELay:AUTO", Boolean())
    def set_delay_auto(self, on: bool) -> None:
        """Delay by current range; switched off, the automatic one stays as the fixed one."""
        self.state.delay_s = self.unit.source_delay(self.name)
        self.state.delay_auto = on

    @under(":DELay:AUTO?")
    def delay_auto(self) -> bool:
        """Whether the delay is automatic."""
        return self.state.delay_auto

    @under(":DELay:USER#", DELAY, suffixes=USER)
    def set_user_delay(self, number: int, seconds: float) -> None:
        """A delay for trigger models."""
        self.state.user_delay_s[number - 1] = seconds

    @under(":DELay:USER#?", suffixes=USER)
    def user_delay(self, number: int) -> float:
        """A delay for trigger models."""
        return self.state.user_delay_s[number - 1]

    def refuse_ohms(self) -> None:
        """-221 while the resistance function governs the source (the code is from memory)."""
        if self.settings.measures_ohms:
            raise ScpiError(-221)

    def _go_to(self, level: float) -> None:
        index = index_for(self.table, level)
        assert index is not None
        self.state.range_index = index
        self.unit.fit_limit_to_source_range(self.name)


class LimitCommands(Group):
    """`SOURce:VOLTage:ILIMit` or `SOURce:CURRent:VLIMit`."""

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.limited = OPPOSITE[name]
        self.header = f":SOURce[1]:{word}:{'ILIMit' if name == 'VOLT' else 'VLIMit'}"
        self.smallest = SMALLEST_LIMIT[name]
        self.highest = TABLES[self.limited][-1].largest_level
        self.default = DEFAULT_LIMIT[name]

    @property
    def state(self) -> SourceState:
        """Settings of the source function that is limited."""
        return self.settings.source[self.name]

    @under("[:LEVel]", Magnitude("smallest", "highest", "default"))
    def set_limit(self, limit: float) -> None:
        """Limit of the other quantity, a magnitude.

        Beyond the power of the source range it is not changed, with a warning; with a fixed measurement
        range, less than 0.1 % of that becomes 0.1 %, with a warning (p. 2-100). Warnings are no errors.
        """
        state = self.state
        if limit > highest_limit(self.name, state.range_index) * (1 + 1e-9):
            self.unit.warn("Settings conflict; source limit not changed: too high for the source range")
            return
        state.limit = limit
        self.unit.fit_limit_to_measure_range(self.name)
        sense = self.settings.sense[self.limited]
        if sense.range_auto:
            sense.range_index = min(sense.range_index, self.settings.highest_index(self.limited))
        self.changed()

    @under("[:LEVel]?")
    def limit(self) -> float:
        """The limit."""
        return self.state.limit

    @under("[:LEVel]:TRIPped?")
    def tripped(self) -> bool:
        """Whether the source is held by its limit now."""
        return self.settings.function == self.name and self.unit.limited


class SourceCommands(Group):
    """What is there once."""

    @command(":SOURce[1]:FUNCtion[:MODE]", Choice("VOLTage", "CURRent"))
    def set_function(self, name: str) -> None:
        """Source voltage or current; changing it switches the output off (from memory)."""
        settings = self.settings
        if name == settings.function:
            return
        if settings.measures_ohms:
            raise ScpiError(-221)
        settings.function = name
        settings.output = False
        self.changed()

    @command(":SOURce[1]:FUNCtion[:MODE]?")
    def function(self) -> str:
        """VOLT or CURR."""
        return self.settings.function

    @command(":SOURce[1]:VOLTage:PROTection[:LEVel]", Choice(*(f"PROT{v}" for v in PROTECTIONS), "NONE"))
    def set_overvoltage(self, which: str) -> None:
        """The voltage that is not exceeded, whatever is sourced."""
        self.settings.overvoltage_V = math.inf if which == "NONE" else float(which.removeprefix("PROT"))
        self.changed()

    @command(":SOURce[1]:VOLTage:PROTection[:LEVel]?")
    def overvoltage(self) -> str:
        """PROT2 to PROT180, or NONE."""
        limit_V = self.settings.overvoltage_V
        return "NONE" if math.isinf(limit_V) else f"PROT{limit_V:.0f}"

    @command(":SOURce[1]:VOLTage:PROTection[:LEVel]:TRIPped?")
    def overvoltage_tripped(self) -> bool:
        """Whether the protection holds the output."""
        return self.unit.protected


def highest_limit(name: str, range_index: int) -> float:
    """20 W: on the highest source range only a tenth of the highest limit (SPEC-2450 Rev. A, p. 1)."""
    highest = TABLES[OPPOSITE[name]][-1].largest_level
    return highest / 10 if range_index == len(TABLES[name]) - 1 else highest
