"""The rows of a furnace run: each is one look at the controller, the vessel, and the gas or vacuum."""

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
    Column("Flow", "cm^3/min"),
    Column("Flow set-point", "cm^3/min"),
    Column("Gas", kind="text"),
    Column("Pressure", "Pa"),
    Column("Gas lost", kind="flag"),
)
"""`State` and `Segment` are the controller's own (segment 0 in reset); `Control` its thermocouple, `Vessel`
the thermometer on the vessel's wall, both empty where there is no reading. `Set-point` is the working one.
`Flow` is measured, in cubic centimetres a minute at 0 degC and 1 atm; what a person declared is in no row.
`Gas` is what the flow controller is set to, empty where it gives no answer; `Gas lost` also of a vacuum."""

HEATING: Final = ("run", "holdback", "hold", "complete")
"""States in which the programme has not been left."""
