"""What is wrong between the tables of a station file: names, wires, the source of the ambient temperature.

Works on the raw tables, as `checks` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bench.core.errors import BenchError, Problem
from bench.core.files import Keys, TomlDocument, colliding, did_you_mean
from bench.core.roles import Thermometer
from bench.station import registry
from bench.station.driver import DriverClass
from bench.station.model import Terminal
from bench.station.roles import plays

_TERMINAL = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)")
_TARGET = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def parse_terminal(text: str) -> Terminal | None:
    """`meter.force_high`, or with channels `smu.a.force_high`; None if it is not of that form."""
    found = _TERMINAL.fullmatch(text)
    return Terminal(found[1], found[2]) if found else None


def wiring_problems(document: TomlDocument, classes: Mapping[str, DriverClass]) -> Iterator[Problem]:
    """Names, fixtures, ambient source and further procedures."""
    yield from _names(document)
    yield from _fixtures(document)
    yield from _ambient(document, classes)
    yield from _procedures(document)


def _names(document: TomlDocument) -> Iterator[Problem]:
    instruments, fixtures = list(document.table("instruments")), list(document.table("fixtures"))
    if document.has(("instruments",)) and not instruments:
        yield document.problem(
            ("instruments",), "no instrument is declared", "add a table [instruments.NAME]"
        )
    for later, earlier in colliding(instruments + fixtures):
        table = "fixtures" if later in fixtures else "instruments"
        yield document.problem(
            (table, later),
            f"the name cannot be told from '{earlier}'",
            "instruments and fixtures need names that differ in more than case, '-' and '_'",
        )


def _fixtures(document: TomlDocument) -> Iterator[Problem]:
    instruments = document.table("instruments")
    for name in document.table("fixtures"):
        for contact, text in document.table("fixtures", name, "wiring").items():
            keys: Keys = ("fixtures", name, "wiring", contact)
            if not isinstance(text, str):
                continue
            terminal = parse_terminal(text)
            if terminal is None:
                yield document.problem(
                    keys,
                    f"'{text}' is not a terminal",
                    'write INSTRUMENT.TERMINAL, such as "meter.force_high"',
                )
            elif terminal.instrument not in instruments:
                yield document.problem(
                    keys,
                    f"there is no instrument '{terminal.instrument}'",
                    did_you_mean(terminal.instrument, instruments, what="instruments"),
                )


def _ambient(document: TomlDocument, classes: Mapping[str, DriverClass]) -> Iterator[Problem]:
    if not isinstance(document.get(("ambient",)), dict):
        return
    instrument = document.get(("ambient", "instrument"))
    has_temperature = document.has(("ambient", "temperature"))
    if instrument is None and not has_temperature:
        yield document.problem(
            ("ambient",),
            "the source of the ambient temperature is missing",
            'add instrument = "NAME" of a thermometer, or temperature = "23 degC"',
        )
    if instrument is not None and has_temperature:
        yield document.problem(
            ("ambient",), "both an instrument and a temperature are given", "keep one of them"
        )
    if not isinstance(instrument, str):
        return
    keys: Keys = ("ambient", "instrument")
    instruments = document.table("instruments")
    if instrument not in instruments:
        yield document.problem(
            keys,
            f"there is no instrument '{instrument}'",
            did_you_mean(instrument, instruments, what="instruments"),
        )
    elif instrument in classes and not plays(classes[instrument], Thermometer):
        yield document.problem(
            keys,
            f"'{instrument}' is no thermometer",
            'name one that is, or declare temperature = "23 degC" instead',
        )


def _procedures(document: TomlDocument) -> Iterator[Problem]:
    taken = registry.procedures()
    for name, target in document.table("procedures").items():
        keys: Keys = ("procedures", name)
        if name in taken:
            yield document.problem(
                keys,
                f"there is already a procedure '{name}', from {taken[name].source}",
                "choose another name",
            )
        if not isinstance(target, str):
            continue
        if not _TARGET.fullmatch(target):
            yield document.problem(keys, f"'{target}' names no class", 'write "package.module:Class"')
            continue
        try:
            registry.load_procedure(name, {name: target})
        except BenchError as error:
            yield document.problem(keys, error.what, error.remedy or "")
