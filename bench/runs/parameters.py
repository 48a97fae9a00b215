"""Parameters with units that work in the queue file, in pymeasure's forms and on pymeasure's command line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from pymeasure.experiment import (
    BooleanParameter,
    FloatParameter,
    IntegerParameter,
    ListParameter,
    Parameter,
    VectorParameter,
)

from bench.core.errors import BenchError, QuantityError
from bench.core.quantities import format_quantity, parse_quantity
from bench.runs.estimate import format_duration

__all__ = [
    "BooleanParameter",
    "FloatParameter",
    "IntegerParameter",
    "ListParameter",
    "Parameter",
    "ParameterError",
    "QuantityParameter",
    "SampleParameter",
    "VectorParameter",
]

_ROUNDING = 1e-12
"""Relative slack at a bound: "1000 uA" and "1 mA" differ in the last bit, and mean the same."""


class ParameterError(BenchError, ValueError):
    """The value is not acceptable. Also a ValueError, which pymeasure's forms and argparse expect."""


class QuantityParameter(FloatParameter):  # type: ignore[misc]  # pymeasure is not typed
    """A number with a unit, given as text with any unit of the dimension or as a number in `unit`.

    The value is a float in `unit`. `minimum`, `maximum` and `choices` may be texts or numbers too. A wrong
    dimension, a value out of bounds and anything that is not a finite number raise ParameterError. With
    `optional=True` the default may be None: the procedure then chooses. `limited_by=("meter", "current")` has
    the value checked before the queue starts against the limits of whatever instrument plays that role.
    """

    def __init__(
        self,
        name: str,
        *,
        unit: str,
        default: str | float | None = None,
        minimum: str | float | None = None,
        maximum: str | float | None = None,
        choices: Iterable[str | float] | None = None,
        optional: bool = False,
        limited_by: tuple[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.unit = unit
        self.limited_by = limited_by
        self.optional = optional
        low = -math.inf if minimum is None else parse_quantity(minimum, unit)
        high = math.inf if maximum is None else parse_quantity(maximum, unit)
        self.choices = None if choices is None else tuple(parse_quantity(choice, unit) for choice in choices)
        super().__init__(name, units=unit or None, minimum=low, maximum=high, default=None, **more)
        if default is not None:
            self.value = default
            self.default = self.value  # forms read the default as a number

    def convert(self, value: Any) -> float | None:
        """`value` as a float in `unit`, None for nothing if it is optional; raises ParameterError."""
        if self.optional and _is_nothing(value):
            return None
        if hasattr(value, "dtype") and not isinstance(value, str):  # any numpy scalar
            value = value.item()
        try:
            number = parse_quantity(value, self.unit)
        except QuantityError as error:
            raise ParameterError(f"{self.name}: {error.what}", remedy=error.remedy) from error
        if self.choices is not None:
            return self._chosen(number)
        slack = _ROUNDING * abs(number)
        if not self.minimum - slack <= number <= self.maximum + slack:
            raise ParameterError(
                f"{self.name}: {self._text(number)} is outside {self._text(self.minimum)} to "
                f"{self._text(self.maximum)}",
                remedy="give a value inside",
            )
        return float(min(max(number, self.minimum), self.maximum))

    def _chosen(self, number: float) -> float:
        assert self.choices is not None
        for choice in self.choices:
            if math.isclose(number, choice, rel_tol=_ROUNDING):
                return choice
        offered = ", ".join(self._text(choice) for choice in self.choices)
        raise ParameterError(f"{self.name}: {self._text(number)} is not offered", remedy=f"one of {offered}")

    def _text(self, number: float) -> str:
        if self.unit == "s" and 60.0 <= abs(number) < math.inf:
            return format_duration(number)  # nobody counts a dwell in megaseconds
        return (
            format_quantity(number, self.unit) if math.isfinite(number) else f"{number} {self.unit}".strip()
        )

    def __str__(self) -> str:
        """Lossless, so that what pymeasure writes into a header reads back as the same number."""
        return f"{self._value!r} {self.unit}".strip() if self.is_set() else ""


class SampleParameter(Parameter):  # type: ignore[misc]
    """The name of a sample in the sample file. The one called `sample` is the run's own."""

    _NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

    def __init__(
        self, name: str = "Sample", *, default: str | None = None, optional: bool = False, **more: Any
    ) -> None:
        self.optional = optional
        super().__init__(name, default=default, **more)

    def convert(self, value: Any) -> str | None:
        """The name, None for nothing if it is optional; raises ParameterError."""
        if self.optional and _is_nothing(value):
            return None
        if not isinstance(value, str) or not self._NAME.fullmatch(value.strip()):
            raise ParameterError(
                f"{self.name}: {value!r} is not the name of a sample", remedy="write it as in the sample file"
            )
        return value.strip()


def _is_nothing(value: Any) -> bool:
    """An empty field of a form, or of the header of a file."""
    return value is None or (isinstance(value, str) and not value.strip())
