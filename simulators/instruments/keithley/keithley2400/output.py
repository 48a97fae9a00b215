"""The output stage: from settings to what is at the terminals, on, in compliance, or off.

Compliance: user's manual p. 6-2 ff. (real and range compliance); output-off states: p. 13-9 ff. and 18-57.
"""

from __future__ import annotations

from simulators.instruments.keithley.keithley2400.calibration import Calibration
from simulators.instruments.keithley.keithley2400.ranges import TABLES
from simulators.instruments.keithley.keithley2400.settings import Settings
from simulators.instruments.keithley.source_meter.terminals import Terminals
from simulators.physics.electrical import Circuit, CurrentDrive, Drive, OperatingPoint, VoltageDrive

OFF_COMPLIANCE = 0.005
"""Output-off NORMAL and GUARD limit to 0.5 % of the present range."""


class OutputStage:
    """Drives what is behind the selected terminals ("FRON", "REAR") and leaves the others open.

    Without sense wires the meter senses at its own terminals, whatever RSEN says.
    """

    def __init__(self, circuits: dict[str, Circuit], calibration: Calibration, sense_wired: bool) -> None:
        self._terminals = Terminals(circuits, sense_wired)
        self._calibration = calibration

    def apply(self, settings: Settings, time: float) -> bool:
        """Bring the terminals to what the settings say; whether that changed anything."""
        return self._terminals.apply(self.drive_for(settings), settings.terminals, time)

    def operating_point(self, time: float) -> OperatingPoint:
        """What is at the selected terminals."""
        return self._terminals.operating_point(time)

    def senses_remotely(self, settings: Settings) -> bool:
        """Whether the voltage is taken at the specimen."""
        return settings.four_wire and self._terminals.sense_wired

    def drive_for(self, settings: Settings) -> Drive:
        """What the settings put on the terminals."""
        if not settings.output:
            return self._off(settings)
        function = settings.function
        source = settings.source[function]
        level = self._calibration.delivered(function, source.range_index, source.level)
        limit, _ = compliance(settings)
        remote = self.senses_remotely(settings)
        if function == "CURR":
            return CurrentDrive(level, limit, remote)
        level = min(max(level, -settings.overvoltage_V), settings.overvoltage_V)
        return VoltageDrive(level, limit, remote)

    def _off(self, settings: Settings) -> Drive:
        mode = settings.off_mode
        if mode == "HIMP":
            return None
        remote = self.senses_remotely(settings)
        if mode == "GUAR":
            index = settings.measure_index("CURR")
            limit_V = OFF_COMPLIANCE * TABLES["VOLT"][settings.measure_index("VOLT")].full_scale
            return CurrentDrive(self._calibration.delivered("CURR", index, 0.0), limit_V, remote)
        limit_A = OFF_COMPLIANCE * TABLES["CURR"][settings.measure_index("CURR")].full_scale
        if mode == "ZERO":
            if settings.function == "VOLT":
                limit_A, _ = compliance(settings)
            else:
                limit_A = max(limit_A, abs(settings.source["CURR"].level))
        level_V = self._calibration.delivered("VOLT", settings.measure_index("VOLT"), 0.0)
        return VoltageDrive(level_V, limit_A, remote)


def compliance(settings: Settings) -> tuple[float, bool]:
    """The limit in force and whether it is that of a fixed measurement range ("range compliance")."""
    name = settings.limited
    sense = settings.sense[name]
    if not sense.range_auto:
        of_range = TABLES[name][sense.range_index].largest_level
        if of_range < sense.compliance:
            return of_range, True
    return sense.compliance, False
