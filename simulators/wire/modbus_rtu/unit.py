"""One slave: function codes carried out on registers, exceptions where they cannot be."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Protocol

ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3
"""Exception codes of the protocol (V1.1b3, chapter 7) that the 2000 series uses (HA026230, 3.20)."""


class ExceptionReply(Exception):  # noqa: N818 - the protocol's word
    """The slave refuses with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code:02X}")
        self.code = code


class Registers(Protocol):
    """What an instrument offers to its slave. Words are unsigned; every method may raise ExceptionReply."""

    def read(self, address: int, count: int) -> Sequence[int]:
        """So many words."""
        ...

    def write(self, address: int, words: Sequence[int]) -> None:
        """A block (function 16)."""
        ...

    def write_one(self, address: int, word: int) -> None:
        """One word (function 6), checked more strictly by some."""
        ...

    def read_bits(self, address: int, count: int) -> Sequence[bool]:
        """So many coils."""
        ...

    def write_bit(self, address: int, on: bool) -> None:
        """One coil."""
        ...

    def fast_status(self) -> int:
        """The status byte of function 7."""
        ...


_ADDRESS_AND_WORD = struct.Struct(">HH")
_MANY = frozenset({1, 2, 3, 4, 16})
WRITES = frozenset({5, 6, 16})
"""Functions that a broadcast may carry (HA026230, 3.12)."""


class RegisterUnit:
    """Functions 1 to 8 and 16. Anything else, and what is malformed, gets no answer at all (HA026230, 3.20).

    `most_words` in one message; `latency_s` for one word, bit or status, `block_latency_s` for the others.
    """

    def __init__(
        self,
        registers: Registers,
        *,
        most_words: int = 125,
        latency_s: float = 5e-3,
        block_latency_s: float = 12e-3,
    ) -> None:
        self._registers = registers
        self._most_words = most_words
        self._latency_s = latency_s
        self._block_latency_s = block_latency_s
        self._functions: dict[int, Callable[[bytes], bytes | None]] = {
            1: self._read_bits,
            2: self._read_bits,
            3: self._read_words,
            4: self._read_words,
            5: self._write_bit,
            6: self._write_word,
            7: lambda data: bytes([registers.fast_status()]) if not data else None,
            8: lambda data: data if data[:2] == b"\0\0" and len(data) == 4 else None,
            16: self._write_words,
        }

    def latency_s(self, function: int) -> float:
        """From the end of the request to the first byte of the reply (our choice within HA026230, 3.22)."""
        return self._block_latency_s if function in _MANY else self._latency_s

    def answer(self, function: int, data: bytes) -> bytes | None:
        """The data of the reply, with the function code in front; None for silence."""
        carry_out = self._functions.get(function)
        if carry_out is None:
            return None
        try:
            reply = carry_out(data)
        except ExceptionReply as refusal:
            return bytes([function | 0x80, refusal.code])
        return None if reply is None else bytes([function]) + reply

    def _read_bits(self, data: bytes) -> bytes:
        address, count = _ADDRESS_AND_WORD.unpack(data)
        if not 1 <= count <= 16 * self._most_words:
            raise ExceptionReply(ILLEGAL_VALUE)
        packed = bytearray((count + 7) // 8)
        for number, on in enumerate(self._registers.read_bits(address, count)):
            packed[number // 8] |= on << number % 8
        return bytes([len(packed)]) + packed

    def _read_words(self, data: bytes) -> bytes:
        address, count = _ADDRESS_AND_WORD.unpack(data)
        if not 1 <= count <= self._most_words:
            raise ExceptionReply(ILLEGAL_VALUE)
        words = self._registers.read(address, count)
        return struct.pack(f">B{count}H", 2 * count, *words)

    def _write_bit(self, data: bytes) -> bytes:
        address, value = _ADDRESS_AND_WORD.unpack(data)
        self._registers.write_bit(address, value >> 8 != 0)
        return data

    def _write_word(self, data: bytes) -> bytes:
        self._registers.write_one(*_ADDRESS_AND_WORD.unpack(data))
        return data

    def _write_words(self, data: bytes) -> bytes | None:
        address, count = _ADDRESS_AND_WORD.unpack(data[:4])
        if data[4] != len(data) - 5 or data[4] != 2 * count:
            return None
        if not 1 <= count <= self._most_words:
            raise ExceptionReply(ILLEGAL_VALUE)
        self._registers.write(address, struct.unpack(f">{count}H", data[5:]))
        return data[:4]
