"""The rows of a stability log: one a point, each of them one current reversal + - - +."""

from __future__ import annotations

from typing import Final

from bench.runs.columns import Column

COLUMNS: Final = (
    Column("Time", "s"),
    Column("Point", kind="integer"),
    Column("Resistance", "ohm"),
    Column("Voltage", "V"),
    Column("Current", "A"),
    Column("EMF", "V"),
    Column("Voltage range", "V"),
    Column("Current range", "A"),
    Column("Compliance", kind="flag"),
    Column("Voltage overload", kind="flag"),
    Column("Current overload", kind="flag"),
    Column("Temperature", "K"),
)
"""`Point` counts the grid: point n is due n intervals after point 0, and a number that is not there was
missed. `Voltage` and `Current` are the parts that change sign with the current, `EMF` the part that does not;
all three and `Resistance` are empty where one of the four readings is missing, at a limit or overloaded.
`Temperature` is the last reading of the room."""
