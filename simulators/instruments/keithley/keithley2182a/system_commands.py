"""SYSTem and CALibration of the Model 2182A (user's manual, sections 2, 11 and 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2182a.groups import Group
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Boolean, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2182a.instrument import Keithley2182A

LOW_LEVEL_ACAL_s = 300.0
"""It takes about five minutes (user's manual p. 2-19, from memory)."""


class SystemCommands(Group):
    """Zeros, line frequency, who is in control."""

    autozero = Stored(":SYSTem:AZERo[:STATe]", Boolean())
    front_autozero = Stored(":SYSTem:FAZero[:STATe]", Boolean())
    line_sync = Stored(":SYSTem:LSYNc[:STATe]", Boolean())

    @command(":SYSTem:PRESet")
    def preset(self) -> None:
        """As *RST, but measuring continuously."""
        self.unit.reset()
        self.settings.continuous = True

    @command(":SYSTem:LFRequency?")
    def line_frequency(self) -> str:
        """50 or 60, as found at power-on; it cannot be set."""
        return f"{self.unit.line_frequency_Hz:.0f}"

    @command(":SYSTem:VERSion?")
    def version(self) -> str:
        """Year of the SCPI standard."""
        return "1991.0"

    @command(":SYSTem:BEEPer[:STATe]", Boolean())
    def set_beeper(self, on: bool) -> None:
        """A tone; nobody hears it here."""

    @command(":SYSTem:LOCal")
    @command(":SYSTem:REMote")
    def change_control(self) -> None:
        """Who is in control (RS-232)."""


class CalibrationCommands(Group):
    """The low-level calibration that a user does (ACAL, user's manual p. 2-18 ff.): commands from memory."""

    def __init__(self, unit: Keithley2182A) -> None:
        super().__init__(unit)
        self._prepared = False

    @command(":CALibration:UNPRotected:ACALibration:INITiate")
    def prepare(self) -> None:
        """Has to come first."""
        self._prepared = True

    @command(":CALibration:UNPRotected:ACALibration:STEP2")
    def low_level(self) -> None:
        """Adjust the 10 mV range at the present temperature; minutes. -221 unprepared."""
        if not self._prepared:
            raise ScpiError(-221)
        self.unit.spend(LOW_LEVEL_ACAL_s)
        self.unit.converter.acal_K = self.unit.converter.internal_K(self.unit.time)

    @command(":CALibration:UNPRotected:ACALibration:DONE")
    def done(self) -> None:
        """Back to measuring."""
        self._prepared = False

    @command(":CALibration:UNPRotected:ACALibration:TEMPerature?")
    def temperature(self) -> float:
        """Temperature inside at the last one, in C."""
        return self.unit.converter.acal_K - 273.15
