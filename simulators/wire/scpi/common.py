"""The commands every instrument here has: IEEE 488.2 common commands, STATus and SYSTem:ERRor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulators.wire.scpi.errors import format_error
from simulators.wire.scpi.grammar import parse_header
from simulators.wire.scpi.numbers import Integer
from simulators.wire.scpi.status import MASTER_SUMMARY, EventRegister
from simulators.wire.scpi.tree import Declaration, Handler, command

if TYPE_CHECKING:
    from simulators.wire.scpi.instrument import ScpiInstrument

BYTE = Integer(0, 255)
WORD = Integer(0, 65535)


class CommonCommands:
    """The `*` commands (IEEE 488.2 chapter 10)."""

    def __init__(self, instrument: ScpiInstrument) -> None:
        self._instrument = instrument
        self._status = instrument.status

    @command("*IDN?")
    def identity(self) -> str:
        """Maker, model, serial number, firmware."""
        return self._instrument.identity

    @command("*OPT?")
    def options(self) -> str:
        """Installed options."""
        return self._instrument.options()

    @command("*RST")
    def reset(self) -> None:
        """Settings to their defaults; status, error queue and output queue stay (10.32)."""
        self._instrument.cancel_operation_complete()
        self._instrument.reset()

    @command("*TST?")
    def self_test(self) -> int:
        """0 means passed."""
        return self._instrument.self_test()

    @command("*TRG")
    def trigger(self) -> None:
        """As a group execute trigger."""
        self._instrument.trigger()

    @command("*CLS")
    def clear_status(self) -> None:
        """Event registers and error queue (10.3)."""
        self._instrument.cancel_operation_complete()
        self._instrument.clear_errors()
        self._status.clear()

    @command("*ESE", BYTE)
    def set_event_enable(self, bits: int) -> None:
        """Which standard events reach bit 5 of the status byte."""
        self._status.standard_enable = bits
        self._status.changed = True

    @command("*ESE?")
    def event_enable(self) -> int:
        """See `*ESE`."""
        return self._status.standard_enable

    @command("*ESR?")
    def event_register(self) -> int:
        """Standard events; cleared by reading."""
        self._instrument.update_conditions()
        return self._status.take_standard_event()

    @command("*SRE", BYTE)
    def set_service_enable(self, bits: int) -> None:
        """Which bits of the status byte ask for service; bit 6 cannot be set (10.34)."""
        self._status.service_enable = bits & ~MASTER_SUMMARY
        self._status.changed = True

    @command("*SRE?")
    def service_enable(self) -> int:
        """See `*SRE`."""
        return self._status.service_enable

    @command("*STB?")
    def status_byte(self) -> int:
        """The status byte; bit 4 if this message has replies before this one."""
        return self._instrument.status_byte(message_available=self._instrument.is_replying)

    @command("*OPC")
    def operation_complete(self) -> None:
        """Set bit 0 of the standard event register when everything started has ended."""
        self._instrument.announce_operation_complete()

    @command("*OPC?")
    def operation_complete_query(self) -> str:
        """1, when everything started has ended."""
        self._instrument.wait_for_operations()
        return "1"

    @command("*WAI")
    def wait(self) -> None:
        """Go on with the message when everything started has ended."""
        self._instrument.wait_for_operations()


class RegisterBranch:
    """`STATus:<name>` with EVENt?, CONDition? and ENABle, for the register of that name."""

    def __init__(self, pattern: str, register: str) -> None:
        self._pattern = pattern
        self._register = register

    def scpi_handlers(self, owner: StatusCommands) -> list[Handler]:
        """The four commands, bound to one instrument."""
        register: EventRegister = getattr(owner.instrument.status, self._register)
        update = owner.instrument.update_conditions

        def event() -> int:
            update()
            return register.take_event()

        def condition() -> int:
            update()
            return register.condition

        def declare(tail: str, *parameters: Integer) -> Declaration:
            return Declaration(parse_header(f"STATus:{self._pattern}{tail}"), parameters, ())

        return [
            Handler(owner, event, declare("[:EVENt]?")),
            Handler(owner, condition, declare(":CONDition?")),
            Handler(owner, register.set_enable, declare(":ENABle", WORD)),
            Handler(owner, partial(getattr, register, "enable"), declare(":ENABle?")),
        ]


class StatusCommands:
    """STATus and SYSTem:ERRor (SCPI-99 volume 2; Keithley 2400 manual 2400S-900-01, 18-101 to 18-112)."""

    measurement = RegisterBranch("MEASurement", "measurement")
    questionable = RegisterBranch("QUEStionable", "questionable")
    operation = RegisterBranch("OPERation", "operation")

    def __init__(self, instrument: ScpiInstrument) -> None:
        self.instrument = instrument

    @command("STATus:PRESet")
    def preset(self) -> None:
        """Clear the three enable registers; the standard event register is not affected."""
        self.instrument.status.preset()

    @command("SYSTem:ERRor[:NEXT]?")
    @command("STATus:QUEue[:NEXT]?")
    def next_error(self) -> str:
        """The oldest entry of the error queue, removed."""
        return format_error(*self.instrument.take_error())

    @command("SYSTem:ERRor:ALL?")
    def all_errors(self) -> str:
        """All entries, removed."""
        return ",".join(format_error(*entry) for entry in self.instrument.take_errors())

    @command("SYSTem:ERRor:COUNt?")
    def error_count(self) -> int:
        """How many entries there are."""
        return self.instrument.error_count

    @command("SYSTem:ERRor:CODE[:NEXT]?")
    def next_code(self) -> str:
        """The code of the oldest entry, removed."""
        return _code(self.instrument.take_error())

    @command("SYSTem:ERRor:CODE:ALL?")
    def all_codes(self) -> str:
        """The codes of all entries, removed."""
        return ",".join(map(_code, self.instrument.take_errors()))

    @command("SYSTem:CLEar")
    @command("STATus:QUEue:CLEar")
    def clear_errors(self) -> None:
        """Empty the error queue."""
        self.instrument.clear_errors()


def _code(entry: tuple[int, str]) -> str:
    return f"{entry[0]:+d}" if entry[0] else "0"
