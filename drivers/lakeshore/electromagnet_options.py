"""What a station may say about a magnet supply, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.core.errors import Problem
from bench.core.roles import Load
from drivers.lakeshore.electromagnet_settings import PROGRAMS

_POSITIVE = ("field_per_current_T_per_A", "ramp_rate_A_per_s")
NAMES = frozenset({*_POSITIVE, "program"})


def problems(options: Mapping[str, Any], load: Load, instrument: str) -> list[Problem]:
    """Every mistake in options and load."""
    place = f"instruments.{instrument}"
    found = []
    if load == "cell":
        found.append(Problem(f"{place}.load", 'a magnet supply does not drive a "cell"', 'load = "passive"'))
    for key in _POSITIVE:
        value = options.get(key, 1.0)
        if not (isinstance(value, int | float) and value > 0):
            found.append(Problem(f"{place}.options.{key}", f"{value!r} cannot be used", "more than zero"))
    program = options.get("program", "internal")
    if program not in PROGRAMS:
        remedy = '"internal", "external" or "sum"'
        found.append(Problem(f"{place}.options.program", f"{program!r} cannot be used", remedy))
    return found
