"""Noise and per-seed constants as pure functions of (seed, name, time): looking changes nothing.

A value depends only on its own key. Who else reads, in which order and in which thread, cannot change it.
"""

from __future__ import annotations

import hashlib
import math
import struct
from functools import lru_cache

_PAIR = struct.Struct("<QQ")
_TICK = struct.Struct("<q")
_TICKS_PER_S = 1_000_000_000
"""Time enters in whole nanoseconds: rounding dust in a float cannot change a reading."""


@lru_cache(maxsize=4096)
def _prefix(kind: bytes, seed: int, name: str) -> hashlib.blake2b:
    """A hash state that has already eaten everything but the time."""
    key = kind + str(seed).encode() + b"\0" + name.encode() + b"\0"
    return hashlib.blake2b(key, digest_size=16)


def _pair(state: hashlib.blake2b) -> tuple[float, float]:
    """Two independent numbers in (0, 1] and [0, 1) from a finished hash."""
    first, second = _PAIR.unpack(state.digest())
    # 53 bits, so that the upper end cannot round up to what it excludes
    return ((first >> 11) + 1) / 9007199254740992.0, (second >> 11) / 9007199254740992.0


def _normal(state: hashlib.blake2b) -> float:
    first, second = _pair(state)
    return math.sqrt(-2.0 * math.log(first)) * math.cos(2.0 * math.pi * second)  # Box and Muller (1958)


def gaussian(seed: int, channel: str, time: float) -> float:
    """Standard normal noise of one channel at clock second `time`.

    White: two times that differ by a nanosecond or more are independent. Multiply by the standard deviation.
    """
    state = _prefix(b"g", seed, channel).copy()
    state.update(_TICK.pack(round(time * _TICKS_PER_S)))
    return _normal(state)


def uniform(seed: int, name: str) -> float:
    """A constant of this seed, uniform in [0, 1): the same `name` gives the same value, always."""
    return _pair(_prefix(b"u", seed, name))[1]


def normal(seed: int, name: str) -> float:
    """A constant of this seed, standard normal."""
    return _normal(_prefix(b"n", seed, name))


def between(seed: int, name: str, low: float, high: float) -> float:
    """A constant of this seed, uniform in [low, high]: a calibration error within its stated bounds."""
    return low + (high - low) * uniform(seed, name)
