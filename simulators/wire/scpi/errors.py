"""SCPI errors: the standard codes and texts, the exception a command raises, and the error queue."""

from __future__ import annotations

from collections import deque

STANDARD_ERRORS = {
    -100: "Command error",
    -101: "Invalid character",
    -102: "Syntax error",
    -103: "Invalid separator",
    -104: "Data type error",
    -105: "GET not allowed",
    -108: "Parameter not allowed",
    -109: "Missing parameter",
    -110: "Command header error",
    -111: "Header separator error",
    -112: "Program mnemonic too long",
    -113: "Undefined header",
    -114: "Header suffix out of range",
    -120: "Numeric data error",
    -121: "Invalid character in number",
    -123: "Exponent too large",
    -124: "Too many digits",
    -128: "Numeric data not allowed",
    -130: "Suffix error",
    -131: "Invalid suffix",
    -138: "Suffix not allowed",
    -140: "Character data error",
    -141: "Invalid character data",
    -148: "Character data not allowed",
    -150: "String data error",
    -151: "Invalid string data",
    -158: "String data not allowed",
    -200: "Execution error",
    -201: "Invalid while in local",
    -202: "Settings lost due to rtl",
    -210: "Trigger error",
    -211: "Trigger ignored",
    -212: "Arm ignored",
    -213: "Init ignored",
    -214: "Trigger deadlock",
    -215: "Arm deadlock",
    -220: "Parameter error",
    -221: "Settings conflict",
    -222: "Parameter data out of range",
    -223: "Too much data",
    -224: "Illegal parameter value",
    -225: "Out of memory",
    -230: "Data corrupt or stale",
    -241: "Hardware missing",
    -260: "Expression error",
    -284: "Program currently running",
    -285: "Program syntax error",
    -286: "Program runtime error",
    -300: "Device-specific error",
    -310: "System error",
    -314: "Save/recall memory lost",
    -315: "Configuration memory lost",
    -330: "Self-test failed",
    -350: "Queue overflow",
    -363: "Input buffer overrun",
    -410: "Query INTERRUPTED",
    -420: "Query UNTERMINATED",
    -430: "Query DEADLOCKED",
    -440: "Query UNTERMINATED after indefinite response",
}
"""SCPI-99 volume 2, chapter 21.8 (from memory; the codes of -224 and below that Keithley uses, with their
event bits, agree with table B-1 of the 6220/6221 reference manual)."""

OPERATION_COMPLETE = 1
QUERY_ERROR = 4
DEVICE_ERROR = 8
EXECUTION_ERROR = 16
COMMAND_ERROR = 32
USER_REQUEST = 64
POWER_ON = 128
"""Bits of the standard event register, IEEE 488.2 section 11.5.1."""


def event_bit(code: int) -> int:
    """The bit of the standard event register that an error sets (SCPI-99 volume 2, 21.8.1).

    -1xx command, -2xx execution, -4xx query error; -3xx and the maker's own positive codes device error.
    """
    if -200 < code <= -100:
        return COMMAND_ERROR
    if -300 < code <= -200:
        return EXECUTION_ERROR
    if -500 < code <= -400:
        return QUERY_ERROR
    return DEVICE_ERROR


class ScpiError(Exception):
    """Raised inside a command or a parameter: queues `code`. A code of the maker's own needs its `text`.

    `bit` overrides the bit of the standard event register that the code's class would set.
    """

    def __init__(self, code: int, text: str | None = None, bit: int | None = None) -> None:
        self.code = code
        self.text = STANDARD_ERRORS[code] if text is None else text
        self.bit = event_bit(code) if bit is None else bit
        super().__init__(f"{code}: {self.text}")

    @property
    def is_command_error(self) -> bool:
        """Whether the parser gives up the rest of the message."""
        return -200 < self.code <= -100


class ErrorQueue:
    """First in, first out, of limited length; when it is full the last entry becomes -350."""

    def __init__(self, capacity: int) -> None:
        if capacity < 2:
            raise ValueError(f"an error queue of {capacity} entries cannot report its own overflow")
        self.capacity = capacity
        self._entries: deque[tuple[int, str]] = deque()

    def push(self, code: int, text: str) -> None:
        """Append, or mark the overflow."""
        if len(self._entries) < self.capacity:
            self._entries.append((code, text))
        else:
            self._entries[-1] = (-350, STANDARD_ERRORS[-350])

    def pop(self) -> tuple[int, str]:
        """The oldest entry, removed; (0, "No error") when empty."""
        return self._entries.popleft() if self._entries else (0, "No error")

    def pop_all(self) -> list[tuple[int, str]]:
        """All entries, oldest first, removed; one (0, "No error") when empty."""
        entries = list(self._entries) or [(0, "No error")]
        self._entries.clear()
        return entries

    def clear(self) -> None:
        """Forget all."""
        self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)


def format_error(code: int, text: str) -> str:
    """The way an entry is sent: `-113,"Undefined header"`, `+802,"..."`, `0,"No error"`."""
    return f'{code:+d},"{text}"' if code else f'0,"{text}"'
