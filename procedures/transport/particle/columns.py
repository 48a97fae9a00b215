"""The rows of a particle run: columns, and the phases a row can belong to."""

from __future__ import annotations

from typing import Final

from bench.runs.columns import Column

PARTICLE: Final = "Particle"
OPEN: Final = "open"
"""Tips apart, voltage sourced: the leakage of holder, cables and meter."""
SHORT: Final = "short"
"""Tip on tip, current sourced: everything in series with the particle."""
RANGE: Final = "range"
"""Finds out which range the current needs; no result rests on it."""
SETTLE: Final = "settle"
"""The same voltage after a delay and after twice that delay."""
WINDOW: Final = "window"
"""Reversals of a small voltage: what the conductance is fitted to."""
SWEEP: Final = "sweep"
"""The whole curve, upwards and downwards: its shape."""

COLUMNS: Final = (
    Column("Time", "s"),
    Column("Phase", kind="text"),
    Column(PARTICLE, kind="text"),
    Column("Pass", kind="integer"),
    Column("Group", kind="integer"),
    Column("Set current", "A"),
    Column("Set voltage", "V"),
    Column("Voltage", "V"),
    Column("Current", "A"),
    Column("Voltage range", "V"),
    Column("Current range", "A"),
    Column("Compliance", kind="flag"),
    Column("Voltage overload", kind="flag"),
    Column("Current overload", kind="flag"),
    Column("Source delay", "s"),
    Column("Temperature", "K"),
)
"""`Pass` counts the passes through the window; in the sweep it is 0 upwards and 1 downwards. `Group` numbers
the reversal groups (the four readings + - - + of one share a number)."""
