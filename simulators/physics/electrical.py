"""What a source meter meets at its terminals: a specimen behind leads, with a capacitance across it.

Between the sense points sit the specimen (resistance and EMF in series), the leakage of the fixture and the
capacitance of cable and film, all in parallel; the leads outside the sense points carry the current only:

    force ---[ lead_ohm ]---+--- sense
                            |
              specimen || leakage || capacitance

The state changes only when the drive or the specimen changes; between changes the voltage is a closed form of
time, so that looking at it, however often, never changes it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class CurrentDrive:
    """A current source: `level_A` flows unless the voltage would exceed `limit_V` (a magnitude).

    With `four_wire` the limit holds at the sense points, otherwise at the force terminals.
    """

    level_A: float
    limit_V: float
    four_wire: bool = False


@dataclass(frozen=True, slots=True)
class VoltageDrive:
    """A voltage source: `level_V` is held unless the current would exceed `limit_A` (a magnitude)."""

    level_V: float
    limit_A: float
    four_wire: bool = False


Drive = CurrentDrive | VoltageDrive | None
"""What hangs on the terminals; None is an open output relay."""


class OperatingPoint(NamedTuple):
    """Current through the terminals, voltages at the force and the sense points, whether it is limited."""

    current_A: float
    force_V: float
    sense_V: float
    limited: bool


class Circuit(Protocol):
    """What a source meter sees."""

    def drive(self, drive: Drive, time: float) -> None:
        """From `time` on, this is at the terminals."""
        ...

    def operating_point(self, time: float) -> OperatingPoint:
        """Currents and voltages at `time`, not before the last change. Changes nothing."""
        ...


class Load(NamedTuple):
    """A specimen at one instant: resistance and EMF in series, capacitance across both."""

    resistance_ohm: float
    emf_V: float
    capacitance_F: float


class Node(NamedTuple):
    """The sense node at one instant: v = (I + injection_A) / conductance_S once settled."""

    conductance_S: float
    injection_A: float
    lead_ohm: float
    time_constant_s: float

    def at_current(self, current_A: float) -> float:
        """Settled node voltage when `current_A` flows in."""
        return (current_A + self.injection_A) / self.conductance_S

    def at_voltage(self, voltage_V: float, four_wire: bool) -> tuple[float, float]:
        """Current and node voltage when the control point (sense or force) is held at `voltage_V`."""
        if four_wire:
            node_V = voltage_V
        else:
            node_V = (voltage_V + self.injection_A * self.lead_ohm) / (1 + self.conductance_S * self.lead_ohm)
        return node_V * self.conductance_S - self.injection_A, node_V


def node(load: Load, leakage_ohm: float, lead_ohm: float) -> Node:
    """The sense node formed by a load and the fixture around it (all resistances positive)."""
    conductance_S = 1 / load.resistance_ohm + 1 / leakage_ohm
    return Node(
        conductance_S,
        load.emf_V / load.resistance_ohm,
        lead_ohm,
        load.capacitance_F / conductance_S,
    )


def settled(drive: Drive, at: Node) -> OperatingPoint:
    """Where things end if nothing changes any more."""
    return transient(drive, at, 0.0)


def transient(drive: Drive, at: Node, deviation_V: float) -> OperatingPoint:
    """The operating point while the node is still `deviation_V` away from where the current would bring it.

    A voltage source charges the capacitance through the leads alone (nanoseconds), so it knows no deviation
    unless it is held by its current limit.
    """
    if isinstance(drive, VoltageDrive):
        current_A, node_V = at.at_voltage(drive.level_V, drive.four_wire)
        if abs(current_A) <= drive.limit_A:
            return OperatingPoint(current_A, node_V + current_A * at.lead_ohm, node_V, False)
        current_A = math.copysign(drive.limit_A, current_A)
        node_V = at.at_current(current_A) + deviation_V
        return OperatingPoint(current_A, node_V + current_A * at.lead_ohm, node_V, True)
    current_A = 0.0 if drive is None else drive.level_A
    node_V = at.at_current(current_A) + deviation_V
    force_V = node_V + current_A * at.lead_ohm
    if drive is not None:
        held_V = node_V if drive.four_wire else force_V
        if abs(held_V) > drive.limit_V:
            limit_V = math.copysign(drive.limit_V, held_V)
            current_A, node_V = at.at_voltage(limit_V, drive.four_wire)
            return OperatingPoint(current_A, node_V + current_A * at.lead_ohm, node_V, True)
    return OperatingPoint(current_A, force_V, node_V, False)
