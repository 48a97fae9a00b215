"""The checksum of Modbus RTU (MODBUS over Serial Line V1.02, 6.2.2), by table."""

from __future__ import annotations

from functools import lru_cache

POLYNOMIAL = 0xA001


def _entry(byte: int) -> int:
    value = byte
    for _ in range(8):
        value = (value >> 1) ^ POLYNOMIAL if value & 1 else value >> 1
    return value


_TABLE = tuple(_entry(byte) for byte in range(256))


def checksum(data: bytes) -> bytes:
    """The two bytes that follow `data` on the line, low one first."""
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


@lru_cache(maxsize=256)  # a master asks the same few questions all day, and two layers look at each
def is_whole(frame: bytes) -> bool:
    """Whether the frame ends in its own checksum."""
    return len(frame) >= 4 and checksum(frame[:-2]) == frame[-2:]
