"""A pellet press with four wires: empty, shorted by a copper disc, or holding a pellet."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulators.physics.electrical import (
    CurrentDrive,
    Drive,
    Load,
    Node,
    OperatingPoint,
    node,
    settled,
    transient,
)
from simulators.physics.pellet import HeatPath, Pellet
from simulators.physics.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class PressBuild:
    """How the press is made: true values, ohms and farads, all greater than zero.

    `lead_ohm` is outside the sense points (both force leads together), `piston_ohm` inside them (seen in
    four-wire too); `leakage_ohm` is that of the insulating sleeve, `cable_F` lies across the sense points;
    `short_emf_V` is the EMF of the pistons on the copper disc.
    """

    lead_ohm: float
    piston_ohm: float
    leakage_ohm: float
    cable_F: float
    short_emf_V: float = 0.0


@dataclass(frozen=True, slots=True)
class Empty:
    """Pistons apart: nothing but the leakage of the sleeve."""


@dataclass(frozen=True, slots=True)
class Shorted:
    """A copper disc of negligible resistance instead of a pellet."""


Content = Empty | Shorted | Pellet

_NO_HEAT = HeatPath()
_AIR_ohm = 1e18
"""Resistance of the gap itself: so large that only the fixture's leakage counts."""


class Press:
    """The fixture as a circuit. State changes only in `place` and `drive`; both take the time of the change.

    Self-heating power is that of the settled operating point at the moment of the change and stays so until
    the next change (exact for a current source up to the effect of the heating on the resistance itself).
    Resistance and EMF follow temperature and time without delay; the capacitance relaxes around them.
    """

    def __init__(self, build: PressBuild, surroundings: Surroundings) -> None:
        self._build = build
        self._surroundings = surroundings
        self._content: Content = Empty()
        self._label = "open"
        self._drive: Drive = None
        self._mounted = 0.0
        self._since = 0.0  # time of the last change
        self._rise_K = 0.0  # temperature of the specimen above ambient at that time
        self._power_W = 0.0
        self._deviation_V = 0.0  # of the node from its settled voltage at that time
        self._time_constant_s = 0.0
        self._heat = _NO_HEAT
        self._change(0.0, None, self._content, 0.0)

    @property
    def content(self) -> Content:
        """What is between the pistons."""
        return self._content

    @property
    def label(self) -> str:
        """What is between the pistons, by name: "open", "short", or what the pellet was mounted as."""
        return self._label

    def place(self, content: Content, label: str, time: float) -> None:
        """Put something else between the pistons at `time`; a new specimen is at ambient temperature."""
        time = max(time, self._since)
        node_V = self.operating_point(time).sense_V
        self._mounted = time
        self._label = label
        self._content = content
        self._heat = content.heat if isinstance(content, Pellet) else _NO_HEAT
        self._since, self._rise_K, self._power_W = time, 0.0, 0.0
        self._change(time, self._drive, content, node_V)

    def drive(self, drive: Drive, time: float) -> None:
        """From `time` on, this is at the terminals."""
        if drive == self._drive:
            return
        time = max(time, self._since)
        node_V = self.operating_point(time).sense_V
        self._change(time, drive, self._content, node_V)

    def operating_point(self, time: float) -> OperatingPoint:
        """Current and voltages at `time`; earlier than the last change counts as then. Changes nothing."""
        time = max(time, self._since)
        deviation_V = self._deviation_V
        if deviation_V:
            elapsed_s = time - self._since
            deviation_V *= math.exp(-elapsed_s / self._time_constant_s)
        return transient(self._drive, self._node(time), deviation_V)

    def temperature_K(self, time: float) -> float:
        """Temperature of what is between the pistons."""
        rise_K = self._rise_K
        time = max(time, self._since)
        if rise_K or self._power_W:
            rise_K = self._heat.rise_K(rise_K, self._power_W, time - self._since)
        return self._surroundings.temperature_K(time) + rise_K

    def _change(self, time: float, drive: Drive, content: Content, node_V: float) -> None:
        if self._rise_K or self._power_W:
            self._rise_K = self._heat.rise_K(self._rise_K, self._power_W, time - self._since)
        self._since = time
        self._drive = drive
        self._power_W = 0.0
        present = self._node(time)
        final = settled(drive, present)
        if isinstance(content, Pellet):
            self._power_W = final.current_A**2 * self._resistance_ohm(content, time)
        unlimited_A = drive.level_A if isinstance(drive, CurrentDrive) else final.current_A
        target_V = present.at_current(unlimited_A)
        self._time_constant_s = present.time_constant_s
        self._deviation_V = node_V - target_V if present.time_constant_s > 0 else 0.0

    def _resistance_ohm(self, pellet: Pellet, time: float) -> float:
        return pellet.resistance_ohm(self.temperature_K(time), time - self._mounted)

    def _node(self, time: float) -> Node:
        build = self._build
        content = self._content
        if isinstance(content, Pellet):
            load = Load(
                self._resistance_ohm(content, time) + build.piston_ohm,
                content.emf.voltage_V(time - self._mounted),
                content.capacitance_F + build.cable_F,
            )
        elif isinstance(content, Shorted):
            load = Load(build.piston_ohm, build.short_emf_V, build.cable_F)
        else:
            load = Load(_AIR_ohm, 0.0, build.cable_F)
        return node(load, build.leakage_ohm, build.lead_ohm)
