"""The SENSe subsystem of the Model 2182A (user's manual, section 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2182a.groups import Group
from simulators.instruments.keithley.keithley2182a.ranges import CHANNELS, index_for
from simulators.instruments.keithley.keithley2182a.settings import ChannelState
from simulators.instruments.keithley.source_meter.binding import RangeNumber, Stored, under
from simulators.wire.scpi import Boolean, Choice, Integer, NameList, Number, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2182a.instrument import Keithley2182A

FUNCTIONS = NameList("VOLTage[:DC]", "TEMPerature", quoted=True)


class SenseCommands(Group):
    """What both channels share. Ratio and the meter's own delta are not simulated."""

    nplc = Stored("[:SENSe[1]]:VOLTage[:DC]:NPLCycles", Number(0.01, lambda group: group.longest_nplc, 5.0))
    digits = Stored("[:SENSe[1]]:VOLTage[:DC]:DIGits", Integer(4, 8, 8))

    @property
    def longest_nplc(self) -> float:
        """One second: 50 or 60 cycles."""
        return self.unit.line_frequency_Hz

    @command("[:SENSe[1]]:FUNCtion", FUNCTIONS)
    def set_function(self, names: tuple[str, ...]) -> None:
        """Voltage or temperature; one at a time."""
        if len(names) != 1:
            raise ScpiError(-108)
        self.settings.function = names[0]
        self.changed()

    @command("[:SENSe[1]]:FUNCtion?")
    def function(self) -> str:
        """Quoted, "VOLT:DC" or "TEMP"."""
        return f'"{self.settings.function}"'

    @command("[:SENSe[1]]:CHANnel", Integer(0, 2, 1))
    def set_channel(self, channel: int) -> None:
        """Channel 1 or 2, or 0 for the sensor inside."""
        self.settings.channel = channel
        self.changed()

    @command("[:SENSe[1]]:CHANnel?")
    def channel(self) -> int:
        """The selected channel."""
        return self.settings.channel

    @command("[:SENSe[1]]:VOLTage[:DC]:APERture", Number(166.67e-6, 1.0))
    def set_aperture(self, seconds: float) -> None:
        """Integration time in seconds: the same setting as NPLCycles."""
        self.settings.nplc = min(max(seconds * self.unit.line_frequency_Hz, 0.01), self.longest_nplc)
        self.changed()

    @command("[:SENSe[1]]:VOLTage[:DC]:APERture?")
    def aperture(self) -> float:
        """Integration time in seconds."""
        return self.unit.integration_s

    @command("[:SENSe[1]]:TEMPerature:RTEMperature?")
    def internal_temperature(self) -> float:
        """Temperature inside, in C."""
        return self.unit.internal_C()


class ChannelCommands(Group):
    """`SENSe:VOLTage:CHANnel1` or 2; channel 1 is meant where none is written."""

    analog_filter = Stored(":LPASs[:STATe]", Boolean())
    filter = Stored(":DFILter[:STATe]", Boolean())
    filter_control = Stored(":DFILter:TCONtrol", Choice("MOVing", "REPeat"))
    filter_count = Stored(":DFILter:COUNt", Integer(1, 100, 10))
    filter_window = Stored(":DFILter:WINDow", Number(0.0, 10.0, 0.01))
    relative = Stored(":REFerence:STATe", Boolean())

    def __init__(self, unit: Keithley2182A, channel: int) -> None:
        super().__init__(unit)
        self.channel = channel
        node = "[:CHANnel1]" if channel == 1 else ":CHANnel2"
        self.header = f"[:SENSe[1]]:VOLTage[:DC]{node}"
        self.table = CHANNELS[channel]
        self.highest = self.table[-1].largest_reading
        self.lowest = -self.highest

    @property
    def state(self) -> ChannelState:
        """Settings of this channel."""
        return self.settings.channels[self.channel]

    @under(":RANGe[:UPPer]", RangeNumber("zero", "highest", "highest"))
    def set_range(self, expected: float) -> None:
        """Lowest range that shows this voltage; ends auto range."""
        self.state.range_index = index_for(self.table, abs(expected))
        self.state.range_auto = False
        self.changed()

    @under(":RANGe[:UPPer]?")
    def range(self) -> float:
        """Full scale of the present range."""
        return self.table[self.state.range_index].full_scale

    @under(":RANGe:AUTO", Boolean())
    def set_range_auto(self, on: bool) -> None:
        """Let the reading choose the range."""
        self.state.range_auto = on
        self.changed()

    @under(":RANGe:AUTO?")
    def range_auto(self) -> bool:
        """Whether the reading chooses the range."""
        return self.state.range_auto

    @under(":REFerence", Number("lowest", "highest", 0.0))
    def set_reference(self, volts: float) -> None:
        """What REL subtracts."""
        self.state.reference_V = volts

    @under(":REFerence?")
    def reference(self) -> float:
        """What REL subtracts."""
        return self.state.reference_V

    @under(":REFerence:ACQuire")
    def acquire_reference(self) -> None:
        """Take the present input as the reference: the latest reading (-230 without one, from memory)."""
        if self.unit.latest is None:
            raise ScpiError(-230)
        self.state.reference_V = self.unit.latest.measured

    @property
    def zero(self) -> float:
        """The smallest expected value."""
        return 0.0

    def neighbour(self, step: int) -> float:
        """Full scale one range up or down; at the end, the present one."""
        index = min(max(self.state.range_index + step, 0), len(self.table) - 1)
        return self.table[index].full_scale
