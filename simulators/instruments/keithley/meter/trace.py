"""The buffer of readings, FORMat and DISPlay, as the 2000 and the 2182A share them."""

from __future__ import annotations

from simulators.instruments.keithley.meter.unit import MeterGroup, MeterUnit, Reading
from simulators.wire.scpi import Boolean, Choice, Integer, ScpiError, command

BUFFER_FULL = 1 << 9
"""Bit of the measurement event register."""


class TraceCommands(MeterGroup):
    """The buffer: up to 1024 readings."""

    def __init__(self, unit: MeterUnit) -> None:
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


class DisplayCommands(MeterGroup):
    """The front panel."""

    def __init__(self, unit: MeterUnit) -> None:
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
