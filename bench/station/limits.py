"""The station's own limits: magnitudes in the units the driver declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.core.errors import BenchError, QuantityError
from bench.core.files import did_you_mean
from bench.core.limits import Limit
from bench.core.quantities import parse_quantity

SOURCE = "station file"


class StationLimitError(BenchError):
    """One limit of a station file cannot be used."""


def parse_limit(quantity: str, value: object, units: Mapping[str, str]) -> Limit:
    """`current = "105 mA"` as the interval from -0.105 to 0.105 A.

    `units` is the driver's `limit_units`. Raises StationLimitError for a quantity the driver cannot limit, a
    wrong dimension, or a magnitude that is not above zero.
    """
    if quantity not in units:
        raise StationLimitError(
            f"this driver has no limit '{quantity}'",
            remedy=did_you_mean(quantity, units, what="it limits"),
        )
    unit = units[quantity]
    try:
        magnitude = parse_quantity(value, unit)
    except QuantityError as error:
        raise StationLimitError(error.what, remedy=error.remedy) from error
    if not magnitude > 0:
        raise StationLimitError(
            f"{value!r} would forbid everything: a limit is a magnitude above zero",
            remedy="it holds for both signs; leave the instrument out if it must not be used",
        )
    return Limit(-magnitude, magnitude, unit, SOURCE)


def parse_limits(table: Mapping[str, Any], units: Mapping[str, str]) -> dict[str, Limit]:
    """Every limit of a checked table. Raises StationLimitError for the first that cannot be used."""
    return {quantity: parse_limit(quantity, value, units) for quantity, value in table.items()}
