"""What a station may say about a unit, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from bench.core.errors import ConfigError, Problem

NAMES = frozenset({"unit", "program", "after_power_cut"})
_HIGHEST = {"unit": 254, "program": 20}
_RECOVERIES = ("reset", "ramp_back")


@dataclass(frozen=True, slots=True)
class Options:
    """`unit`: address on the line; `program`: the number of the program that is the bench's to write.

    `may_ramp_back`: the lab accepts that after a power cut, however long, the furnace heats up again.
    """

    unit: int
    program: int
    may_ramp_back: bool

    @classmethod
    def of(cls, options: Mapping[str, Any], *, instrument: str) -> Self:
        """From the station's table; raises ConfigError with all that is wrong."""
        found = [
            Problem(f"instruments.{instrument}.options.{option}", what, remedy)
            for option, what, remedy in problems(options)
        ]
        if found:
            raise ConfigError(found)
        recovery = options.get("after_power_cut", "reset")
        return cls(options.get("unit", 1), options.get("program", 1), recovery == "ramp_back")


def problems(options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Which option, what is wrong with it, and what to write instead."""
    for option, highest in _HIGHEST.items():
        value = options.get(option, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= highest:
            yield option, f"{value!r} cannot be used", f"a whole number from 1 to {highest}"
    recovery = options.get("after_power_cut", "reset")
    if recovery not in _RECOVERIES:
        yield "after_power_cut", f"{recovery!r} cannot be used", '"reset" or "ramp_back"'
