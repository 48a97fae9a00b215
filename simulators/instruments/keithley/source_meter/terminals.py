"""The output relay: drives what is behind the selected terminals and leaves the others open."""

from __future__ import annotations

from simulators.physics.electrical import Circuit, Drive, OperatingPoint


class Terminals:
    """Front and rear terminals of a source meter ("FRON", "REAR").

    Without sense wires the meter senses at its own terminals, whatever its setting says.
    """

    def __init__(self, circuits: dict[str, Circuit], sense_wired: bool) -> None:
        self.sense_wired = sense_wired
        self._circuits = circuits
        self._selected = circuits["FRON"]
        self._drive: Drive = None

    def apply(self, drive: Drive, terminals: str, time: float) -> bool:
        """From `time` on, this is at those terminals; whether that changed anything."""
        selected = self._circuits[terminals]
        if drive == self._drive and selected is self._selected:
            return False
        if selected is not self._selected:
            self._selected.drive(None, time)
            self._selected = selected
        selected.drive(drive, time)
        self._drive = drive
        return True

    def operating_point(self, time: float) -> OperatingPoint:
        """What is at the selected terminals."""
        return self._selected.operating_point(time)
