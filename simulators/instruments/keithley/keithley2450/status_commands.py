"""STATus and SYSTem:ERRor as on the 2450: two registers whose bits are mapped to events, and the event log.

Reference manual 2450-901-01 Rev. B, p. 6-89 to 6-104 and appendix C. Nothing is mapped after power-on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.instruments.keithley.keithley2450.event_log import (
    EMPTY,
    ERROR,
    INFORMATION,
    USER,
    WARNING,
    Event,
)
from simulators.instruments.keithley.keithley2450.groups import Group
from simulators.wire.scpi import Choice, EventRegister, Integer, NameList, ScpiError, Text, command

if TYPE_CHECKING:
    from simulators.instruments.keithley.keithley2450.instrument import Keithley2450

BIT = Integer(0, 14)
NUMBER = Integer(0, 65535)
KINDS = {"ERR": ERROR, "WARN": WARNING, "INF": INFORMATION, "ALL": ERROR | WARNING | INFORMATION}
KIND_LIST = NameList("ERRor", "WARNing", "INFormational", "ALL", optional=True)


class StatusCommands(Group):
    """Maps, and what differs from other instruments."""

    def __init__(self, unit: Keithley2450) -> None:
        super().__init__(unit)
        self._maps: dict[str, dict[int, tuple[int, int]]] = {"operation": {}, "questionable": {}}

    def noticed(self, event: int) -> None:
        """An event happened: set and clear the bits that are mapped to it."""
        for name, mapped in self._maps.items():
            register: EventRegister = getattr(self.unit.status, name)
            for bit, (sets, clears) in mapped.items():
                if event == sets:
                    register.set_condition(register.condition | 1 << bit)
                    register.latch(1 << bit)
                if event == clears:
                    register.set_condition(register.condition & ~(1 << bit))

    @command("STATus:OPERation:MAP", BIT, NUMBER, Integer(0, 65535, optional=True))
    def map_operation(self, bit: int, sets: int, clears: int = 0) -> None:
        """Which event sets a bit of the operation register, and which clears it; 0 is none."""
        self._maps["operation"][bit] = (sets, clears)

    @command("STATus:OPERation:MAP?", BIT)
    def operation_map(self, bit: int) -> str:
        """Both event numbers."""
        return "{},{}".format(*self._maps["operation"].get(bit, (0, 0)))

    @command("STATus:QUEStionable:MAP", BIT, NUMBER, Integer(0, 65535, optional=True))
    def map_questionable(self, bit: int, sets: int, clears: int = 0) -> None:
        """Which event sets a bit of the questionable register, and which clears it; 0 is none."""
        self._maps["questionable"][bit] = (sets, clears)

    @command("STATus:QUEStionable:MAP?", BIT)
    def questionable_map(self, bit: int) -> str:
        """Both event numbers."""
        return "{},{}".format(*self._maps["questionable"].get(bit, (0, 0)))

    @command("STATus:CLEar")
    def clear(self) -> None:
        """Both event registers and the event log, not the standard event register (2461 manual p. 6-133)."""
        self._clear_registers()
        self.unit.clear_errors()

    @command("STATus:PRESet")
    def preset(self) -> None:
        """Event and enable registers of both (2461 manual p. 6-136)."""
        self._clear_registers()
        self.unit.status.preset()

    @command("STATus:MEASurement[:EVENt]?")
    @command("STATus:MEASurement:CONDition?")
    @command("STATus:MEASurement:ENABle?")
    @command("STATus:QUEue[:NEXT]?")
    @command("STATus:QUEue:CLEar")
    @command("SYSTem:ERRor:ALL?")
    @command("SYSTem:ERRor:CODE:ALL?")
    def refuse(self) -> str:
        """There is no such header here."""
        raise ScpiError(-113)

    @command("STATus:MEASurement:ENABle", NUMBER)
    def refuse_enable(self, bits: int) -> None:
        """There is no such header here."""
        raise ScpiError(-113)

    def _clear_registers(self) -> None:
        status = self.unit.status
        status.operation.take_event()
        status.questionable.take_event()


class EventLogCommands(Group):
    """SYSTem:ERRor and SYSTem:EVENtlog."""

    @command("SYSTem:ERRor[:NEXT]?")
    def next_error(self) -> str:
        """The oldest error with its time, removed, and with it all older warnings and information."""
        return _message(self.unit.take_event(ERROR))

    @command("SYSTem:ERRor:CODE[:NEXT]?")
    def next_code(self) -> str:
        """The code of the oldest error, removed; 0 if there is none."""
        event = self.unit.take_event(ERROR)
        return str(event.code) if event else "0"

    @command("SYSTem:EVENtlog:NEXT?", KIND_LIST)
    def next_event(self, kinds: tuple[str, ...] = ("ALL",)) -> str:
        """The oldest event of these kinds, removed."""
        return _message(self.unit.take_event(_bits(kinds)))

    @command("SYSTem:EVENtlog:COUNt?", KIND_LIST)
    def count(self, kinds: tuple[str, ...] = ("ALL",)) -> int:
        """How many unread events of these kinds there are."""
        return self.unit.log.count(_bits(kinds))

    @command("SYSTem:EVENtlog:POST", Text(), Choice("ERRor", "WARNing", "INFormational", optional=True))
    def post(self, message: str, kind: str = "INF") -> None:
        """An event of the user's own."""
        bits = KINDS[kind]
        if bits == ERROR:
            self.unit.queue_error(USER[ERROR], f"User: {message}")
        else:
            self.unit.note(USER[bits], f"User: {message}", bits)


def _bits(kinds: tuple[str, ...]) -> int:
    bits = 0
    for kind in kinds:
        bits |= KINDS[kind]
    return bits


def _message(event: Event | None) -> str:
    return EMPTY if event is None else event.message
