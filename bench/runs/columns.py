"""Columns of a table: name, unit and kind; how they are written in a header; a row of values as a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from bench.core.errors import BenchError
from bench.runs.storage.values import ENCODERS, Kind, NotThisKind, Value

__all__ = ["Column", "Kind", "RowEncoder", "RowError", "Value", "header_line", "parse_header"]

SEPARATOR = " / "
"""Between name and unit, as the SI Brochure (9th ed., 5.4.1) writes the quantity divided by its unit."""


class RowError(BenchError, ValueError):
    """A row does not fit the columns of its table; nothing of it was written."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is what a procedure writes under, `unit` goes into the header ("Voltage / V").

    Raises ValueError for a name or unit that would not read back.
    """

    name: str
    unit: str = ""
    kind: Kind = "number"

    def __post_init__(self) -> None:
        for what, text in (("name", self.name), ("unit", self.unit)):
            if text != text.strip() or any(unfit(character) for character in text):
                raise ValueError(
                    f"the {what} {text!r} of a column has spaces around it or unprintable characters"
                )
        if not self.name or SEPARATOR in f"{self.name} ":
            raise ValueError(f"{self.name!r} is no name for a column: it is empty or holds {SEPARATOR!r}")
        if self.kind not in ENCODERS:
            raise ValueError(f"{self.kind!r} is no kind of column: use one of {', '.join(ENCODERS)}")

    @property
    def header(self) -> str:
        """`Voltage / V`, or `Phase` where there is no unit."""
        return f"{self.name}{SEPARATOR}{self.unit}" if self.unit else self.name

    @classmethod
    def from_header(cls, text: str, kind: Kind = "number") -> Column:
        """The column that `text` heads. Raises ValueError."""
        name, separator, unit = text.partition(SEPARATOR)
        if separator and not unit:
            raise ValueError(f"the header {text!r} ends where a unit should be")
        return cls(name, unit, kind)

    def as_json(self) -> dict[str, str]:
        """As kept in run.json."""
        return {"name": self.name, "unit": self.unit, "kind": self.kind}


def unfit(character: str) -> bool:
    """Control characters and lone surrogates: no header holds them."""
    return character < " " or "\ud800" <= character <= "\udfff"


def header_line(columns: Iterable[Column]) -> str:
    """The first line of a file, without its line end. Raises ValueError if two columns share a name."""
    names = [column.name for column in columns]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"more than one column is named {', '.join(map(repr, sorted(twice)))}")
    return ",".join(_quoted(column.header) for column in columns)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def parse_header(line: str) -> list[str]:
    """The header texts of a first line. Raises ValueError if it is none."""
    return [
        field[1:-1].replace('""', '"') if field.startswith('"') else field for field in split_fields(line)
    ]


_FIELD = re.compile(r'((?:"(?:[^"]|"")*")|[^",]*)(?:,|$)')


def split_fields(line: str) -> list[str]:
    """The fields of a line, quotes kept. Raises ValueError where a quote opens or closes in mid-field."""
    if '"' not in line:
        return line.split(",")
    fields: list[str] = []
    position = 0
    while match := _FIELD.match(line, position):
        fields.append(match[1])
        position = match.end()
        if position == match.end(1):
            break
        if position == len(line):  # a comma ends the line: one more, empty field
            fields.append("")
            break
    if position != len(line):
        raise ValueError(f"a quote stands where none may, after character {position}")
    return fields


class RowEncoder:
    """Turns rows, as mappings from column name to value, into lines. Every value is checked."""

    def __init__(self, columns: Sequence[Column], end: str = "\n") -> None:
        self.columns = tuple(columns)
        self._names = tuple(column.name for column in self.columns)
        self._encoders = tuple(ENCODERS[column.kind] for column in self.columns)
        self._all_numbers = all(column.kind == "number" for column in self.columns)
        self._end = end
        getter = itemgetter(*self._names) if self._names else lambda row: ()
        self._values = getter if len(self._names) != 1 else lambda row: (getter(row),)

    def line(self, row: Mapping[str, Value], number: int) -> str:
        """The line, with its end. `number` (1 is the first row) is for the message of a RowError."""
        try:
            values = self._values(row)
        except KeyError as error:
            raise RowError(
                f"row {number}: the column {error.args[0]!r} is missing",
                remedy="give every declared column a value; None stands for no value",
            ) from None
        if len(row) != len(values):
            unknown = ", ".join(repr(name) for name in row if name not in self._names)
            raise RowError(
                f"row {number}: unknown column {unknown}",
                remedy=f"declare it, or use one of {', '.join(map(repr, self._names))}",
            )
        if self._all_numbers and set(map(type, values)) == _FLOATS:
            text = ",".join(map(repr, values))
            if "n" not in text:  # as in nan and inf
                return text + self._end
        try:
            return (
                ",".join([encode(value) for encode, value in zip(self._encoders, values, strict=True)])
                + self._end
            )
        except NotThisKind:
            raise self._blame(values, number) from None

    def _blame(self, values: Sequence[Any], number: int) -> RowError:
        for column, encode, value in zip(self.columns, self._encoders, values, strict=True):
            try:
                encode(value)
            except NotThisKind as reason:
                return RowError(
                    f"row {number}, column {column.name!r}: {reason}",
                    state="nothing of the row was written",
                    remedy=f"give {_WANTED[column.kind]}, or None where there is no value",
                )
        raise AssertionError("a value was refused once and accepted the second time")


_FLOATS = {float}
_WANTED: dict[Kind, str] = {
    "number": "a finite number",
    "integer": "an integer",
    "flag": "true or false",
    "text": "a text",
}
