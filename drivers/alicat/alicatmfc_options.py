"""What a station says about an Alicat, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from bench.core.errors import ConfigError, Problem

NAMES = frozenset({"unit", "flow_unit", "standard_temperature_degC"})
_FLOW_UNITS = {"sccm": 1.0, "slpm": 1000.0}
ZERO_CELSIUS_K = 273.15


@dataclass(frozen=True, slots=True)
class Options:
    """`unit`: its letter. `sccm`: how many sccm at 0 degC a displayed count is, None if that is not said.

    The data frame names no unit, and "standard" is whatever the display is set to (25 degC as delivered, with
    nine per cent between that and 0 degC): both have to be looked up on the display.
    """

    unit: str
    sccm: float | None

    @classmethod
    def of(cls, options: Mapping[str, Any], *, instrument: str) -> Self:
        """From the station's table; raises ConfigError with all that is wrong."""
        found = [
            Problem(f"instruments.{instrument}.options.{option}", what, remedy)
            for option, what, remedy in problems(options)
        ]
        if found:
            raise ConfigError(found)
        flow_unit, standard = options.get("flow_unit"), options.get("standard_temperature_degC")
        unit = str(options.get("unit", "A"))
        if flow_unit is None or standard is None:
            return cls(unit, None)
        return cls(unit, _FLOW_UNITS[flow_unit] * ZERO_CELSIUS_K / (ZERO_CELSIUS_K + standard))


def problems(options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Which option, what is wrong with it, and what to write instead."""
    unit = options.get("unit", "A")
    if not (isinstance(unit, str) and len(unit) == 1 and "A" <= unit <= "Z"):
        yield "unit", f"{unit!r} cannot be used", "one letter from A to Z"
    flow_unit = options.get("flow_unit")
    if flow_unit is not None and (not isinstance(flow_unit, str) or flow_unit not in _FLOW_UNITS):
        yield "flow_unit", f"{flow_unit!r} cannot be used", '"sccm" or "slpm", as its display shows'
    standard = options.get("standard_temperature_degC")
    is_number = isinstance(standard, int | float) and not isinstance(standard, bool)
    if standard is not None and not (is_number and 0 <= standard <= 30):
        yield (
            "standard_temperature_degC",
            f"{standard!r} cannot be used",
            "a number from 0 to 30: the STP temperature that its display shows",
        )
