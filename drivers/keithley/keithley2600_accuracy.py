"""Published measuring accuracy of the Series 2600B, one year, from keithley2600_accuracy.csv.

1 power-line cycle or more, 23 degC +-5 degC, autozero on, remote sense or properly zeroed. Below one
power-line cycle the specification adds "typical" terms for resistive loads, so nothing is claimed there.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from bench.core.roles import Accuracy


@cache
def table(family: str) -> dict[tuple[str, float], Accuracy]:
    """Limits of error by unit and full scale, ascending."""
    with Path(__file__).with_name("keithley2600_accuracy.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["unit"], float(row["full_scale"])): Accuracy(
                float(row["relative"]), float(row["offset"]), f"{row['source']}, 1 year, 18 to 28 degC"
            )
            for row in csv.DictReader(file)
            if row["family"] == family
        }


def full_scales(family: str, unit: str) -> tuple[float, ...]:
    """The measuring ranges of a family."""
    return tuple(scale for one, scale in table(family) if one == unit)


def accuracy(family: str, unit: str, full_scale: float, nplc: float) -> Accuracy | None:
    """Limits of error on a range; None where the table has no such range, and below 1 power-line cycle."""
    return None if nplc < 1.0 - 1e-9 else table(family).get((unit, full_scale))
