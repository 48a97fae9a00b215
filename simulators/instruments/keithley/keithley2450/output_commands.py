"""OUTPut and ROUTe (reference manual 2450-901-01 Rev. B, p. 6-31 to 6-35)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450.groups import Group
from simulators.instruments.keithley.keithley2450.settings import SourceState
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Boolean, Choice, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

OFF_MODE = Choice("HIMPedance", "NORMal", "ZERO", "GUARd")


class OffModeCommands(Group):
    """`OUTPut:VOLTage` or `OUTPut:CURRent`: the output-off state belongs to the source function."""

    off_mode = Stored(":SMODe", OFF_MODE)

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f":OUTPut[1]:{word}[:DC]"

    @property
    def state(self) -> SourceState:
        """Settings of the source function."""
        return self.settings.source[self.name]


class OutputCommands(Group):
    """The output, its interlock, and which terminals are in use."""

    @command(":OUTPut[1][:STATe]", Boolean())
    def switch(self, on: bool) -> None:
        """Output on or off. -221 with an interlock in use and open; 5074 if an open one holds the voltage."""
        if on and self.unit.interlock_required and not self.unit.stage.interlock_closed:
            raise ScpiError(-221)
        self.settings.output = on
        self.changed()
        if on:
            self.unit.note_interlock()

    @command(":OUTPut[1][:STATe]?")
    def is_on(self) -> bool:
        """Whether the output is on."""
        return self.settings.output

    @command(":OUTPut[1]:SMODe", OFF_MODE)
    def set_off_modes(self, mode: str) -> None:
        """The output-off state of both source functions."""
        for source in self.settings.source.values():
            source.off_mode = mode
        self.changed()

    @command(":OUTPut[1]:INTerlock:STATe", Boolean())
    def use_interlock(self, on: bool) -> None:
        """Whether an open interlock forbids the output altogether. Survives *RST and power-off."""
        self.unit.interlock_required = on
        if on and not self.unit.stage.interlock_closed:
            self.settings.output = False
            self.changed()

    @command(":OUTPut[1]:INTerlock:STATe?")
    def uses_interlock(self) -> bool:
        """Whether an open interlock forbids the output altogether."""
        return self.unit.interlock_required

    @command(":OUTPut[1]:INTerlock:TRIPped?")
    def interlock(self) -> bool:
        """1 if the interlock is closed: all voltages are available."""
        return self.unit.stage.interlock_closed

    @command(":ROUTe:TERMinals", Choice("FRONt", "REAR"))
    def set_terminals(self, which: str) -> None:
        """Front or rear terminals; a change switches the output off (2461 manual p. 6-50)."""
        if which != self.settings.terminals:
            self.settings.output = False
            self.settings.terminals = which
            self.changed()

    @command(":ROUTe:TERMinals?")
    def terminals(self) -> str:
        """FRON or REAR."""
        return self.settings.terminals
