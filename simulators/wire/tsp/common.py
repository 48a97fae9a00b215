"""The `*` commands of a TSP instrument, which are not Lua (2600BS-901-01 Rev. F, section 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulators.wire.tsp.errors import TspError
from simulators.wire.tsp.printing import whole

if TYPE_CHECKING:
    from simulators.wire.tsp.instrument import TspInstrument


class CommonCommands:
    """IEEE 488.2 commands, in capitals or not."""

    def __init__(self, unit: TspInstrument) -> None:
        self._unit = unit
        self._plain: dict[str, Callable[[], str | None]] = {
            "*IDN?": lambda: unit.identity,
            "*RST": unit.reset,
            "*CLS": unit.reports.clear,
            "*ESE?": lambda: str(unit.status.standard_enable),
            "*ESR?": lambda: str(unit.status.take_standard_event()),
            "*SRE?": lambda: str(unit.status.service_enable),
            "*STB?": lambda: str(unit.reports.byte(message_available=False)),
            "*OPC": unit.reports.operation_complete,
            "*OPC?": lambda: "1",
            "*WAI": lambda: None,
            "*TRG": unit.triggered,
            "*TST?": lambda: "0",
        }

    def run(self, message: str) -> str | None:
        """The reply, if any. Raises TspError."""
        head, _, value = message.strip().partition(" ")
        head = head.upper()
        if head in ("*ESE", "*SRE"):
            bits = whole(float(value) if value.strip().isdigit() else None, 0, 255)
            name = "standard_enable" if head == "*ESE" else "service_enable"
            setattr(self._unit.status, name, bits)
            return None
        action = self._plain.get(head)
        if action is None:
            raise TspError(-113)
        return action()
