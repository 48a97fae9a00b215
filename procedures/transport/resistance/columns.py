"""The rows of a delta run, and the flags that its results can carry."""

from __future__ import annotations

from typing import Final

from bench.runs.columns import Column

COLUMNS: Final = (
    Column("Time", "s"),
    Column("Test", kind="integer"),
    Column("Number", kind="integer"),
    Column("Instrument time", "s"),
    Column("Current", "A"),
    Column("Delay", "s"),
    Column("Voltage", "V"),
    Column("Voltage range", "V"),
    Column("Compliance", kind="flag"),
    Column("Overload", kind="flag"),
    Column("Temperature", "K"),
)
"""One delta reading a row. `Test` 0 finds the range, the others are those of the fact "tests"; `Number` is
the instrument's own count and has gaps where readings were not fetched."""

TOO_FEW: Final = "too few usable readings"
LEFT_OUT: Final = "readings left out (compliance or overload)"
NOT_SETTLED: Final = "not settled: the resistance depends on the delay"
NOT_OHMIC: Final = "the resistance depends on the current"
TYPE_A_ONLY: Final = "type A only"
"""What else the voltmeter or the source is wrong by is not known."""
CONTACTS: Final = "all that is between the sense points, contacts included"
