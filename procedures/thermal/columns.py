"""The rows of a furnace run: one look at the controller, and one at the vessel, each."""

from __future__ import annotations

from typing import Final

from bench.runs.columns import Column

COLUMNS: Final = (
    Column("Time", "s"),
    Column("State", kind="text"),
    Column("Segment", kind="integer"),
    Column("Set-point", "degC"),
    Column("Control", "degC"),
    Column("Vessel", "degC"),
    Column("Output", "%"),
    Column("Programme left", "s"),
    Column("Sensor break", kind="flag"),
    Column("Loop break", kind="flag"),
    Column("Power failed", kind="flag"),
)
"""`State` and `Segment` are the controller's own (segment 0 in reset); `Control` its thermocouple, `Vessel`
the thermometer on the vessel's wall, both empty where there is no reading. `Set-point` is the working one."""

HEATING: Final = ("run", "holdback", "hold", "complete")
"""States in which the programme has not been left."""
