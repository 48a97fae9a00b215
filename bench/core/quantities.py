"""Text to numbers: "1 mA" becomes 0.001 in amperes; a wrong dimension is an error, never a guess."""

from __future__ import annotations

import functools
import math
from typing import Any

from bench.core.errors import QuantityError


@functools.cache
def _registry() -> Any:  # pint publishes no useful types
    import pint  # half a second: only when a text with a unit is met

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def parse_quantity(value: str | float, unit: str) -> float:
    """`value` as a number in `unit`.

    A bare number is taken to be in `unit` already. A text needs a unit of the same dimension ("250 degC" in
    "K" gives 523.15). Raises QuantityError with what was expected.
    """
    if isinstance(value, bool):
        raise QuantityError(
            f"{value!r} is not a quantity", remedy=f'write a number with its unit, such as "1 {unit}"'
        )
    if isinstance(value, int | float):
        return _finite(float(value), value, unit)
    try:
        return _finite(float(value), value, unit)
    except ValueError:
        pass
    ureg = _registry()
    try:
        magnitude, unit_text = _split(value)
        quantity = ureg.Quantity(magnitude, unit_text)
        converted = float(quantity.to(unit).magnitude)
    except Exception as error:  # pint raises many unrelated classes (and tokenizer errors) on bad text
        raise QuantityError(
            f"{value!r} is not a quantity in {unit!r}",
            remedy=f'write a number with a unit of the same dimension, such as "1 {unit}"',
        ) from error
    return _finite(converted, value, unit)


def _split(text: str) -> tuple[float, str]:
    stripped = text.strip().replace("−", "-").replace("µ", "u").replace("μ", "u").replace("Ω", "ohm")
    stripped = stripped.replace("°C", "degC").replace("²", "^2").replace("³", "^3")
    for end in range(len(stripped), 0, -1):
        try:
            return float(stripped[:end]), stripped[end:].strip()
        except ValueError:
            continue
    raise ValueError("no number")


def _finite(number: float, original: object, unit: str) -> float:
    if not math.isfinite(number):
        raise QuantityError(
            f"{original!r} is not a finite number", remedy=f"give a finite number in {unit!r}"
        )
    return number


def format_quantity(value: float, unit: str, digits: int = 4) -> str:
    """For people: "1.235 mA". Prefixes only where the unit takes one."""
    if value == 0 or not math.isfinite(value) or unit not in _PREFIXED:
        return f"{value:.{digits}g} {unit}".strip()
    exponent = min(max(3 * math.floor(math.log10(abs(value)) / 3), -15), 9)
    return f"{value / 10**exponent:.{digits}g} {_PREFIXES[exponent]}{unit}"


_PREFIXED = frozenset({"A", "V", "W", "ohm", "s", "m", "Hz", "S", "F", "T", "C"})
_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}
