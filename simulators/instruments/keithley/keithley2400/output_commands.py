"""OUTPut and ROUTe (user's manual, p. 18-55 to 18-58)."""

from __future__ import annotations

from simulators.instruments.keithley.keithley2400.errors import refused
from simulators.instruments.keithley.keithley2400.groups import Group
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Boolean, Choice, command


class OutputCommands(Group):
    """The output, its off state, its enable line, and which terminals are in use."""

    off_mode = Stored(":OUTPut[1]:SMODe", Choice("HIMPedance", "NORMal", "ZERO", "GUARd"))
    output_enable = Stored(":OUTPut[1]:ENABle[:STATe]", Boolean())

    @command(":OUTPut[1][:STATe]", Boolean())
    def switch(self, on: bool) -> None:
        """Output on or off; +802 if the output enable line is in use and open."""
        if on and self.unit.output_blocked:
            raise refused(802)
        self.settings.output = on
        self.changed()

    @command(":OUTPut[1][:STATe]?")
    def is_on(self) -> bool:
        """Whether the output is on."""
        return self.settings.output

    @command(":OUTPut[1]:ENABle:TRIPped?")
    def tripped(self) -> bool:
        """1 if the output can be switched on (the line is closed, or not in use)."""
        return not self.unit.output_blocked

    @command(":ROUTe:TERMinals", Choice("FRONt", "REAR"))
    def set_terminals(self, which: str) -> None:
        """Front or rear terminals; a change switches the output off (from memory)."""
        if which != self.settings.terminals:
            self.settings.output = False
            self.settings.terminals = which
            self.changed()

    @command(":ROUTe:TERMinals?")
    def terminals(self) -> str:
        """FRON or REAR."""
        return self.settings.terminals
