"""Numeric parameters: limits that may depend on state, MIN, MAX and DEF, INF, unit suffixes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar, cast

from simulators.wire.scpi.errors import ScpiError
from simulators.wire.scpi.parameters import Parameter, is_word

Limit = float | str | Callable[[Any], float] | None
"""A number, the name of an attribute of the command's owner, or a function of the owner. None: no limit."""

N = TypeVar("N", int, float)

MINIMUM, MAXIMUM, DEFAULT = "minimum", "maximum", "default"

KEYWORDS = {
    "MIN": MINIMUM,
    "MINIMUM": MINIMUM,
    "MAX": MAXIMUM,
    "MAXIMUM": MAXIMUM,
    "DEF": DEFAULT,
    "DEFAULT": DEFAULT,
}
_INFINITIES = {"INF": math.inf, "INFINITY": math.inf, "NINF": -math.inf, "NINFINITY": -math.inf}
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[ \t]*[eE][ \t]*([+-]?\d+))?[\x00-\x20]*(.*)", re.DOTALL)
_BASES = {"H": 16, "Q": 8, "B": 2}

_PREFIXES = {
    "EX": 18, "PE": 15, "T": 12, "G": 9, "MA": 6, "K": 3, "": 0,
    "M": -3, "U": -6, "N": -9, "P": -12, "F": -15, "A": -18,
}  # fmt: skip
"""IEEE 488.2 table 7-2."""

_MEGA_UNITS = frozenset({"OHM", "HZ"})
"""Where M is mega (IEEE 488.2 section 7.7.3.3)."""


def suffixes(unit: str) -> dict[str, int]:
    """Every accepted suffix of a unit, in upper case, with its power of ten."""
    unit = unit.upper()
    if not unit:
        return {}
    found = {prefix + unit: power for prefix, power in _PREFIXES.items()}
    if unit in _MEGA_UNITS:
        found["M" + unit] = 6
    return found


class Numeric(Parameter[N]):
    """What Number and Integer have in common."""

    def __init__(
        self,
        minimum: Limit,
        maximum: Limit,
        default: Limit = None,
        *,
        unit: str = "",
        infinity: bool = False,
        optional: bool = False,
    ) -> None:
        self.optional = optional
        self.limits: dict[str, Limit] = {MINIMUM: minimum, MAXIMUM: maximum, DEFAULT: default}
        self.depends_on_state = any(isinstance(one, str) or callable(one) for one in self.limits.values())
        self._infinity = infinity
        self._suffixes = suffixes(unit)

    def parse(self, text: str) -> float | str:
        """See Parameter. Raises -104, -121, -123, -131 or -138. A keyword stays a word until `resolve`."""
        match = _NUMBER.fullmatch(text)
        if match is None:
            return self._parse_word(text)
        mantissa, exponent, suffix = match.groups()
        if exponent is not None and (len(exponent) > 9 or abs(int(exponent)) > 32000):
            raise ScpiError(-123)
        number = mantissa if exponent is None else f"{mantissa}E{exponent}"
        if not suffix:
            return float(number)
        if not suffix.isalpha():
            raise ScpiError(-121)
        if not self._suffixes:
            raise ScpiError(-138)
        power = self._suffixes.get(suffix.upper())
        if power is None:
            raise ScpiError(-131)
        return float(Decimal(number).scaleb(power))

    def _parse_word(self, text: str) -> float | str:
        word = text.upper()
        if word in KEYWORDS:
            return KEYWORDS[word]
        if self._infinity and word in _INFINITIES:
            return _INFINITIES[word]
        if word[:1] in "+-.0123456789" and not is_word(word):
            raise ScpiError(-121)
        raise ScpiError(-104)

    def bound(self, which: str, owner: object) -> N:
        """MIN, MAX or DEF as it is now; raises -224 where there is none."""
        limit = self.limits[which]
        if isinstance(limit, str):
            limit = cast("float", getattr(owner, limit))
        elif callable(limit):
            limit = limit(owner)
        if limit is None:
            raise ScpiError(-224)
        return self._cast(limit)

    def resolve(self, token: Any, owner: object) -> N:
        """See Parameter. Raises -222 outside the limits."""
        if isinstance(token, str):
            return self.bound(token, owner)
        if math.isinf(token):
            if self._infinity:
                return cast("N", token)
            raise ScpiError(-222)
        value = self._cast(token)
        if self.limits[MINIMUM] is not None and value < self.bound(MINIMUM, owner):
            raise ScpiError(-222)
        if self.limits[MAXIMUM] is not None and value > self.bound(MAXIMUM, owner):
            raise ScpiError(-222)
        return value

    def _cast(self, value: float) -> N:
        raise NotImplementedError


class Number(Numeric[float]):
    """A real number between two limits. `reply` is the format of a query's answer.

    `unit` allows its suffixes (`5 MV` for 5 mV with unit "V"; M is mega for OHM and HZ); a wrong one is -131,
    any where there is no unit -138. `infinity` allows INF and NINF, beyond the limits.
    """

    def __init__(
        self,
        minimum: Limit,
        maximum: Limit,
        default: Limit = None,
        *,
        unit: str = "",
        infinity: bool = False,
        optional: bool = False,
        reply: str = ".6E",
    ) -> None:
        super().__init__(minimum, maximum, default, unit=unit, infinity=infinity, optional=optional)
        self._reply = reply

    def _cast(self, value: float) -> float:
        return float(value)

    def format(self, value: float) -> str:
        """See Parameter. Infinity is 9.9E37 (SCPI-99 volume 1, 7.2.1.4)."""
        if math.isinf(value):
            return "+9.900000E+37" if value > 0 else "-9.900000E+37"
        return format(value, self._reply)


class Integer(Numeric[int]):
    """A whole number between two limits; a real one is rounded (IEEE 488.2, NRf); #H, #Q, #B are read."""

    def parse(self, text: str) -> float | str:
        """See Parameter."""
        if text[:1] == "#":
            base = _BASES.get(text[1:2].upper())
            digits = text[2:]
            try:
                if base is None or not digits.isalnum():
                    raise ValueError
                return float(int(digits, base))
            except (ValueError, OverflowError):
                raise ScpiError(-104 if base is None else -121) from None
        return super().parse(text)

    def _cast(self, value: float) -> int:
        return math.floor(value + 0.5)

    def format(self, value: int) -> str:
        """See Parameter."""
        return "9.9E37" if math.isinf(value) else str(value)
