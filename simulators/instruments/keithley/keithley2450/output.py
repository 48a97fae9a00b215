"""The output stage: from settings to what is at the terminals, on, limited, or off.

Reference manual 2450-901-01 Rev. B: source limits p. 2-100, output-off states p. 2-82 and 6-32, overvoltage
protection p. 2-98, interlock p. 6-33 (42 V: Quick Start Guide 2450-903-01, August 2019; Rev. B says 37 V).
"""

from __future__ import annotations

import math

from simulators.instruments.keithley.keithley2450.ranges import TABLES
from simulators.instruments.keithley.keithley2450.settings import Settings
from simulators.instruments.keithley.source_meter.calibration import Calibration
from simulators.instruments.keithley.source_meter.terminals import Terminals
from simulators.physics.electrical import Circuit, CurrentDrive, Drive, OperatingPoint, VoltageDrive

OFF_SHARE = 0.1
"""Output-off NORMAL and GUARD limit to 10 % of the present range."""
INTERLOCK_V = 42.0


class OutputStage:
    """Drives the selected terminals. `interlock_closed` may be changed by whoever opens the fixture's lid."""

    def __init__(
        self,
        circuits: dict[str, Circuit],
        calibration: Calibration,
        *,
        sense_wired: bool,
        interlock_closed: bool,
    ) -> None:
        self.interlock_closed = interlock_closed
        self._terminals = Terminals(circuits, sense_wired)
        self._calibration = calibration

    def apply(self, settings: Settings, time: float) -> bool:
        """Bring the terminals to what the settings say; whether that changed anything."""
        return self._terminals.apply(self.drive_for(settings), settings.terminals, time)

    def operating_point(self, time: float) -> OperatingPoint:
        """What is at the selected terminals."""
        return self._terminals.operating_point(time)

    def senses_remotely(self, settings: Settings) -> bool:
        """Whether voltage is taken at the specimen: never while the output is off (2461 manual p. 6-70)."""
        return settings.output and settings.active_sense.four_wire and self._terminals.sense_wired

    def disconnected(self, settings: Settings) -> bool:
        """Whether the output relay is open: then nothing of the specimen is seen."""
        return not settings.output and settings.active.off_mode == "HIMP"

    def highest_V(self, settings: Settings) -> float:
        """What no output voltage exceeds: overvoltage protection and interlock."""
        return min(settings.overvoltage_V, math.inf if self.interlock_closed else INTERLOCK_V)

    def interlock_holds(self, settings: Settings) -> bool:
        """Whether more voltage is programmed than an open interlock lets out."""
        programmed_V = settings.active.level if settings.function == "VOLT" else settings.active.limit
        return not self.interlock_closed and abs(programmed_V) > INTERLOCK_V

    def drive_for(self, settings: Settings) -> Drive:
        """What the settings put on the terminals."""
        if not settings.output:
            return self._off(settings)
        source = settings.active
        delivered = self._calibration.delivered(settings.function, source.range_index, source.level)
        remote = self.senses_remotely(settings)
        highest_V = self.highest_V(settings)
        if settings.function == "CURR":
            return CurrentDrive(delivered, min(source.limit, highest_V), remote)
        return VoltageDrive(min(max(delivered, -highest_V), highest_V), source.limit, remote)

    def _off(self, settings: Settings) -> Drive:
        mode = settings.active.off_mode
        if mode == "HIMP":
            return None
        voltage, current = settings.measure_index("VOLT"), settings.measure_index("CURR")
        if mode == "GUAR":
            limit_V = OFF_SHARE * TABLES["VOLT"][voltage].full_scale
            return CurrentDrive(self._calibration.delivered("CURR", current, 0.0), limit_V)
        full_scale_A = TABLES["CURR"][current].full_scale
        limit_A = full_scale_A if mode == "ZERO" else OFF_SHARE * full_scale_A
        return VoltageDrive(self._calibration.delivered("VOLT", voltage, 0.0), limit_A)
