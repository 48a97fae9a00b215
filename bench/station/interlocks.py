"""The interlock rules of a station file: what is wrong with them, and the rules of a checked table.

Works on the raw tables, as `checks` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from bench.core.errors import BenchError, Problem, QuantityError
from bench.core.files import Keys, TomlDocument, colliding, did_you_mean
from bench.core.quantities import parse_quantity
from bench.safety.interlock import Interlock
from bench.safety.threshold import (
    PublishedQuantity,
    RoomTemperature,
    RowQuantity,
    Threshold,
    parse_published,
)
from bench.safety.watch import Comparison
from bench.station import registry
from bench.station.tables import InterlockTable

_MEASURED = frozenset({"number", "integer"})

Units: TypeAlias = Mapping[str, frozenset[str] | None]
"""Units that procedures give a column, by its name; None where one made for pymeasure alone does not say."""


def interlock(name: str, table: InterlockTable) -> Interlock:
    """The rule of a table that was found to be right."""
    quantity = parse_published(table.quantity)
    assert quantity is not None
    comparison: Comparison = "above" if table.above is not None else "below"
    limit = table.above if comparison == "above" else table.below
    threshold = Threshold(quantity, comparison, limit, table.for_s, table.stale)
    return Interlock(name, threshold, table.then, tuple(dict.fromkeys(table.instruments)))


def interlock_problems(document: TomlDocument) -> Iterator[Problem]:
    """Quantities that nobody publishes, limits that do not fit them, instruments that are not there."""
    names = list(document.table("interlocks"))
    for later, earlier in colliding(names):
        yield document.problem(
            ("interlocks", later),
            f"the name cannot be told from '{earlier}'",
            "interlocks need names that differ in more than case, '-' and '_'",
        )
    units: Units | None = None
    for name in names:
        keys: Keys = ("interlocks", name)
        text = document.get((*keys, "quantity"))
        quantity = parse_published(text) if isinstance(text, str) else None
        if isinstance(quantity, RowQuantity) and units is None:
            units = _published(document)  # imports every procedure, so only where a rule asks for it
        yield from _quantity(document, keys, text, quantity, units or {})
        yield from _limit(document, keys, quantity, units or {})
        yield from _instruments(document, keys)


def _quantity(
    document: TomlDocument,
    keys: Keys,
    text: Any,
    quantity: PublishedQuantity | None,
    units: Units,
) -> Iterator[Problem]:
    key: Keys = (*keys, "quantity")
    if not isinstance(text, str):
        return
    if quantity is None:
        yield document.problem(
            key,
            f"'{text}' is not a quantity that is published",
            'write "ambient" for the room, or "COLUMN of INSTRUMENT" for a column measured with it',
        )
    elif isinstance(quantity, RoomTemperature):
        if document.has(("ambient", "temperature")):
            yield document.problem(
                key,
                "the room temperature is declared in [ambient], so it never changes",
                "name a thermometer in [ambient], or remove the rule",
            )
    else:
        if quantity.instrument not in document.table("instruments"):
            yield _no_instrument(document, key, quantity.instrument)
        if quantity.column not in units:
            yield document.problem(
                key,
                f"no procedure publishes a number called '{quantity.column}'",
                did_you_mean(quantity.column, units, what="columns"),
            )


def _limit(
    document: TomlDocument, keys: Keys, quantity: PublishedQuantity | None, units: Units
) -> Iterator[Problem]:
    given = [comparison for comparison in ("above", "below") if document.has((*keys, comparison))]
    if not isinstance(document.get(keys), Mapping):
        return
    if len(given) != 1:
        what = "both 'above' and 'below' are given" if given else "the limit is missing"
        remedy = "make two rules of it" if given else 'add above = "30 degC", or below'
        yield document.problem(keys, what, remedy)
    for comparison in given:
        limit = document.get((*keys, comparison))
        fits = [_misfit(limit, unit) for unit in sorted(_units_of(quantity, units))]
        if fits and None not in fits:
            error = next(error for error in fits if error is not None)
            yield document.problem((*keys, comparison), error.what, error.remedy or "")
        elif not fits and (isinstance(limit, bool) or not isinstance(limit, int | float | str)):
            yield document.problem(
                (*keys, comparison), "should be a number with a unit", 'write for instance "30 degC"'
            )


def _units_of(quantity: PublishedQuantity | None, units: Units) -> frozenset[str]:
    if isinstance(quantity, RoomTemperature):
        return frozenset({quantity.unit})
    known = units.get(quantity.column) if quantity is not None else None
    return known if known is not None else frozenset()


def _misfit(limit: object, unit: str) -> QuantityError | None:
    try:
        parse_quantity(limit, unit)
    except QuantityError as error:
        return error
    return None


def _instruments(document: TomlDocument, keys: Keys) -> Iterator[Problem]:
    given = document.get((*keys, "instruments"))
    if not isinstance(given, list):
        return
    if not given:
        yield document.problem(
            (*keys, "instruments"),
            "no instrument is named",
            "remove the line: without it the rule acts on the runs that publish the quantity",
        )
    for number, name in enumerate(given):
        if isinstance(name, str) and name not in document.table("instruments"):
            yield _no_instrument(document, (*keys, "instruments", number), name)


def _no_instrument(document: TomlDocument, keys: Keys, name: str) -> Problem:
    instruments = document.table("instruments")
    return document.problem(
        keys, f"there is no instrument '{name}'", did_you_mean(name, instruments, what="instruments")
    )


def _published(document: TomlDocument) -> Units:
    """Every column of numbers that a procedure of this station declares."""
    table = {name: target for name, target in document.table("procedures").items() if isinstance(target, str)}
    units: dict[str, frozenset[str] | None] = {}
    for name in registry.procedures(table):
        try:
            procedure = registry.load_procedure(name, table)
        except BenchError:
            continue  # somebody else complains
        for column in getattr(procedure, "columns", ()):
            if getattr(column, "kind", None) in _MEASURED:
                known = units.setdefault(column.name, frozenset())
                units[column.name] = None if known is None else known | {column.unit}
        for label in getattr(procedure, "DATA_COLUMNS", ()) if not hasattr(procedure, "columns") else ():
            units[str(label).partition(" (")[0]] = None
    return units
