"""*LANG, *SAV, *RCL, SYSTem, FORMat and DISPlay (manual 2450-901-01 Rev. B, section 6 and p. B-5)."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450.event_log import WARNING
from simulators.instruments.keithley.keithley2450.groups import WORDS, Group
from simulators.instruments.keithley.keithley2450.sense_commands import function_header
from simulators.instruments.keithley.keithley2450.settings import SenseState, Settings
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import Choice, Integer, Number, ScpiError, Text, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

LANGUAGES = ("SCPI", "TSP", "SCPI2400")
PLACE = Integer(0, 4)
TEXT_LENGTHS = (20, 32)


class SystemCommands(Group):
    """Language, stored setups, mains, clock, beeper."""

    def __init__(self, unit: Keithley2450) -> None:
        super().__init__(unit)
        self._stored: dict[int, Settings] = {}
        self._clock_offset = timedelta()
        self.access = "FULL"

    @command("*LANG", Choice(*LANGUAGES))
    def set_language(self, language: str) -> None:
        """The command set from the next power-on; kept without power."""
        self.unit.chosen_language = language

    @command("*LANG?")
    def language(self) -> str:
        """The command set that is chosen (from memory: the new one at once, before the power cycle)."""
        return self.unit.chosen_language

    @command("*SAV", PLACE)
    def save(self, place: int) -> None:
        """Keep all settings."""
        self._stored[place] = copy.deepcopy(self.settings)

    @command("*RCL", PLACE)
    def recall(self, place: int) -> None:
        """Settings as they were kept, output off; -221 if nothing was."""
        if place not in self._stored:
            raise ScpiError(-221)
        self.unit.settings = copy.deepcopy(self._stored[place])
        self.settings.output = False
        self.changed()

    @command(":SYSTem:LFRequency?")
    def line_frequency(self) -> str:
        """50 or 60, found at power-on."""
        return f"{self.unit.line_frequency_Hz:.0f}"

    @command(":SYSTem:BEEPer[:IMMediate]", Number(20.0, 8000.0), Number(0.001, 100.0))
    def beep(self, frequency_Hz: float, seconds: float) -> None:
        """A tone; nobody hears it here."""

    @command(":SYSTem:VERSion?")
    def version(self) -> str:
        """Year of the SCPI standard."""
        return "1996.0"

    @command(":SYSTem:ACCess", Choice("FULL", "EXCLusive", "PROTected", "LOCKout"))
    def set_access(self, access: str) -> None:
        """Who may talk; one interface is all there is here."""
        self.access = access

    @command(":SYSTem:ACCess?")
    def access_level(self) -> str:
        """Who may talk."""
        return self.access

    @command(":SYSTem:TIME", *[Integer(0, 9999) for _ in range(3)], *[Integer(0, 59, optional=True)] * 3)
    def set_time(self, first: int, second: int, third: int, *time: int) -> None:
        """Year, month, day, hour, minute, second, or the last three alone."""
        now = self.unit.date + self._clock_offset
        try:
            if time:
                hour, minute, seconds = time
                wanted = datetime(first, second, third, hour, minute, seconds, tzinfo=now.tzinfo)
            else:
                wanted = now.replace(hour=first, minute=second, second=third, microsecond=0)
        except (ValueError, TypeError):
            raise ScpiError(-222) from None
        self._clock_offset += wanted - now

    @command(":SYSTem:TIME?", Integer(1, 1, optional=True))
    def time(self, readable: int = 0) -> str:
        """Seconds since 1970, or with 1 as `Fri Aug 29 11:30:37 2014`."""
        now = self.unit.date + self._clock_offset
        return f"{now:%a %b %d %H:%M:%S %Y}" if readable else str(int(now.timestamp()))


class FormatCommands(Group):
    """What a reading is sent as; binary data are not simulated (-141)."""

    data_format = Stored(":FORMat[:DATA]", Choice("ASCii"))
    byte_order = Stored(":FORMat:BORDer", Choice("NORMal", "SWAPped"))
    precision = Stored(":FORMat:ASCii:PRECision", Integer(0, 16, 0))


class DigitsCommands(Group):
    """`DISPlay:<function>`."""

    digits = Stored(":DIGits", Integer(3, 6, 5))

    def __init__(self, unit: Keithley2450, name: str, word: str) -> None:
        super().__init__(unit)
        self.name = name
        self.header = f":DISPlay:{function_header(word)}"

    @property
    def state(self) -> SenseState:
        """Settings of the measure function."""
        return self.settings.sense[self.name]


class DisplayCommands(Group):
    """The front panel."""

    def __init__(self, unit: Keithley2450) -> None:
        super().__init__(unit)
        self.texts = {1: "", 2: ""}
        self.screen = "HOME"
        self.light = "ON50"
        self.reading_format = "PREF"

    @command(":DISPlay:CLEar")
    def clear(self) -> None:
        """Remove the user's text."""
        self.texts = {1: "", 2: ""}

    @command(":DISPlay:DIGits", Integer(3, 6, 5))
    def set_all_digits(self, digits: int) -> None:
        """Displayed digits of all functions."""
        for name in WORDS:
            self.settings.sense[name].digits = digits

    @command(":DISPlay:USER#:TEXT[:DATA]", Text(), suffixes=(range(1, 3),))
    def set_text(self, line: int, text: str) -> None:
        """A text of 20 or 32 characters; a longer one is cut, with a warning."""
        length = TEXT_LENGTHS[line - 1]
        if len(text) > length:
            self.unit.note(-223, "Too much data; text shortened", WARNING)
        self.texts[line] = text[:length]

    @command(":DISPlay:LIGHt:STATe", Choice("ON100", "ON75", "ON50", "ON25", "OFF", "BLACkout"))
    def set_light(self, light: str) -> None:
        """Brightness."""
        self.light = light

    @command(":DISPlay:LIGHt:STATe?")
    def brightness(self) -> str:
        """Brightness."""
        return self.light

    @command(":DISPlay:READing:FORMat", Choice("EXPonent", "PREFix"))
    def set_reading_format(self, which: str) -> None:
        """How readings are displayed; survives *RST."""
        self.reading_format = which

    @command(":DISPlay:READing:FORMat?")
    def reading_format_name(self) -> str:
        """How readings are displayed."""
        return self.reading_format

    @command(":DISPlay:SCReen", Choice("HOME", "PROCessing", "GRAPh", "HISTogram", "SOURce"))
    def set_screen(self, screen: str) -> None:
        """Which screen is shown (those whose name is one word)."""
        self.screen = screen
