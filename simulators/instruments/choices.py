"""Options of the world file that have to be one of a few."""

from __future__ import annotations

from simulators.tables import Table


def one_of(table: Table, key: str, default: str, *others: str) -> str:
    """One of these words; another is a problem of the table."""
    value = table.text(key, default)
    if value not in (default, *others):
        table.problem(key, f"must be {' or '.join((default, *others))}, not {value!r}")
    return value


def mains_Hz(table: Table) -> float:
    """`line_frequency`, 50 Hz or 60 Hz."""
    value = table.quantity("line_frequency", "Hz", 50.0)
    if value not in (50.0, 60.0):
        table.problem("line_frequency", "must be 50 Hz or 60 Hz")
    return value
