"""SYSTem, FORMat and DISPlay (user's manual, p. 18-44 to 18-55 and 18-106 ff.)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2400.groups import Group
from simulators.instruments.keithley.keithley2400.settings import ELEMENTS
from simulators.instruments.keithley.source_meter.binding import Stored
from simulators.wire.scpi import (
    Boolean,
    Choice,
    Integer,
    NameList,
    Number,
    Parameter,
    ScpiError,
    Text,
    command,
)

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2400.instrument import Keithley2400

WINDOWS = (range(1, 3),)


class OnOffOnce(Parameter[str]):
    """ON, OFF, ONCE or a number; the value is one of the three words."""

    def parse(self, text: str) -> str:
        """See Parameter."""
        if text.upper() == "ONCE":
            return "ONCE"
        return "ON" if Boolean().parse(text) else "OFF"

    def format(self, value: str) -> str:
        """See Parameter."""
        return value


class SystemCommands(Group):
    """Remote sense, autozero, line frequency, clock, beeper."""

    four_wire = Stored(":SYSTem:RSENse", Boolean())
    guard = Stored(":SYSTem:GUARd", Choice("OHMS", "CABLe"))
    range_mode = Stored(":SYSTem:RCMode", Choice("SINGle", "MULTiple"))
    time_reset_auto = Stored(":SYSTem:TIME:RESet:AUTO", Boolean())
    beeper = Stored(":SYSTem:BEEPer:STATe", Boolean())

    @command(":SYSTem:PRESet")
    def preset(self) -> None:
        """As *RST here: the two differ in no setting that is simulated."""
        self.unit.reset()

    @command(":SYSTem:AZERo[:STATe]", OnOffOnce())
    def set_autozero(self, state: str) -> None:
        """Reference and zero phase with every conversion (ON), never (OFF), or once now and then never."""
        if state == "ONCE":
            self.unit.zero_now()
        self.settings.autozero = state == "ON"

    @command(":SYSTem:AZERo[:STATe]?")
    def autozero(self) -> bool:
        """Whether every conversion is zeroed."""
        return self.settings.autozero

    @command(":SYSTem:LFRequency", Integer(50, 60, 60))
    def set_line_frequency(self, hertz: int) -> None:
        """Line frequency that integration times refer to, 50 or 60; ends detection. Survives *RST."""
        if hertz not in (50, 60):
            raise ScpiError(-222)
        self.unit.line_frequency_Hz = float(hertz)
        self.unit.line_frequency_auto = False

    @command(":SYSTem:LFRequency?")
    def line_frequency(self) -> str:
        """50 or 60."""
        return f"{self.unit.line_frequency_Hz:.0f}"

    @command(":SYSTem:LFRequency:AUTO", Boolean())
    def set_line_frequency_auto(self, on: bool) -> None:
        """Take the frequency of the mains the instrument is plugged into."""
        self.unit.line_frequency_auto = on
        if on:
            self.unit.line_frequency_Hz = self.unit.mains_Hz

    @command(":SYSTem:LFRequency:AUTO?")
    def line_frequency_auto(self) -> bool:
        """Whether the frequency is detected."""
        return self.unit.line_frequency_auto

    @command(":SYSTem:TIME?")
    def time(self) -> float:
        """Seconds since power-on or reset of the timestamp."""
        return self.unit.time - self.unit.time_zero

    @command(":SYSTem:TIME:RESet")
    def reset_time(self) -> None:
        """Timestamp to zero."""
        self.unit.time_zero = self.unit.time

    @command(
        ":SYSTem:BEEPer[:IMMediate]",
        Number(65.0, 2e6, 2400.0, optional=True),
        Number(0.0, 7.9, 1.0, optional=True),
    )
    def beep(self, frequency_Hz: float = 2400.0, seconds: float = 1.0) -> None:
        """A tone; nobody hears it here."""

    @command(":SYSTem:KCLick", Boolean())
    def set_click(self, on: bool) -> None:
        """Key click; there are no keys here."""

    @command(":SYSTem:LOCal")
    @command(":SYSTem:REMote")
    @command(":SYSTem:RWLock")
    def change_control(self) -> None:
        """Who is in control (RS-232); there is no front panel here."""

    @command(":SYSTem:VERSion?")
    def version(self) -> str:
        """Year of the SCPI standard."""
        return "1996.0"

    @command(":SYSTem:MEP[:STATe]?")
    def message_exchange(self) -> bool:
        """Whether the GPIB talks SCPI (1) or the 488.1 protocol."""
        return True


class FormatCommands(Group):
    """What a reading is sent as."""

    data_format = Stored(":FORMat[:DATA]", Choice("ASCii"))
    byte_order = Stored(":FORMat:BORDer", Choice("NORMal", "SWAPped"))

    @command(":FORMat:ELEMents[:SENSe[1]]", NameList("VOLTage", "CURRent", "RESistance", "TIME", "STATus"))
    def set_elements(self, names: tuple[str, ...]) -> None:
        """Which elements are sent; always in the order voltage, current, resistance, time, status."""
        self.settings.elements = tuple(name for name in ELEMENTS if name in names)

    @command(":FORMat:ELEMents[:SENSe[1]]?")
    def elements(self) -> str:
        """The elements that are sent."""
        return ",".join(self.settings.elements)


class DisplayCommands(Group):
    """The front panel."""

    display = Stored(":DISPlay:ENABle", Boolean())
    digits = Stored(":DISPlay:DIGits", Integer(4, 7, 6))

    def __init__(self, unit: Keithley2400) -> None:
        super().__init__(unit)
        self.texts = {1: "", 2: ""}

    @command(":DISPlay:CNDisplay")
    def clear(self) -> None:
        """Back to the source-measure display."""

    @command(":DISPlay:WINDow#:TEXT:DATA", Text(32), suffixes=WINDOWS)
    def set_text(self, window: int, text: str) -> None:
        """A message on one of the two lines (20 and 32 characters); -223 if it is too long."""
        if len(text) > (20, 32)[window - 1]:
            raise ScpiError(-223)
        self.texts[window] = text

    @command(":DISPlay:WINDow#:TEXT:DATA?", suffixes=WINDOWS)
    def text(self, window: int) -> str:
        """The message."""
        return f'"{self.texts[window]}"'

    @command(":DISPlay:WINDow#:TEXT:STATe", Boolean(), suffixes=WINDOWS)
    def show_text(self, window: int, on: bool) -> None:
        """Show the message or the readings."""
        if not on:
            self.texts[window] = ""

    @command(":DISPlay:WINDow#:TEXT:STATe?", suffixes=WINDOWS)
    def shows_text(self, window: int) -> bool:
        """Whether the message is shown."""
        return bool(self.texts[window])
