"""Readings of a 622x: SENSe:DATA and AVERage, CALCulate1, FORMat, UNIT, TRACe (sections 5, 6 and 13)."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley622x import status
from simulators.instruments.keithley.keithley622x.delta import NOT_A_NUMBER, OVERFLOW, DeltaReading
from simulators.instruments.keithley.keithley622x.groups import Group
from simulators.wire.scpi import Boolean, Choice, Integer, NameList, ScpiError, Setting, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley622x.instrument import Keithley622x

ELEMENTS = ("READ", "TST", "UNIT", "RNUM", "SOUR", "COMP", "AVOL")
UNITS = {"V": "VDC", "OHMS": "OHM", "W": "W", "SIEM": "S"}
BUFFER_SIZE = 65536


class AverageCommands(Group):
    """The averaging filter over delta readings (section 6)."""

    on = Setting("[:SENSe[1]]:AVERage[:STATe]", Boolean(), False)
    control = Setting("[:SENSe[1]]:AVERage:TCONtrol", Choice("MOVing", "REPeat"), "MOV")
    count = Setting("[:SENSe[1]]:AVERage:COUNt", Integer(2, 300, 10), 10)


class TraceCommands(Group):
    """The latest reading, the buffer, and how both are sent."""

    unit_word = Setting((":UNIT", ":UNIT:VOLTage[:DC]"), Choice("V", "OHMS", "W", "SIEMens"), "V")
    data_format = Setting(":FORMat[:DATA]", Choice("ASCii"), "ASC")
    calculating = Setting(":CALCulate1:STATe", Boolean(), False)
    feed = Setting(":TRACe:FEED", Choice("SENSe[1]", "CALCulate[1]"), "SENS")

    def __init__(self, unit: Keithley622x) -> None:
        super().__init__(unit)
        self.points = 100
        self.control = "NEV"
        self.elements: tuple[str, ...] = ("READ", "TST")
        self.readings: list[DeltaReading] = []
        self.latest: DeltaReading | None = None
        self._fresh = False
        self._averaged: deque[float] = deque()

    def start(self) -> None:
        """A test begins: empty, and storing."""
        self.readings.clear()
        self._averaged.clear()
        self.latest, self._fresh, self.control = None, False, "NEXT"

    def take(self, reading: DeltaReading) -> None:
        """One reading from the test."""
        average = self.unit.average
        if average.on and abs(reading.volts) < OVERFLOW:
            self._averaged.append(reading.volts)
            while len(self._averaged) > average.count:
                self._averaged.popleft()
            if average.control == "REP" and len(self._averaged) < average.count:
                return
            reading = reading._replace(volts=math.fsum(self._averaged) / len(self._averaged))
            if average.control == "REP":
                self._averaged.clear()
        self.latest, self._fresh = reading, True
        events = status.READING_AVAILABLE
        if abs(reading.volts) >= OVERFLOW:
            events |= status.READING_OVERFLOW
        if self.control == "NEXT":
            self.readings.append(reading)
            if len(self.readings) >= self.points:
                self.control = "NEV"
                events |= status.BUFFER_FULL
        self.unit.status.measurement.latch(events)

    @command("[:SENSe[1]]:DATA[:LATest]?")
    def newest(self) -> str:
        """The latest reading, again and again; -230 before the first."""
        if self.latest is None:
            raise ScpiError(-230)
        return self._formatted(self.latest)

    @command("[:SENSe[1]]:DATA:FRESh?")
    def fresh(self) -> str:
        """A reading once only; -230 if there is no new one."""
        if not self._fresh:
            raise ScpiError(-230)
        self._fresh = False
        return self.newest()

    @command(":CALCulate1:DATA:FRESh?")
    def calculated(self) -> str | None:
        """The same after mathematics. With CALC1 off it waits for ever, and everything behind it."""
        if not self.calculating:
            self.unit.jam()
            return None
        return self.fresh()

    @command(":CALCulate1:DATA[:LATest]?")
    def calculated_latest(self) -> str:
        """The latest reading after mathematics (here: as it is)."""
        return self.newest()

    @command(
        ":FORMat:ELEMents",
        NameList(
            "READing", "TSTamp", "UNITs", "RNUMber", "SOURce", "COMPliance", "AVOLtage", "ALL", "DEFault"
        ),
    )
    def set_elements(self, names: tuple[str, ...]) -> None:
        """Which elements are sent; always in the same order (p. 13-7)."""
        if "ALL" in names:
            names = ELEMENTS
        if "DEF" in names:
            names = ("READ", "TST")
        self.elements = tuple(name for name in ELEMENTS if name in names)

    @command(":FORMat:ELEMents?")
    def element_names(self) -> str:
        """The elements that are sent."""
        return ",".join(self.elements)

    @command(":TRACe:DATA?")
    def data(self) -> str:
        """All stored readings; -230 if there are none."""
        if not self.readings:
            raise ScpiError(-230)
        return ",".join(map(self._formatted, self.readings))

    @command(":TRACe:POINts", Integer(1, BUFFER_SIZE, 100))
    def set_points(self, count: int) -> None:
        """Size of the buffer, which it empties; -221 while a test runs."""
        if self.unit.delta.is_running:
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

    @command(":TRACe:CLEar")
    def clear(self) -> None:
        """Forget all readings."""
        self.readings.clear()

    @command(":TRACe:FEED:CONTrol", Choice("NEVer", "NEXT"))
    def set_control(self, control: str) -> None:
        """Store the next readings until full, or never."""
        self.control = control

    @command(":TRACe:FEED:CONTrol?")
    def feed_control(self) -> str:
        """NEXT while it stores, NEV otherwise."""
        return self.control

    def forget(self) -> None:
        """*RST: elements to their default; the readings stay."""
        self.elements, self.points = ("READ", "TST"), 100

    def _formatted(self, reading: DeltaReading) -> str:
        """COMP is T or F, RNUM a count (both from memory); NAN is sent as +9.91E37."""
        fields = {
            "READ": f"{self._in_unit(reading.volts):+.8E}",
            "TST": f"{reading.seconds:+.6E}",
            "UNIT": UNITS[self.unit_word],
            "RNUM": f"{reading.number:+06d}",
            "SOUR": f"{reading.level_A:+.6E}",
            "COMP": "T" if reading.limited else "F",
            "AVOL": f"{NOT_A_NUMBER:+.6E}",
        }
        return ",".join(fields[name] for name in self.elements)

    def _in_unit(self, volts: float) -> float:
        if abs(volts) >= OVERFLOW or self.unit_word == "V":
            return volts
        delta = self.unit.delta
        current_A = (delta.high_A - delta.low_A) / 2
        if self.unit_word == "W":
            return volts * current_A
        ratio = volts / current_A if current_A else NOT_A_NUMBER
        return ratio if self.unit_word == "OHMS" else 1 / ratio
