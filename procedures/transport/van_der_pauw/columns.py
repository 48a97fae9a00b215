"""The rows of a run on the Hall rack: columns, and the phases a row can belong to."""

from __future__ import annotations

from typing import Final

from bench.runs.columns import Column

PROBE: Final = "probe"
"""Finds out which voltage range a setting needs; no result rests on it."""
SETTLE: Final = "settle"
"""The same current after a delay and after twice that delay."""
CONTACT: Final = "contact"
"""A curve of one contact; the rows of one follow each other, and the next curve is of another contact."""
RIM: Final = "rim"
"""The eight settings of the resistivity, without field."""
HALL: Final = "hall"
"""The settings across, in a field."""
RECHECK: Final = "recheck"
"""Around the rim once more, after a run was cut off: is it the same film?"""
SEAM: Final = "seam"
"""The settings across in the last field of before, once more: what changed while nothing was recorded?"""

COLUMNS: Final = (
    Column("Time", "s"),
    Column("Phase", kind="text"),
    Column("Setting", kind="text"),
    Column("Step", kind="integer"),
    Column("Group", kind="integer"),
    Column("Set current", "A"),
    Column("Voltage", "V"),
    Column("Current", "A"),
    Column("Voltage range", "V"),
    Column("Current range", "A"),
    Column("Compliance", kind="flag"),
    Column("Voltage overload", kind="flag"),
    Column("Current overload", kind="flag"),
    Column("Source delay", "s"),
    Column("Set field", "T"),
    Column("Field", "T"),
    Column("Temperature", "K"),
)
"""`Setting` as in ASTM F76 ("21,34"); `Step` counts the fields of a run from 0, -1 for none; `Group` numbers
the reversal groups of a run (the four readings + - - + of one share a number). `Field` was read before the
groups of a setting. No result rests on rows of the phases "probe", "settle", "recheck" and "seam"."""
