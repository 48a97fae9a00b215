"""A specimen held at four terminals: when its state changes, how it warms up, how its voltage settles."""

from __future__ import annotations

import math
from typing import Protocol

from simulators.physics.electrical import (
    CurrentDrive,
    Drive,
    Node,
    OperatingPoint,
    settled,
    transient,
)
from simulators.physics.pellet import HeatPath
from simulators.physics.surroundings import Surroundings


class Specimen(Protocol):
    """What is held, with the fixture around it."""

    @property
    def heat(self) -> HeatPath:
        """How it warms up under its own power."""
        ...

    def node(self, drive: Drive, temperature_K: float, held_s: float) -> Node:
        """The sense node with this drive, so long after placing; of a non-linear specimen, the tangent."""
        ...

    def power_W(self, current_A: float, temperature_K: float, held_s: float) -> float:
        """What this current turns into heat inside it."""
        ...


class Held:
    """A Circuit. State changes only in `place` and `drive`; both take the time of the change.

    Self-heating power is that of the settled operating point at the moment of the change and stays so until
    the next change (exact for a current source up to the effect of the heating on the resistance itself).
    Resistance and EMF follow temperature and time without delay; the capacitance relaxes around them.
    """

    def __init__(self, specimen: Specimen, label: str, surroundings: Surroundings) -> None:
        self.specimen = specimen
        self.label = label
        self._surroundings = surroundings
        self._drive: Drive = None
        self._placed = 0.0
        self._since = 0.0  # time of the last change
        self._rise_K = 0.0  # temperature of the specimen above ambient at that time
        self._power_W = 0.0
        self._deviation_V = 0.0  # of the node from its settled voltage at that time
        self._time_constant_s = 0.0
        self._change(0.0, None, 0.0)

    def place(self, specimen: Specimen, label: str, time: float) -> None:
        """Something else is held from `time` on; a new specimen is at ambient temperature."""
        time = max(time, self._since)
        node_V = self.operating_point(time).sense_V
        self._placed = time
        self.label = label
        self.specimen = specimen
        self._since, self._rise_K, self._power_W = time, 0.0, 0.0
        self._change(time, self._drive, node_V)

    def drive(self, drive: Drive, time: float) -> None:
        """From `time` on, this is at the terminals."""
        if drive == self._drive:
            return
        time = max(time, self._since)
        node_V = self.operating_point(time).sense_V
        self._change(time, drive, node_V)

    def operating_point(self, time: float) -> OperatingPoint:
        """Current and voltages at `time`; earlier than the last change counts as then. Changes nothing."""
        time = max(time, self._since)
        deviation_V = self._deviation_V
        if deviation_V:
            elapsed_s = time - self._since
            deviation_V *= math.exp(-elapsed_s / self._time_constant_s)
        return transient(self._drive, self._node(time), deviation_V)

    def temperature_K(self, time: float) -> float:
        """Temperature of what is held."""
        rise_K = self._rise_K
        time = max(time, self._since)
        if rise_K or self._power_W:
            rise_K = self.specimen.heat.rise_K(rise_K, self._power_W, time - self._since)
        return self._surroundings.temperature_K(time) + rise_K

    def _change(self, time: float, drive: Drive, node_V: float) -> None:
        if self._rise_K or self._power_W:
            self._rise_K = self.specimen.heat.rise_K(self._rise_K, self._power_W, time - self._since)
        self._since = time
        self._drive = drive
        self._power_W = 0.0
        present = self._node(time)
        final = settled(drive, present)
        self._power_W = self.specimen.power_W(final.current_A, self.temperature_K(time), time - self._placed)
        unlimited_A = drive.level_A if isinstance(drive, CurrentDrive) else final.current_A
        target_V = present.at_current(unlimited_A)
        self._time_constant_s = present.time_constant_s
        self._deviation_V = node_V - target_V if present.time_constant_s > 0 else 0.0

    def _node(self, time: float) -> Node:
        return self.specimen.node(self._drive, self.temperature_K(time), time - self._placed)
