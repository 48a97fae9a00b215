"""AIBUS as a master speaks it: requests of eight bytes, and a parser that checks all of a reply.

Frames are text of code points 0 to 255 (latin-1), as in drivers.modbus_rtu. After Yudian's protocol
description for single-loop instruments, V9.3 (August 2024), chapter 2.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from drivers.replies import ReplyShapeError

READ, WRITE = 0x52, 0x43
NO_SUCH_PARAMETER = 32767
"""What comes back in place of a parameter that the unit does not have (notes 3 and 4)."""
HIGHEST_ADDRESS = 80
_FIRST = 0x80
_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply: the parameter, and what every reply carries besides. Whole numbers, without decimal point."""

    value: int
    process: int
    setpoint: int
    output_percent: int
    flags: int


def read(address: int, code: int) -> str:
    """The frame that asks for one parameter."""
    return _frame(address, READ, code, 0)


def write(address: int, code: int, value: int) -> str:
    """The frame that sets one parameter (a signed 16-bit number)."""
    return _frame(address, WRITE, code, value & 0xFFFF)


def _frame(address: int, command: int, code: int, value: int) -> str:
    total = (code * 256 + command + value + address) & 0xFFFF
    head = bytes((_FIRST + address, _FIRST + address, command, code))
    return (head + struct.pack("<HH", value, total)).decode("latin-1")


def answer(address: int) -> Callable[[str], Answer]:
    """A parser for replies of the unit at `address`; raises ReplyShapeError for anything else.

    A reply says neither whose it is nor to which question: the address is only in its checksum.
    """

    def parse(reply: str) -> Answer:
        try:
            frame = reply.encode("latin-1")
        except UnicodeEncodeError:
            raise ReplyShapeError(f"{reply!r} is no frame") from None
        if len(frame) != _LENGTH:
            raise ReplyShapeError(f"{len(frame)} bytes came where {_LENGTH} were expected")
        process, setpoint, state, value, total = struct.unpack("<HHHHH", frame)
        if (process + setpoint + state + value + address) & 0xFFFF != total:
            raise ReplyShapeError(f"{frame.hex(' ')} does not end in the checksum of unit {address}")
        process, setpoint, output, flags, value = struct.unpack("<hhbBh", frame[:8])
        return Answer(value, process, setpoint, output, flags)

    return parse


class Replies:
    """How much of a reply to read: see drivers.framed.Framing. All of them are of one length."""

    head = 2

    def rest(self, head: bytes) -> int:
        """Bytes that follow."""
        return _LENGTH - self.head


def silence_s(baud_rate: int) -> float:
    """The pause before a request: our choice, as for Modbus RTU (V9.3 only wants the reply awaited)."""
    return max(3.5 * 11 / baud_rate, 5e-3)
