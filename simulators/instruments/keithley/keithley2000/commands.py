"""SENSe:VOLTage and SYSTem of the Model 2000 (user's manual 2000-900-01, p. 5-37 ff. and 5-61 ff.)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2000.ranges import RANGES, index_for
from simulators.instruments.keithley.meter.unit import MeterGroup
from simulators.instruments.keithley.source_meter.binding import RangeNumber, Stored, under
from simulators.wire.scpi import Boolean, Choice, Integer, NameList, Number, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2000.instrument import Keithley2000


class VoltageCommands(MeterGroup):
    """`SENSe:VOLTage[:DC]`: the other functions are not simulated."""

    header = "[:SENSe[1]]:VOLTage[:DC]"
    nplc = Stored(":NPLCycles", Number(0.01, 10.0, 1.0))
    digits = Stored(":DIGits", Integer(4, 7, 7))
    filter = Stored(":AVERage:STATe", Boolean())
    filter_control = Stored(":AVERage:TCONtrol", Choice("MOVing", "REPeat"))
    filter_count = Stored(":AVERage:COUNt", Integer(1, 100, 10))
    relative = Stored(":REFerence:STATe", Boolean())
    reference = Stored(":REFerence", Number(-1010.0, 1010.0, 0.0), "reference_V")
    highest = RANGES[-1].largest_reading
    lowest = 0.0

    @under(":RANGe[:UPPer]", RangeNumber("lowest", "highest", "highest"))
    def set_range(self, expected: float) -> None:
        """Lowest range that shows this voltage; ends auto range."""
        self.settings.range_index = index_for(abs(expected))
        self.settings.range_auto = False
        self.changed()

    @under(":RANGe[:UPPer]?")
    def range(self) -> float:
        """Full scale of the present range."""
        return RANGES[self.settings.range_index].full_scale

    @under(":RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Let the reading choose the range."""
        self.settings.range_auto = on
        self.changed()

    @under(":RANGe:AUTO?")
    def range_auto(self) -> bool:
        """Whether the reading chooses the range."""
        return bool(self.settings.range_auto)

    @under(":REFerence:ACQuire")
    def acquire_reference(self) -> None:
        """Take the latest reading as the reference (-230 without one, from memory)."""
        if self.unit.latest is None:
            raise ScpiError(-230)
        self.settings.reference_V = self.unit.latest.measured

    def neighbour(self, step: int) -> float:
        """Full scale one range up or down; at the end, the present one."""
        index = min(max(self.settings.range_index + step, 0), len(RANGES) - 1)
        return RANGES[index].full_scale

    @command("[:SENSe[1]]:FUNCtion", NameList("VOLTage[:DC]", quoted=True))
    def set_function(self, names: tuple[str, ...]) -> None:
        """Volts; the other functions are not simulated (-141)."""

    @command("[:SENSe[1]]:FUNCtion?")
    def function(self) -> str:
        """Quoted, "VOLT:DC"."""
        return f'"{self.settings.function}"'


class SystemCommands(MeterGroup):
    """Autozero, presets, who is in control."""

    autozero = Stored(":SYSTem:AZERo:STATe", Boolean())

    def __init__(self, unit: Keithley2000) -> None:
        super().__init__(unit)
        self._meter = unit

    @command(":SYSTem:PRESet")
    def preset(self) -> None:
        """As *RST, but measuring continuously."""
        self._meter.reset()
        self.settings.continuous = True

    @command(":SYSTem:VERSion?")
    def version(self) -> str:
        """Year of the SCPI standard."""
        return "1991.0"

    @command(":SYSTem:BEEPer:STATe", Boolean())
    def set_beeper(self, on: bool) -> None:
        """On or off: the 2000 has no tone of a chosen frequency."""

    @command(":SYSTem:LOCal")
    @command(":SYSTem:REMote")
    @command(":SYSTem:RWLock")
    def change_control(self) -> None:
        """Who is in control (RS-232)."""
