"""SYSTem and DISPlay of a 622x (reference manual, sections 1 and 13)."""

from __future__ import annotations

from simulators.instruments.keithley.keithley622x.groups import Group
from simulators.wire.scpi import Boolean, Number, Setting, command


class SystemCommands(Group):
    """What has no effect on a measurement."""

    display = Setting(":DISPlay:ENABle", Boolean(), True)
    beeper = Setting(":SYSTem:BEEPer:STATe", Boolean(), True)

    @command(":SYSTem:PRESet")
    def preset(self) -> None:
        """As *RST here: the two differ in no setting that is simulated."""
        self.unit.reset()

    @command(
        ":SYSTem:BEEPer[:IMMediate]",
        Number(65.0, 2e6, 2400.0, optional=True),
        Number(0.0, 7.9, 1.0, optional=True),
    )
    def beep(self, frequency_Hz: float = 2400.0, seconds: float = 1.0) -> None:
        """A tone; nobody hears it here."""

    @command(":SYSTem:VERSion?")
    def version(self) -> str:
        """Year of the SCPI standard."""
        return "1996.0"

    @command(":SYSTem:LOCal")
    @command(":SYSTem:REMote")
    def change_control(self) -> None:
        """Who is in control (RS-232)."""
