"""The errors of one Model 2400: the shared draw over its own ranges."""

from __future__ import annotations

from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.source_meter import calibration


class Calibration(calibration.Calibration):
    """All errors of one unit of this model."""

    def __init__(self, seed: int, unit: str) -> None:
        super().__init__(seed, unit, TABLES)
