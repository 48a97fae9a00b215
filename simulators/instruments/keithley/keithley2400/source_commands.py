"""The SOURce subsystem (user's manual, p. 18-71 ff.)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2400.errors import refused
from simulators.instruments.keithley.keithley2400.groups import Group, check_power
from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.keithley2400.settings import NO_OVP_V, SourceState
from simulators.instruments.keithley.source_meter.binding import RangeNumber, Stored, under
from simulators.instruments.keithley.source_meter.ranges import index_for
from simulators.wire.scpi import Boolean, Choice, Number, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2400.instrument import Keithley2400

PROTECTION_STEPS_V = (20.0, 40.0, 60.0, 80.0, 100.0, 120.0, 160.0, NO_OVP_V)


class SourceFunctionCommands(Group):
    """`SOURce:VOLTage` or `SOURce:CURRent`."""

    mode = Stored(":MODE", Choice("FIXed"))

    def __init__(self, unit: Keithley2400, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f":SOURce[1]:{word}"
        self.highest = TABLES[name][-1].largest_level
        self.lowest = -self.highest
        self.default_range = TABLES[name][SourceState().range_index].largest_level

    @property
    def state(self) -> SourceState:
        """Settings of this function."""
        return self.settings.source[self.name]

    @under("[:LEVel][:IMMediate][:AMPLitude]", Number("lowest", "highest", 0.0))
    def set_level(self, level: float) -> None:
        """Level of the source, at once; -221 beyond a manual range."""
        self._check_level(level)
        self.state.level = level
        self.state.triggered = None
        self.changed()

    @under("[:LEVel][:IMMediate][:AMPLitude]?")
    def level(self) -> float:
        """The programmed level."""
        return self.state.level

    @under("[:LEVel]:TRIGgered[:AMPLitude]", Number("lowest", "highest", 0.0))
    def set_triggered(self, level: float) -> None:
        """Level that the next source-measure cycle goes to."""
        self._check_level(level)
        self.state.triggered = level

    @under("[:LEVel]:TRIGgered[:AMPLitude]?")
    def triggered(self) -> float:
        """The level of the next cycle."""
        state = self.state
        return state.level if state.triggered is None else state.triggered

    @under(":RANGe", RangeNumber("lowest", "highest", "default_range"))
    def set_range(self, expected: float) -> None:
        """Lowest range that takes this level; ends auto range. -221 if the present level does not fit."""
        self._refuse_auto_ohms()
        index = index_for(TABLES[self.name], abs(expected))
        assert index is not None
        state = self.state
        if abs(state.level) > TABLES[self.name][index].largest_level:
            raise ScpiError(-221)
        self._go_to(index)
        state.range_auto = False
        self.changed()

    @under(":RANGe?")
    def range(self) -> float:
        """The present range as the largest level on it: 105 % of its name (1.05E-4 for 100 uA).

        The manual names the ranges and prints no reply (p. 18-74 ff.); pymeasure's tests on a real unit have
        1.05E-4 and 21 after *RST.
        """
        return TABLES[self.name][self.state.range_index].largest_level

    @under(":RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Let the level choose the range."""
        self._refuse_auto_ohms()
        if on:
            self._go_to(self._index_for(self.state.level))
        self.state.range_auto = on
        self.changed()

    @under(":RANGe:AUTO?")
    def range_auto(self) -> bool:
        """Whether the level chooses the range."""
        return self.state.range_auto

    def neighbour(self, step: int) -> float:
        """Full scale one range up or down; at the end, the present one."""
        index = min(max(self.state.range_index + step, 0), len(TABLES[self.name]) - 1)
        return TABLES[self.name][index].full_scale

    def _check_level(self, level: float) -> None:
        self._refuse_auto_ohms()
        state = self.state
        if state.range_auto:
            self._go_to(self._index_for(level))
        elif abs(level) > TABLES[self.name][state.range_index].largest_level * (1 + 1e-9):
            raise ScpiError(-221)

    def _index_for(self, level: float) -> int:
        index = index_for(TABLES[self.name], abs(level))
        assert index is not None  # the parameter's limits are those of the highest range
        return index

    def _go_to(self, index: int) -> None:
        old, self.state.range_index = self.state.range_index, index
        try:
            if self.name == self.settings.function:
                check_power(self.settings)
        except ScpiError:
            self.state.range_index = old
            raise

    def _refuse_auto_ohms(self) -> None:
        if self.settings.auto_ohms:
            raise refused(825)


class SourceCommands(Group):
    """What both functions share."""

    delay = Stored(":SOURce[1]:DELay:AUTO", Boolean(), "delay_auto")
    clear_auto = Stored(":SOURce[1]:CLEar:AUTO", Boolean())
    clear_mode = Stored(":SOURce[1]:CLEar:AUTO:MODE", Choice("ALWays", "TCOunt"))

    @command(":SOURce[1]:FUNCtion[:MODE]", Choice("VOLTage", "CURRent"))
    def set_function(self, name: str) -> None:
        """Source voltage or current; changing it switches the output off (from memory)."""
        settings = self.settings
        if settings.auto_ohms and name != "CURR":
            raise refused(825)
        if name == settings.function:
            return
        old, settings.function = settings.function, name
        try:
            check_power(settings)
        except ScpiError:
            settings.function = old
            raise
        settings.output = False
        self.changed()

    @command(":SOURce[1]:FUNCtion[:MODE]?")
    def function(self) -> str:
        """VOLT or CURR."""
        return self.settings.function

    @command(":SOURce[1]:VOLTage:PROTection[:LEVel]", Number(-NO_OVP_V, NO_OVP_V, NO_OVP_V))
    def set_overvoltage(self, limit: float) -> None:
        """Limit of the voltage source: 20, 40, 60, 80, 100, 120, 160 V, or none above that."""
        self.settings.overvoltage_V = next(step for step in PROTECTION_STEPS_V if abs(limit) <= step)
        self.changed()

    @command(":SOURce[1]:VOLTage:PROTection[:LEVel]?")
    def overvoltage(self) -> float:
        """Limit of the voltage source."""
        return self.settings.overvoltage_V

    @command(":SOURce[1]:VOLTage:PROTection:TRIPped?")
    def overvoltage_tripped(self) -> bool:
        """Whether that limit holds the source."""
        return self.unit.overvoltage_tripped

    @command(":SOURce[1]:DELay", Number(0.0, 999.9999, 0.0))
    def set_delay(self, seconds: float) -> None:
        """Fixed delay between source and measurement; ends auto delay."""
        self.settings.delay_s = seconds
        self.settings.delay_auto = False

    @command(":SOURce[1]:DELay?")
    def delay_s(self) -> float:
        """The delay in force."""
        return self.unit.source_delay_s

    @command(":SOURce[1]:CLEar[:IMMediate]")
    def clear(self) -> None:
        """Output off."""
        self.settings.output = False
        self.changed()
