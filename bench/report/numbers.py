"""Numbers for people: value and uncertainty rounded together, after GUM 7.2.6."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLAIN_FROM, _PLAIN_TO = -2, 4
"""Decimal exponents within which no power of ten is written out."""

FINEST = 1e-13
"""A relative uncertainty below this is below what a float resolves: nobody wants the zeros."""


def number(value: float, digits: int = 4) -> str:
    """`value` with `digits` significant digits: "0.0512", "1.53×10⁻⁷"."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    exponent = _exponent(value, digits)
    if _PLAIN_FROM <= exponent <= _PLAIN_TO:
        return f"{value:.{max(0, digits - 1 - exponent)}f}"
    return f"{_scaled(value, exponent, digits - 1)}{power(exponent)}"


def value_and_uncertainty(value: float, uncertainty: float, unit: str = "") -> str:
    """Uncertainty to two digits, value to the same place: "(4.98 ± 0.12)×10⁻³ S/m"."""
    unit = printed_unit(unit)
    if not (math.isfinite(value) and math.isfinite(uncertainty)) or uncertainty <= 0:
        return f"{number(value)} {unit}".strip()
    if uncertainty < FINEST * abs(value):
        return f"({number(value, 15)} ± {number(uncertainty, 2)}) {unit}".strip()
    place = _exponent(uncertainty, 2) - 1
    exponent = max(_exponent(value, 2) if value else place + 1, place + 1)
    if _PLAIN_FROM <= exponent <= _PLAIN_TO and place <= 0:
        decimals = -place
        text = f"{value:.{decimals}f} ± {uncertainty:.{decimals}f}"
        return f"({text}) {unit}" if unit else text
    decimals = exponent - place
    mantissas = " ± ".join(_scaled(one, exponent, decimals) for one in (value, uncertainty))
    text = f"({mantissas}){power(exponent)}"
    return f"{text} {unit}".strip()


def result(entry: Mapping[str, Any]) -> str:
    """A RESULT as stored, with U where there is one; a dash where the method could not tell."""
    value = entry["value"]
    if value is None:
        return "–"
    if entry.get("U") is None:
        return f"{number(value)} {printed_unit(entry['unit'])}".strip()
    return value_and_uncertainty(value, entry["U"], entry["unit"])


def printed_unit(unit: str) -> str:
    """The unit as it stands behind a number: the unit one is not written (SI Brochure, 9th ed., 5.4.7)."""
    return "" if unit == "1" else unit


def relative(part: float, whole: float) -> str:
    """`part` as a percentage of `whole`, a dash where that has no meaning."""
    if whole == 0 or not math.isfinite(part / whole):
        return "–"
    return f"{number(100 * abs(part / whole), 2)} %"


def power(exponent: int) -> str:
    """The factor "×10⁻⁷"; nothing for zero."""
    return f"×10{str(exponent).translate(_SUPERSCRIPTS)}" if exponent else ""


def _scaled(value: float, exponent: int, decimals: int) -> str:
    """Divide by a power of ten, exact where a float would overflow."""
    return f"{Decimal(value).scaleb(-exponent):.{decimals}f}"


def _exponent(value: float, digits: int) -> int:
    """Decimal exponent after rounding to `digits` significant digits (9.99 to two is 10)."""
    return int(f"{value:.{digits - 1}e}".partition("e")[2])


def declared(value: float, u: float, unit: str) -> str:
    """A declared value with its standard uncertainty: "0.001 m (u = 2e-05 m)"."""
    text = f"{value:.6g} {unit}".strip()
    return f"{text} (u = {f'{u:.2g} {unit}'.strip()})" if u else text
