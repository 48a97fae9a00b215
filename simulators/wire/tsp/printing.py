"""How numbers leave a TSP instrument: print, printnumber and printbuffer (2600BS-901-01, format commands)."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from simulators.wire.tsp.errors import TspError
from simulators.wire.tsp.node import Node

ASCII, SREAL, REAL = 1, 2, 3
NORMAL, SWAPPED = 0, 1


@dataclass(slots=True)
class Format:
    """format.data, format.asciiprecision (significant digits) and format.byteorder, with their defaults."""

    data: int = ASCII
    asciiprecision: int = 6
    byteorder: int = SWAPPED

    def reset(self) -> None:
        """The defaults."""
        self.data, self.asciiprecision, self.byteorder = ASCII, 6, SWAPPED

    def number(self, value: float) -> str:
        """One number as `print` writes it: 1.00000e+00 at six digits."""
        if math.isnan(value):
            return "nan"
        return f"{value:.{self.asciiprecision - 1}e}"

    def numbers(self, values: Iterable[float]) -> str:
        """A list: text with commas, or a block of bytes of unstated length (each byte a Latin-1 letter)."""
        if self.data == ASCII:
            return ", ".join(map(self.number, values))
        packed = list(values)
        order, kind = "<" if self.byteorder == SWAPPED else ">", "f" if self.data == SREAL else "d"
        return "#0" + struct.pack(f"{order}{len(packed)}{kind}", *packed).decode("latin-1")

    def node(self) -> Node:
        """The `format` commands."""
        node = Node(
            constants={
                "ASCII": ASCII,
                "SREAL": SREAL,
                "REAL32": SREAL,
                "REAL": REAL,
                "REAL64": REAL,
                "DREAL": REAL,
                "NORMAL": NORMAL,
                "NETWORK": NORMAL,
                "BIGENDIAN": NORMAL,
                "SWAPPED": SWAPPED,
                "LITTLEENDIAN": SWAPPED,
            }
        )
        for name, low, high in (("data", 1, 3), ("asciiprecision", 1, 16), ("byteorder", 0, 1)):
            node.attribute(name, partial(self._get, name), partial(self._put, name, low, high))
        return node

    def _get(self, name: str) -> float:
        return float(getattr(self, name))

    def _put(self, name: str, low: int, high: int, value: object) -> None:
        setattr(self, name, whole(value, low, high))


def number(value: object) -> float:
    """A number, or -109 for nil, -224 for anything else that is none."""
    if value is None:
        raise TspError(-109)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise TspError(-224)
    return float(value)


def whole(value: object, low: int, high: int) -> int:
    """A whole number within bounds; 1101 or 1102 outside."""
    return round(within(value, low, high))


def within(value: object, low: float, high: float) -> float:
    """A number within bounds; 1101 or 1102 outside. A hair of rounding beyond them is inside."""
    found = number(value)
    if found > high + 1e-9 * abs(high):
        raise TspError(1101)
    if found < low - 1e-9 * abs(low):
        raise TspError(1102)
    return found
