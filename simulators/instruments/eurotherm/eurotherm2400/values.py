"""How a value stands in registers: scaled integers in the low area, full resolution in the IEEE area.

HA026230 issue 3, chapter 6, and section 3.14 for the scaling.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulators.wire.modbus_rtu.unit import ILLEGAL_VALUE, ExceptionReply

Kind = Literal["float", "time", "word"]
"""float: a number with a decimal point. time: a duration. word: a choice, a status or a whole number."""

LARGEST = 32767
_FLOAT, _TIME, _PAIR = struct.Struct(">f"), struct.Struct(">i"), struct.Struct(">HH")
PADDING = 0x8000
"""Second word of a choice or status in the IEEE area (6.3)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: how it is read and, if at all, written; times in seconds. `retained`: kept in EEPROM.

    `configuration`: written only in configuration mode (5.7).
    """

    kind: Kind
    read: Callable[[], float]
    write: Callable[[float], None] | None = None
    low: float = -math.inf
    high: float = math.inf
    retained: bool = True
    configuration: bool = False

    def accept(self, value: float) -> None:
        """Take a value; raises ExceptionReply if it is not a number or beyond the limits."""
        if self.write is None or not self.low <= value <= self.high:
            raise ExceptionReply(ILLEGAL_VALUE)
        self.write(value)


@dataclass(frozen=True, slots=True)
class Scaling:
    """How the low area shows numbers: decimals of the display, or whole numbers (registers 525 and 12550)."""

    decimals: int
    full_resolution: bool

    @property
    def factor(self) -> int:
        """What a number is multiplied by."""
        return 10**self.decimals if self.full_resolution else 1


def to_word(parameter: Parameter, scaling: Scaling) -> int:
    """In the low area: a signed 16-bit number, or a duration in whole seconds, as far as they go."""
    value = parameter.read()
    if parameter.kind == "float":
        value *= scaling.factor
    number = math.floor(value + 0.5) if parameter.kind != "word" else int(value)
    if parameter.kind == "word":
        return number & 0xFFFF
    return max(-LARGEST, min(LARGEST, number)) & 0xFFFF


def from_word(parameter: Parameter, word: int, scaling: Scaling) -> float:
    """The value of a word of the low area. Above 32767 it is negative: no duration of ten hours fits."""
    signed = word - 0x10000 if word >= 0x8000 else word
    if parameter.kind == "float":
        return signed / scaling.factor
    return float(word if parameter.kind == "word" else signed)


def to_pair(parameter: Parameter) -> tuple[int, int]:
    """In the IEEE area: two words, high one first (6.3 to 6.5)."""
    value = parameter.read()
    if parameter.kind == "word":
        return int(value) & 0xFFFF, PADDING
    packed = _FLOAT.pack(value) if parameter.kind == "float" else _TIME.pack(math.floor(value * 1000 + 0.5))
    first, second = _PAIR.unpack(packed)
    return first, second


def from_pair(parameter: Parameter, first: int, second: int) -> float:
    """The value of two words of the IEEE area."""
    if parameter.kind == "word":
        return float(first)
    packed = _PAIR.pack(first, second)
    if parameter.kind == "float":
        return float(_FLOAT.unpack(packed)[0])
    return float(_TIME.unpack(packed)[0]) / 1000
