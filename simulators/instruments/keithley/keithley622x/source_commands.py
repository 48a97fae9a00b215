"""SOURce:CURRent and OUTPut of a 622x (reference manual, sections 2 and 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley622x import status
from simulators.instruments.keithley.keithley622x.groups import Group
from simulators.instruments.keithley.keithley622x.ranges import LARGEST_A, RANGES, index_for
from simulators.wire.scpi import Boolean, Choice, Number, ScpiError, Setting, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley622x.instrument import Keithley622x

LEVEL = Number(-LARGEST_A, LARGEST_A, 0.0)
DEFAULT_RANGE = len(RANGES) - 1


class SourceCommands(Group):
    """Level, range, compliance, filter. Waves, sweeps, pulse delta and conductance are not simulated."""

    mode = Setting(":SOURce[1]:CURRent:MODE", Choice("FIXed", "SWEep", "LIST"), "FIX", changed="apply")
    filter = Setting(":SOURce[1]:CURRent:FILTer[:STATe]", Boolean(), False)
    delay = Setting(":SOURce[1]:DELay", Number(1e-3, 999999.999, 1.0), 1.0)
    compliance_V = Setting(":SOURce[1]:CURRent:COMPliance", Number(0.1, 105.0, 10.0), 10.0, changed="apply")

    def __init__(self, unit: Keithley622x) -> None:
        super().__init__(unit)
        self.level_A = 0.0
        self.range_index = DEFAULT_RANGE
        self.range_auto = False

    def apply(self, old: object = None) -> None:
        """Bring the terminals to what the settings now say."""
        self.unit.apply()

    @command(":SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]", LEVEL)
    def set_level(self, level_A: float) -> None:
        """The level, at once; -221 beyond a fixed range or while a delta test holds the source."""
        self._refuse_while_armed()
        if self.range_auto:
            self.range_index = index_for(level_A)
        elif abs(level_A) > RANGES[self.range_index].largest_level * (1 + 1e-9):
            raise ScpiError(-221)
        self.level_A = level_A
        self.apply()

    @command(":SOURce[1]:CURRent[:LEVel][:IMMediate][:AMPLitude]?")
    def level(self) -> float:
        """The programmed level."""
        return self.level_A

    @command(":SOURce[1]:CURRent:RANGe", LEVEL)
    def set_range(self, expected_A: float) -> None:
        """Lowest range that takes this level; -221 if the present level does not fit."""
        self._refuse_while_armed()
        index = index_for(expected_A)
        if abs(self.level_A) > RANGES[index].largest_level:
            raise ScpiError(-221)
        self.range_index, self.range_auto = index, False
        self.apply()

    @command(":SOURce[1]:CURRent:RANGe?")
    def range(self) -> float:
        """The present range by its name."""
        return RANGES[self.range_index].full_scale

    @command(":SOURce[1]:CURRent:RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Let the level choose the range."""
        self._refuse_while_armed()
        self.range_auto = on
        if on:
            self.range_index = index_for(self.level_A)
            self.apply()

    @command(":SOURce[1]:CURRent:RANGe:AUTO?")
    def is_range_auto(self) -> bool:
        """Whether the level chooses the range."""
        return self.range_auto

    @command(":SOURce[1]:CLEar[:IMMediate]")
    def clear(self) -> None:
        """Level to zero and output off (p. 3-11)."""
        self.unit.delta.end(aborted=True)
        self.level_A = 0.0
        self.unit.output.on = False
        self.apply()

    def forget(self) -> None:
        """*RST."""
        self.level_A, self.range_index, self.range_auto = 0.0, DEFAULT_RANGE, False

    def _refuse_while_armed(self) -> None:
        if self.unit.delta.is_armed:
            raise ScpiError(-221)


class OutputCommands(Group):
    """The output and what surrounds it: triax inner shield, output low, response, interlock (section 2)."""

    inner_shield = Setting(":OUTPut[1]:ISHield", Choice("OLOW", "GUARd"), "OLOW")
    low_to_earth = Setting(":OUTPut[1]:LTEarth", Boolean(), False)
    response = Setting(":OUTPut[1]:RESPonse", Choice("FAST", "SLOW"), "FAST")

    def __init__(self, unit: Keithley622x) -> None:
        super().__init__(unit)
        self.on = False

    @command(":OUTPut[1][:STATe]", Boolean())
    def switch(self, on: bool) -> None:
        """On or off; off ends a delta test. +802 while the interlock is open."""
        if on and not self.unit.interlock_closed:
            raise status.blocked_by_interlock()
        if not on:
            self.unit.delta.end(aborted=True)
        self.on = on
        self.unit.apply()

    @command(":OUTPut[1][:STATe]?")
    def is_on(self) -> bool:
        """Whether the output is on."""
        return self.on

    @command(":OUTPut[1]:INTerlock:TRIPped?")
    def interlock_closed(self) -> bool:
        """1 if the interlock is closed, so that the output can be switched on; 0 if it is open."""
        return self.unit.interlock_closed
