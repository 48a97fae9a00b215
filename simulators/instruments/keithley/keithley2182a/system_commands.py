"""SYSTem, CALibration, DISPlay and TRACe of the Model 2182A (user's manual, sections 6, 11 and 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2182a.groups import Group
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Boolean, Choice, Integer, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2182a.acquisition import Reading
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


class TraceCommands(Group):
    """The buffer: up to 1024 readings."""

    def __init__(self, unit: Keithley2182A) -> None:
        super().__init__(unit)
        self.readings: list[Reading] = []
        self.points = 100
        self.control = "NEV"

    def take(self, reading: Reading) -> None:
        """Store a reading if storage is on; when full it goes off."""
        if self.control == "NEXT":
            self.readings.append(reading)
            if len(self.readings) >= self.points:
                self.control = "NEV"

    @command(":FORMat[:DATA]", Choice("ASCii"))
    def set_format(self, word: str) -> None:
        """Text: binary data are not simulated."""

    @command(":FORMat[:DATA]?")
    def data_format(self) -> str:
        """ASC."""
        return "ASC"

    @command(":TRACe:DATA?")
    def data(self) -> str:
        """All stored readings; -230 if there are none."""
        if not self.readings:
            raise ScpiError(-230)
        return ",".join(self.unit.formatted(one) for one in self.readings)

    @command(":TRACe:POINts", Integer(2, 1024, 100))
    def set_points(self, count: int) -> None:
        """Size of the buffer, which it empties."""
        self.points = count
        self.readings.clear()

    @command(":TRACe:POINts?")
    def point_count(self) -> int:
        """Size of the buffer."""
        return self.points

    @command(":TRACe:CLEar")
    def clear(self) -> None:
        """Forget all readings."""
        self.readings.clear()

    @command(":TRACe:FEED", Choice("SENSe[1]"))
    def set_feed(self, source: str) -> None:
        """What is stored: readings."""

    @command(":TRACe:FEED?")
    def feed(self) -> str:
        """SENS1."""
        return "SENS1"

    @command(":TRACe:FEED:CONTrol", Choice("NEVer", "NEXT"))
    def set_control(self, control: str) -> None:
        """Store the next readings until full, or never; starting clears the buffer."""
        if control == "NEXT":
            self.readings.clear()
        self.control = control

    @command(":TRACe:FEED:CONTrol?")
    def feed_control(self) -> str:
        """NEXT while it stores, NEV otherwise."""
        return self.control


class DisplayCommands(Group):
    """The front panel."""

    def __init__(self, unit: Keithley2182A) -> None:
        super().__init__(unit)
        self._on = True

    @command(":DISPlay:ENABle", Boolean())
    def enable(self, on: bool) -> None:
        """Light it or not."""
        self._on = on

    @command(":DISPlay:ENABle?")
    def enabled(self) -> bool:
        """Whether it is lit."""
        return self._on
