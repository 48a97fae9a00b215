"""The parameters of a queued run against those that its procedure declares: unknown, missing, wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bench.core.errors import BenchError
from bench.core.files import did_you_mean
from bench.runs.parameters import (
    BooleanParameter,
    FloatParameter,
    IntegerParameter,
    ListParameter,
    ParameterError,
    SampleParameter,
)


def sample_parameters(declared: Mapping[str, Any]) -> list[str]:
    """Names of the parameters that hold a sample; the first is the run's own: `sample`, if there is one."""
    names = [name for name, parameter in declared.items() if isinstance(parameter, SampleParameter)]
    return sorted(names, key=lambda name: name != "sample")


def converted(
    declared: Mapping[str, Any], given: Mapping[str, Any], wrong: Callable[[str, str, str], None]
) -> dict[str, Any]:
    """The values that can be used; `wrong(name, what, remedy)` is told of every other."""
    values = {}
    for name, value in given.items():
        if name not in declared:
            wrong(name, f"there is no parameter '{name}'", did_you_mean(name, declared, what="parameters"))
            continue
        try:
            _refuse_silent_casts(declared[name], value)
            values[name] = declared[name].convert(value)
        except BenchError as error:
            wrong(name, error.what, error.remedy or "")
        except Exception as error:  # pymeasure's own parameters raise whatever int() and float() raise
            wrong(name, *_told(declared[name], value, error))
    return values


def _told(parameter: Any, value: Any, error: Exception) -> tuple[str, str]:
    """What is wrong and the remedy; pymeasure shows the insides of a list of choices instead."""
    if isinstance(parameter, ListParameter) and isinstance(error, ValueError):
        choices = ", ".join(str(choice) for choice in parameter.choices)
        return f"{parameter.name}: {value!r} is not offered", f"one of {choices}"
    return str(error) or type(error).__name__, ""


def missing(declared: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    """Names of parameters that have neither a value nor a default, and need one."""
    for name, parameter in declared.items():
        if name not in values and not parameter.is_set() and not getattr(parameter, "optional", False):
            yield name


def _refuse_silent_casts(parameter: Any, value: Any) -> None:
    """Refuse what pymeasure would bend: it takes 2.7 for the integer 2, and true for the number 1."""
    number = isinstance(parameter, FloatParameter | IntegerParameter)
    if number and isinstance(value, bool):
        raise ParameterError(f"{parameter.name}: should be a number, is {str(value).lower()}")
    if isinstance(parameter, IntegerParameter) and isinstance(value, float) and not value.is_integer():
        raise ParameterError(f"{parameter.name}: {value!r} is not a whole number")
    if isinstance(parameter, BooleanParameter) and not isinstance(value, bool):
        raise ParameterError(f"{parameter.name}: should be true or false, is {value!r}")
