"""The buffer and its statistics: TRACe and CALCulate3 (user's manual, sections 9 and 18-38, 18-113)."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2400 import status
from simulators.instruments.keithley.keithley2400.conversion import NOT_A_NUMBER, OVERFLOW, Reading
from simulators.instruments.keithley.keithley2400.groups import Group
from simulators.instruments.keithley.keithley2400.settings import BUFFER_SIZE
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Choice, Integer, ScpiError, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2400.instrument import Keithley2400

_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "MEAN": statistics.fmean,
    "SDEV": lambda values: statistics.stdev(values) if len(values) > 1 else 0.0,
    "MAX": max,
    "MIN": min,
    "PKPK": lambda values: max(values) - min(values),
}


class TraceCommands(Group):
    """Up to 2500 readings. `points`, `feed` and `control` are the instrument's, *RST leaves the readings."""

    statistic = Stored(":CALCulate3:FORMat", Choice("MEAN", "SDEViation", "MAXimum", "MINimum", "PKPK"))

    def __init__(self, unit: Keithley2400) -> None:
        super().__init__(unit)
        self.readings: list[Reading] = []
        self.points = 100
        self.control = "NEV"
        self.feed = "SENS"
        self.time_format = "ABS"

    @property
    def full(self) -> bool:
        """Whether it holds as many readings as it was told to."""
        return len(self.readings) >= self.points

    @property
    def condition(self) -> int:
        """Its bits in the measurement condition register."""
        available = status.BUFFER_AVAILABLE if len(self.readings) > 1 else 0
        return available | (status.BUFFER_FULL if self.readings and self.full else 0)

    def take(self, reading: Reading) -> None:
        """Store a reading if storage is on; when full it goes off."""
        if self.control == "NEXT":
            self.readings.append(reading)
            if self.full:
                self.control = "NEV"

    @command(":TRACe:DATA?")
    def data(self) -> str:
        """All stored readings; -230 if there are none."""
        if not self.readings:
            raise ScpiError(-230)
        ends = [reading.time for reading in self.readings]
        if self.time_format == "ABS":
            times = [end - self.unit.time_zero for end in ends]
        else:
            times = [end - before for before, end in zip([ends[0], *ends], ends, strict=False)]
        return ",".join(
            self.unit.formatted(reading, time) for reading, time in zip(self.readings, times, strict=True)
        )

    @command(":TRACe:POINts", Integer(1, BUFFER_SIZE, 100))
    def set_points(self, count: int) -> None:
        """Size of the buffer; -221 while it stores."""
        if self.control == "NEXT":
            raise ScpiError(-221)
        self.points = count
        self.readings.clear()

    @command(":TRACe:POINts?")
    def point_count(self) -> int:
        """Size of the buffer."""
        return self.points

    @command(":TRACe:POINts:ACTual?")
    def stored_count(self) -> int:
        """How many readings are stored."""
        return len(self.readings)

    @command(":TRACe:FREE?")
    def free(self) -> str:
        """Bytes available and bytes in use (24 a reading: from memory)."""
        used = 24 * len(self.readings)
        return f"{24 * BUFFER_SIZE - used},{used}"

    @command(":TRACe:CLEar")
    def clear(self) -> None:
        """Forget all readings."""
        self.readings.clear()

    @command(":TRACe:FEED", Choice("SENSe[1]"))
    def set_feed(self, source: str) -> None:
        """What is stored: raw readings (the math of CALCulate1 and 2 is not simulated)."""

    @command(":TRACe:FEED?")
    def feed_source(self) -> str:
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

    @command(":TRACe:TSTamp:FORMat", Choice("ABSolute", "DELTa"))
    def set_time_format(self, which: str) -> None:
        """Timestamps from power-on, or from the reading before."""
        self.time_format = which

    @command(":TRACe:TSTamp:FORMat?")
    def timestamp_format(self) -> str:
        """ABS or DELT."""
        return self.time_format

    @command(":CALCulate3:DATA?")
    def statistic_data(self) -> str:
        """The chosen statistic of voltage, current and resistance as far as there; -230 without readings."""
        if not self.readings:
            raise ScpiError(-230)
        compute = _STATISTICS[self.settings.statistic]
        found = []
        for name in ("voltage", "current", "resistance"):
            values = [float(getattr(reading, name)) for reading in self.readings]
            if values[0] != NOT_A_NUMBER:
                overflow = any(value == OVERFLOW for value in values)
                found.append(OVERFLOW if overflow else compute(values))
        return ",".join(f"{value:+.6E}" for value in found)
