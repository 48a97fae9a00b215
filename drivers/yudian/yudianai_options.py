"""What a station may say about a unit, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from bench.core.errors import ConfigError, InstrumentError, Problem
from drivers.aibus import HIGHEST_ADDRESS

NAMES = frozenset({"unit", "program_time_step"})
_STEPS = {"1 min": 1.0, "0.1 min": 0.1}


@dataclass(frozen=True, slots=True)
class Options:
    """`unit`: address on the line. `step_min`: what one count of a segment's time is, None if not said.

    Descriptions disagree about it and no parameter tells, so there is no default: a wrong one would ramp ten
    times too fast. On the front panel a time of 100 counts shows as 100 or as 10.0.
    """

    unit: int
    step_min: float | None

    @classmethod
    def of(cls, options: Mapping[str, Any], *, instrument: str) -> Self:
        """From the station's table; raises ConfigError with all that is wrong."""
        found = [
            Problem(f"instruments.{instrument}.options.{option}", what, remedy)
            for option, what, remedy in problems(options)
        ]
        if found:
            raise ConfigError(found)
        step = options.get("program_time_step")
        return cls(options.get("unit", 1), None if step is None else _STEPS[step])

    def told_step_min(self, instrument: str) -> float:
        """`step_min`; raises InstrumentError if the station does not say."""
        if self.step_min is None:
            raise InstrumentError(
                "what one count of a program time stands for is not said, and no parameter tells",
                instrument=instrument,
                state="nothing was changed",
                remedy="look how the front panel shows a time of 100 counts, and set the option "
                'program_time_step to "1 min" (100) or "0.1 min" (10.0)',
            )
        return self.step_min


def problems(options: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Which option, what is wrong with it, and what to write instead."""
    unit = options.get("unit", 1)
    if isinstance(unit, bool) or not isinstance(unit, int) or not 0 <= unit <= HIGHEST_ADDRESS:
        yield "unit", f"{unit!r} cannot be used", f"a whole number from 0 to {HIGHEST_ADDRESS}"
    step = options.get("program_time_step")
    if step is not None and (not isinstance(step, str) or step not in _STEPS):
        yield "program_time_step", f"{step!r} cannot be used", '"1 min" or "0.1 min"'
