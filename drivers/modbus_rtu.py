"""Modbus RTU as a master speaks it: requests as frames, and parsers that check all of a reply.

A frame is carried as text of code points 0 to 255 (latin-1), so that link, recording and replay take it as
they take a line. After "MODBUS over Serial Line" V1.02 and "MODBUS Application Protocol" V1.1b3.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from drivers.replies import ReplyShapeError

T = TypeVar("T")

READ_WORDS, WRITE_WORD, FAST_STATUS, LOOP_BACK, WRITE_WORDS = 3, 6, 7, 8, 16
REFUSED = 0x80
MEANINGS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    6: "device busy",
}
"""Exception codes (V1.1b3, chapter 7)."""
MOST_WORDS = 125


class Refusal(Exception):  # noqa: N818 - the protocol's exception reply, turned into an error by the caller
    """The slave answered with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code}: {MEANINGS.get(code, 'not in the standard')}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Request(Generic[T]):
    """A frame to send, and what turns the reply into a value.

    `parse` raises ReplyShapeError for anything that is not the reply to this very request, Refusal if the
    slave refuses.
    """

    frame: str
    parse: Callable[[str], T]


def _shifted(register: int) -> int:
    for _ in range(8):
        carry = register & 1
        register >>= 1
        if carry:
            register ^= 0xA001
    return register


_SHIFTED = [_shifted(byte) for byte in range(256)]


def crc(data: bytes) -> bytes:
    """CRC-16 with polynomial A001 from FFFF, low byte first (over Serial Line V1.02, 6.2.2)."""
    register = 0xFFFF
    for byte in data:
        register = _SHIFTED[register & 0xFF ^ byte] ^ register >> 8
    return bytes((register & 0xFF, register >> 8))


def sealed(unit: int, function: int, data: bytes) -> str:
    """A whole frame."""
    body = bytes((unit, function)) + data
    return (body + crc(body)).decode("latin-1")


@lru_cache(maxsize=1024)
def read_words(unit: int, address: int, count: int) -> Request[tuple[int, ...]]:
    """Function 3: `count` words from `address` on, unsigned."""
    if not 1 <= count <= MOST_WORDS:
        raise ValueError(f"{count} words do not fit into one message")

    def parse(reply: str) -> tuple[int, ...]:
        data = opened(reply, unit, READ_WORDS)
        if len(data) != 1 + 2 * count or data[0] != 2 * count:
            raise ReplyShapeError(f"{len(data) - 1} bytes came where {2 * count} were asked for")
        return struct.unpack(f">{count}H", data[1:])

    return Request(sealed(unit, READ_WORDS, struct.pack(">HH", address, count)), parse)


def write_word(unit: int, address: int, word: int) -> Request[None]:
    """Function 6: one word; the reply repeats the request."""
    return _echoed(unit, WRITE_WORD, struct.pack(">HH", address, word))


def write_words(unit: int, address: int, words: Sequence[int]) -> Request[None]:
    """Function 16: a block; the reply repeats where and how many."""
    head = struct.pack(">HH", address, len(words))
    data = head + struct.pack(f">B{len(words)}H", 2 * len(words), *words)
    return Request(sealed(unit, WRITE_WORDS, data), _expect(unit, WRITE_WORDS, head))


def loop_back(unit: int, word: int = 0x1234) -> Request[None]:
    """Function 8, diagnostic 0: the reply repeats the request."""
    return _echoed(unit, LOOP_BACK, struct.pack(">HH", 0, word))


@lru_cache(maxsize=256)
def fast_status(unit: int) -> Request[int]:
    """Function 7: one status byte."""

    def parse(reply: str) -> int:
        data = opened(reply, unit, FAST_STATUS)
        if len(data) != 1:
            raise ReplyShapeError(f"{len(data)} bytes came where one was asked for")
        return data[0]

    return Request(sealed(unit, FAST_STATUS, b""), parse)


def opened(reply: str, unit: int, function: int) -> bytes:
    """The data of a reply from this unit to this function. Raises ReplyShapeError or Refusal."""
    try:
        frame = reply.encode("latin-1")
    except UnicodeEncodeError:
        raise ReplyShapeError(f"{reply!r} is no frame") from None
    if len(frame) < 5 or crc(frame[:-2]) != frame[-2:]:
        raise ReplyShapeError(f"{frame.hex(' ')} does not end in its checksum")
    if frame[0] != unit:
        raise ReplyShapeError(f"unit {frame[0]} answered a request to unit {unit}")
    if frame[1] == function | REFUSED and len(frame) == 5:
        raise Refusal(frame[2])
    if frame[1] != function:
        raise ReplyShapeError(f"function {frame[1]} came in reply to function {function}")
    return frame[2:-2]


def _echoed(unit: int, function: int, data: bytes) -> Request[None]:
    return Request(sealed(unit, function, data), _expect(unit, function, data))


def _expect(unit: int, function: int, expected: bytes) -> Callable[[str], None]:
    def parse(reply: str) -> None:
        data = opened(reply, unit, function)
        if data != expected:
            raise ReplyShapeError(f"{data.hex(' ')} came back where {expected.hex(' ')} was expected")

    return parse


class Replies:
    """How much of a reply to read: see drivers.framed.Framing."""

    head = 3
    """Unit, function, and the number of bytes or the exception code."""

    def rest(self, head: bytes) -> int:
        """Bytes that follow; of an unknown function as few as there can be, and the checksum will not fit."""
        function = head[1]
        if function in (1, 2, 3, 4):
            return head[2] + 2
        return 5 if function in (5, 6, 8, 15, 16) else 2


def silence_s(baud_rate: int) -> float:
    """The pause before a request: 3.5 characters of 11 bits, at least 5 ms to turn a line round."""
    return max(3.5 * 11 / baud_rate, 5e-3)
