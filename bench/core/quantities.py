"""Text to numbers: "1 mA" becomes 0.001 in amperes; a wrong dimension is an error, never a guess."""

from __future__ import annotations

import functools
import math
import re
from typing import Any

from bench.core.errors import QuantityError

_SMALL = r"[-+]?\d(?:\.\d)?(?![\d.])"
_EXPONENT = re.compile(rf"(?:\^|\*\*)\s*(?:{_SMALL}|\(\s*{_SMALL}\s*\))(?!\s*(?:\^|\*\*))")
_SUPERSCRIPT = re.compile("⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_SUPERSCRIPT_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_TEMPERATURE = re.compile(r"(?<![A-Za-z_])(?:°\s*|deg)([CF])(?![A-Za-z])")
_LONGEST_TEXT = 80


@functools.cache
def _registry() -> Any:  # pint publishes no useful types
    import pint  # half a second: only when a text with a unit is met

    return pint.get_application_registry()  # the one that pymeasure uses: making another costs 0.3 s


def parse_quantity(value: object, unit: str, *, difference: bool = False) -> float:
    """`value` as a number in `unit`.

    A bare number is taken to be in `unit` already. A text needs a unit of the same dimension ("250 degC" in
    "K" gives 523.15). `difference` is for uncertainties and intervals: "1 degC" is then 1 K and not 274.15 K.
    Raises QuantityError with what was expected.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        kind = {bool: "true or false", dict: "a table", list: "a list"}.get(type(value), "a date or time")
        raise QuantityError(
            f"should be a number with a unit, is {kind}", remedy=f'write for instance "1 {unit}"'
        )
    if not isinstance(value, str):
        return _finite(value, unit)
    _refuse_arithmetic(value, unit)
    try:
        return _finite(float(value), unit)
    except ValueError:
        pass
    try:
        converted = _converted(_TEMPERATURE.sub(r"delta_deg\1", value) if difference else value, unit)
    except Exception as error:  # pint raises many unrelated classes (and tokenizer errors) on bad text
        raise QuantityError(
            f"{value!r} is not a quantity in {unit!r}",
            remedy=f'write a number with a unit of the same dimension, such as "1 {unit}"',
        ) from error
    return _finite(converted, unit)


@functools.lru_cache(maxsize=4096)
def _converted(text: str, unit: str) -> float:
    magnitude, unit_text = _split(text)
    return float(_registry().Quantity(magnitude, unit_text).to(unit).magnitude)


def _refuse_arithmetic(text: str, unit: str) -> None:
    """A unit such as m**9**9**9 would be worked out as arithmetic on huge integers, for ever."""
    rest = _EXPONENT.sub(" ", _SUPERSCRIPT.sub("^1", text))
    if len(text) > _LONGEST_TEXT or any(sign in rest for sign in ("^", "**", "#")):
        raise QuantityError(
            f"{text[:_LONGEST_TEXT]!r} is not a quantity in {unit!r}",
            remedy=f'write one number and one unit with exponents below 10, such as "1 {unit}"',
        )


def _split(text: str) -> tuple[float, str]:
    stripped = text.strip().replace("−", "-").replace("µ", "u").replace("μ", "u").replace("Ω", "ohm")
    stripped = _SUPERSCRIPT.sub(_plain_exponent, stripped.replace("°", "deg"))
    for end in range(len(stripped), 0, -1):
        try:
            return float(stripped[:end]), stripped[end:].strip()
        except ValueError:
            continue
    raise ValueError("no number")


def _plain_exponent(superscript: re.Match[str]) -> str:
    return "^(" + superscript.group().translate(_SUPERSCRIPT_DIGITS) + ")"


def _finite(number: float, unit: str) -> float:
    try:
        finite = float(number)
    except OverflowError:
        finite = math.inf
    if not math.isfinite(finite):
        raise QuantityError(
            "the number is not finite or too large", remedy=f"give a finite number in {unit!r}"
        )
    return finite


def format_quantity(value: float, unit: str, digits: int = 4) -> str:
    """For people: "1.235 mA". Prefixes only where the unit takes one."""
    if value == 0 or not math.isfinite(value) or unit not in _PREFIXED:
        return f"{value:.{digits}g} {unit}".strip()
    exponent = min(max(3 * math.floor(math.log10(abs(value)) / 3), -15), 9)
    return f"{value / 10**exponent:.{digits}g} {_PREFIXES[exponent]}{unit}"


_PREFIXED = frozenset({"A", "V", "W", "ohm", "s", "m", "Hz", "S", "F", "T", "C"})
_PREFIXES = {-15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}
