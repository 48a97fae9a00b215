"""The serial port of a 622x as a relay to a nanovoltmeter: SYSTem:COMMunicate:SERial:SEND and ENTer?.

SEND puts a text on the line and says nothing. ENTer? returns what has come back *by now*: an empty line while
the answer is still on its way, flow-control characters where the two ends disagree about them (both seen by
people who wrote drivers). Nothing at all gets through with a wrong baud rate or terminator.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley622x.groups import Group
from simulators.instruments.keithley.keithley2182a import Keithley2182A
from simulators.noise import gaussian
from simulators.wire.scpi import Choice, ScpiError, Setting, Text, command
from simulators.wire.scpi.numbers import Integer

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley622x.instrument import Keithley622x

BITS = 10
XOFF = "\x13"


@dataclass(slots=True)
class NanovoltmeterCable:
    """A nanovoltmeter on a serial cable, as its front panel is set, and the trigger link beside it."""

    meter: Keithley2182A
    baud: int = 19200
    terminator: str = "CR"
    flow_control: str = "XON"
    trigger_link: bool = True


class RelayCommands(Group):
    """`SYSTem:COMMunicate:SERial` (reference manual p. 10-28 ff. and 5-15). Settings survive *RST."""

    def __init__(self, unit: Keithley622x) -> None:
        super().__init__(unit)
        self._inbox: deque[tuple[float, str]] = deque()

    baud = Setting(":SYSTem:COMMunicate:SERial:BAUD", Integer(300, 57600, 9600), 9600)
    terminator = Setting(":SYSTem:COMMunicate:SERial:TERMinator", Choice("CR", "LF", "CRLF", "LFCR"), "LF")
    flow_control = Setting(":SYSTem:COMMunicate:SERial:PACE", Choice("NONE", "XON", "HW"), "NONE")

    @property
    def connected(self) -> NanovoltmeterCable | None:
        """The cable, if both ends understand one another."""
        cable = self.unit.cable
        if cable is None or cable.meter.interface != "RS-232":
            return None
        if cable.baud != self.baud or cable.terminator != self.terminator:
            return None
        return cable

    def disturbs(self, time: float) -> bool:
        """Whether an answer at this time is spoilt because only one end does flow control: now and then."""
        cable = self.unit.cable
        if cable is None or cable.flow_control == self.flow_control:
            return False
        return abs(gaussian(self.unit.seed, f"{self.unit.name}/flow control", time)) > 1.0

    @command(":SYSTem:COMMunicate:SERial:SEND", Text(255))
    def send(self, text: str) -> None:
        """Pass a message on; -221 while a delta test holds the meter (our choice of the code)."""
        if self.unit.delta.is_armed:
            raise ScpiError(-221)
        self.unit.spend(self._line_s(text))
        cable = self.connected
        if cable is None:
            return
        reply = cable.meter.execute_serial(text, self.unit.time)
        if reply is None:
            return
        there = cable.meter.busy_until + self._line_s(reply)
        if self.disturbs(there):
            reply = XOFF + reply[: len(reply) // 2]
        self._inbox.append((there, reply))

    @command(":SYSTem:COMMunicate:SERial:ENTer?")
    def enter(self) -> str:
        """One line that has come back by now; empty if none has."""
        if self.unit.delta.is_armed:
            raise ScpiError(-221)
        if self._inbox and self._inbox[0][0] <= self.unit.time:
            return self._inbox.popleft()[1]
        return ""

    def forget(self) -> None:
        """What was on the line is lost."""
        self._inbox.clear()

    def _line_s(self, text: str) -> float:
        return (len(text) + 1) * BITS / self.baud
