"""The rows of a pellet run: columns, and the phases a row can belong to."""

from __future__ import annotations

from typing import Final

from bench.runs.columns import Column

OPEN: Final = "open"
"""Press empty, voltage sourced: the leakage of sleeve, cables and meter."""
SHORT: Final = "short"
"""Copper disc in the press, current sourced: everything in series with the pellet."""
PROBE: Final = "probe"
"""Small currents that find out how large the resistance is; no result rests on them."""
SETTLE: Final = "settle"
"""The same current after a delay and after twice that delay."""
SWEEP: Final = "sweep"
"""What the resistance is fitted to."""

COLUMNS: Final = (
    Column("Time", "s"),
    Column("Phase", kind="text"),
    Column("Pellet", kind="text"),
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
"""`Pass` counts the sweeps of one specimen from 0, `Group` the reversal groups of one phase of one specimen
(the four readings + - - + of one group share a number). `Temperature` is the last ambient reading."""
