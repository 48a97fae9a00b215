"""Ranges of the models with their published limits of error (ranges.csv names the source of each row).

1 year, 23 C +- 5 C, 1 PLC, autozero on. A source reaches 101 % of a range, a reading 102 %
(2600BS-901-01 Rev. F, p. 2-44). The typical noise (0.1 to 10 Hz, peak to peak) over six is taken for the
standard deviation of a reading at 1 PLC: a choice of ours.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulators.instruments.keithley.source_meter.ranges import Range, Tables

SOURCE_OVER_RANGE, MEASURE_OVER_RANGE = 1.01, 1.02
_FUNCTION = {"V": "VOLT", "A": "CURR"}


@dataclass(frozen=True, slots=True)
class Variant:
    """What tells the models apart.

    `boxes`: up to this voltage, this current, the smaller voltage first. `interlock_V`: above it the
    interlock has to be closed. `default_limit`: of voltage, of current.
    """

    family: str
    channels: tuple[str, ...]
    boxes: tuple[tuple[float, float], tuple[float, float]]
    least_limit: dict[str, float]
    default_limit: dict[str, float]
    default_measure_delay: float
    interlock_V: float = math.inf


_HIGH_VOLTAGE = {
    "boxes": ((20.2, 1.515), (202.0, 0.101)),
    "least_limit": {"VOLT": 20e-3, "CURR": 100e-12},
    "default_limit": {"VOLT": 20.0, "CURR": 0.1},
    "default_measure_delay": -1.0,
    "interlock_V": 42.0,
}
VARIANTS = {
    "2602B": Variant(
        "2602B",
        ("a", "b"),
        boxes=((6.06, 3.03), (40.4, 1.01)),
        least_limit={"VOLT": 10e-3, "CURR": 10e-9},
        default_limit={"VOLT": 40.0, "CURR": 1.0},
        default_measure_delay=0.0,
    ),
    "2635B": Variant("2636B", ("a",), **_HIGH_VOLTAGE),  # type: ignore[arg-type]
    "2636B": Variant("2636B", ("a", "b"), **_HIGH_VOLTAGE),  # type: ignore[arg-type]
}
"""Limits and their least values: smuX.source.limitY, p. 9-244. Boxes: SPEC-2602B; manual Rev. B, p. 4-13."""


@cache
def tables(family: str) -> Tables:
    """The ranges of "VOLT" and "CURR", lowest first."""
    found: dict[str, list[Range]] = {"VOLT": [], "CURR": []}
    for row in _rows(family):
        sourced = row["source_step"] != ""
        number = {key: float(value) for key, value in row.items() if value and key not in _TEXTS}
        found[_FUNCTION[row["unit"]]].append(
            Range(
                number["full_scale"],
                number["measure_relative"],
                number["measure_offset"],
                number["resolution"],
                number["source_relative"] if sourced else 0.0,
                number["source_offset"] if sourced else 0.0,
                number["source_step"] if sourced else number["resolution"],
                measure_over_range=MEASURE_OVER_RANGE,
                noise=number["noise_pp"] / 6 if sourced else 100 * number["resolution"],
                source_over_range=SOURCE_OVER_RANGE,
            )
        )
    return {name: tuple(ranges) for name, ranges in found.items()}


@cache
def lowest_sourced(family: str) -> dict[str, int]:
    """The lowest range that can be sourced on: the 100 pA range measures only."""
    rows = {
        name: [row for row in _rows(family) if _FUNCTION[row["unit"]] == name] for name in ("VOLT", "CURR")
    }
    return {
        name: next(index for index, row in enumerate(found) if row["source_step"])
        for name, found in rows.items()
    }


@cache
def settling_s(family: str, function: str, index: int) -> float:
    """How long the output takes to 0.1 % after a change of level (SPEC-2602B Rev. B p. 5)."""
    rows = [row for row in _rows(family) if _FUNCTION[row["unit"]] == function]
    return float(rows[index]["settling_s"])


_TEXTS = {"family", "unit", "source_from"}


@cache
def _rows(family: str) -> list[dict[str, str]]:
    with Path(__file__).with_name("ranges.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["family"] == family]
