"""One channel's output stage: from settings to what is at the terminals, on, limited, or off.

Output-off modes: 2600BS-901-01 Rev. F, p. 2-41 ff. and smuX.source.offmode.
"""

from __future__ import annotations

from simulators.instruments.keithley.keithley2600.settings import HIGH_Z, ZERO, Settings
from simulators.instruments.keithley.source_meter.calibration import Calibration
from simulators.instruments.keithley.source_meter.terminals import Terminals
from simulators.physics.electrical import Circuit, CurrentDrive, Drive, OperatingPoint, VoltageDrive

TERMINALS = "FRON"
"""There is one pair, at the rear; this is its name in what all source meters share."""
ZERO_SHARE = 0.1
"""Of the current range, as the limit in output-off mode ZERO while current is sourced."""


class OutputStage:
    """Drives one channel's terminals."""

    def __init__(self, circuit: Circuit, calibration: Calibration, *, sense_wired: bool) -> None:
        self._terminals = Terminals({TERMINALS: circuit}, sense_wired)
        self._calibration = calibration

    def apply(self, settings: Settings, time: float) -> bool:
        """Bring the terminals to what the settings say; whether that changed anything."""
        return self._terminals.apply(self.drive_for(settings), TERMINALS, time)

    def operating_point(self, time: float) -> OperatingPoint:
        """What is at the terminals."""
        return self._terminals.operating_point(time)

    def senses_remotely(self, settings: Settings) -> bool:
        """Whether voltage is taken at the specimen."""
        return settings.output and settings.four_wire and self._terminals.sense_wired

    def disconnected(self, settings: Settings) -> bool:
        """Whether the output relay is open."""
        return not settings.output and settings.off_mode == HIGH_Z

    def drive_for(self, settings: Settings) -> Drive:
        """What the settings put on the terminals."""
        if not settings.output:
            return self._off(settings)
        name, side = settings.function, settings.active
        delivered = self._calibration.delivered(name, side.range_index, side.level)
        remote = self.senses_remotely(settings)
        if name == "CURR":
            return CurrentDrive(delivered, settings.limit, remote)
        return VoltageDrive(delivered, settings.limit, remote)

    def _off(self, settings: Settings) -> Drive:
        if settings.off_mode == HIGH_Z:
            return None
        source = settings.source
        if settings.off_mode != ZERO and settings.off_function == "CURR":
            zero_A = self._calibration.delivered("CURR", source["CURR"].range_index, 0.0)
            return CurrentDrive(zero_A, settings.off_limit["VOLT"])
        zero_V = self._calibration.delivered("VOLT", source["VOLT"].range_index, 0.0)
        return VoltageDrive(zero_V, self._off_limit_A(settings))

    def _off_limit_A(self, settings: Settings) -> float:
        if settings.off_mode != ZERO:
            return settings.off_limit["CURR"]
        if settings.function == "VOLT":
            return settings.limit
        side = settings.active
        return max(abs(side.level), ZERO_SHARE * settings.tables["CURR"][side.range_index].full_scale)
