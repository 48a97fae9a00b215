"""What is wrong with each instrument of a station file, without opening any.

Works on the raw tables, key by key, so that one mistake never hides another; wrong types and unknown keys
are left to the models in `tables`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from bench.core.errors import BenchError, Problem
from bench.core.files import Keys, TomlDocument, did_you_mean
from bench.station import registry
from bench.station.driver import DriverClass
from bench.station.limits import StationLimitError, parse_limit
from bench.station.resources import ResourceNameError, canonical


def driver_classes(document: TomlDocument) -> tuple[dict[str, DriverClass], list[Problem]]:
    """The driver class of each instrument that names a loadable one, and problems with the others."""
    classes: dict[str, DriverClass] = {}
    problems = []
    installed = registry.drivers()
    for name in document.table("instruments"):
        keys: Keys = ("instruments", name, "driver")
        driver = document.get(keys)
        if isinstance(driver, str):
            try:
                classes[name] = registry.load_driver(driver, installed)
            except BenchError as error:
                problems.append(document.problem(keys, error.what, error.remedy or ""))
    return classes, problems


def instrument_problems(document: TomlDocument, classes: Mapping[str, DriverClass]) -> Iterator[Problem]:
    """Resources, loads, limits and options."""
    yield from _resources(document, classes)
    for name, driver in classes.items():
        keys: Keys = ("instruments", name)
        yield from _load(document, keys, driver)
        yield from _limits(document, keys, driver)
        yield from _options(document, keys, driver)


def _resources(document: TomlDocument, classes: Mapping[str, DriverClass]) -> Iterator[Problem]:
    """One instrument a resource, or units of a bus or channels of a unit, told apart by a driver's option."""
    seen: dict[str, dict[object, str]] = {}
    for name in document.table("instruments"):
        keys: Keys = ("instruments", name, "resource")
        resource = document.get(keys)
        if not isinstance(resource, str):
            continue
        try:
            others = seen.setdefault(canonical(resource), {})
        except ResourceNameError as error:
            yield document.problem(keys, error.what, error.remedy or "")
            continue
        driver = classes.get(name)
        option = getattr(driver, "address_option", None)
        default = getattr(driver, "address_default", 1)
        address = (
            None if option is None else document.table("instruments", name, "options").get(option, default)
        )
        if others and (address is None or None in others):
            yield document.problem(
                keys,
                f"'{resource}' is also the resource of instrument '{next(iter(others.values()))}'",
                "each instrument has a resource of its own",
            )
        elif address in others:
            yield document.problem(
                keys,
                f"'{resource}' with {option} {address} is also instrument '{others[address]}'",
                f"give each of them its own option {option}",
            )
        else:
            others[address] = name


def _load(document: TomlDocument, keys: Keys, driver: DriverClass) -> Iterator[Problem]:
    given = document.has((*keys, "load"))
    if driver.has_output and not given:
        yield document.problem(
            (*keys, "load"),
            "'load' is missing: this instrument has an output, and what is safe depends on what hangs on it",
            'add load = "passive" (nothing that stores energy) or load = "cell" (a battery)',
        )
    if given and not driver.has_output:
        yield document.problem(
            (*keys, "load"), "this instrument has no output, so it has no load", "remove the line"
        )


def _limits(document: TomlDocument, keys: Keys, driver: DriverClass) -> Iterator[Problem]:
    for quantity, value in document.table(*keys, "limits").items():
        try:
            parse_limit(quantity, value, driver.limit_units)
        except StationLimitError as error:
            yield document.problem((*keys, "limits", quantity), error.what, error.remedy or "")


def _options(document: TomlDocument, keys: Keys, driver: DriverClass) -> Iterator[Problem]:
    given = document.table(*keys, "options")
    for option in given:
        if option not in driver.option_names:
            yield document.problem(
                (*keys, "options", option),
                f"this driver has no option '{option}'",
                did_you_mean(option, driver.option_names, what="its options"),
            )
    for option in sorted(_required_options(driver) - set(given)):
        yield document.problem(
            (*keys, "options", option),
            f"the option '{option}' is missing",
            f"add options = {{ {option} = ... }}; the driver cannot do without",
        )
    check = getattr(driver, "option_problems", None)
    if callable(check):
        known = {option: value for option, value in given.items() if option in driver.option_names}
        for option, what, remedy in check(known):
            yield document.problem((*keys, "options", option), what, remedy)


def _required_options(driver: DriverClass) -> set[str]:
    """Options that the driver's constructor takes by keyword and gives no default."""
    parameters: Mapping[str, Any] = inspect.signature(driver.__init__).parameters  # type: ignore[misc]
    return {
        name
        for name, parameter in parameters.items()
        if name in driver.option_names
        and parameter.kind is inspect.Parameter.KEYWORD_ONLY
        and parameter.default is inspect.Parameter.empty
    }
