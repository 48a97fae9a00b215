"""A pellet press with four wires: empty, shorted by a copper disc, or holding a pellet."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.physics.electrical import Drive, Load, Node, OperatingPoint, node
from simulators.physics.held import Held
from simulators.physics.pellet import NO_HEAT, HeatPath, Pellet
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

_AIR_ohm = 1e18
"""Resistance of the gap itself: so large that only the fixture's leakage counts."""


@dataclass(frozen=True, slots=True)
class _Pressed:
    """What is between the pistons, with the press around it; see Specimen."""

    build: PressBuild
    content: Content

    @property
    def heat(self) -> HeatPath:
        return self.content.heat if isinstance(self.content, Pellet) else NO_HEAT

    def power_W(self, current_A: float, temperature_K: float, held_s: float) -> float:
        if not isinstance(self.content, Pellet):
            return 0.0
        return current_A**2 * self.content.resistance_ohm(temperature_K, held_s)

    def node(self, drive: Drive, temperature_K: float, held_s: float) -> Node:
        build = self.build
        content = self.content
        if isinstance(content, Pellet):
            load = Load(
                content.resistance_ohm(temperature_K, held_s) + build.piston_ohm,
                content.emf.voltage_V(held_s),
                content.capacitance_F + build.cable_F,
            )
        elif isinstance(content, Shorted):
            load = Load(build.piston_ohm, build.short_emf_V, build.cable_F)
        else:
            load = Load(_AIR_ohm, 0.0, build.cable_F)
        return node(load, build.leakage_ohm, build.lead_ohm)


class Press:
    """The fixture as a Circuit; state changes only in `place` and `drive`."""

    def __init__(self, build: PressBuild, surroundings: Surroundings) -> None:
        self._build = build
        self._content: Content = Empty()
        self._held = Held(_Pressed(build, self._content), "open", surroundings)

    @property
    def content(self) -> Content:
        """What is between the pistons."""
        return self._content

    @property
    def label(self) -> str:
        """What is between the pistons, by name: "open", "short", or what the pellet was mounted as."""
        return self._held.label

    def place(self, content: Content, label: str, time: float) -> None:
        """Put something else between the pistons at `time`; a new specimen is at ambient temperature."""
        self._content = content
        self._held.place(_Pressed(self._build, content), label, time)

    def drive(self, drive: Drive, time: float) -> None:
        """From `time` on, this is at the terminals."""
        self._held.drive(drive, time)

    def operating_point(self, time: float) -> OperatingPoint:
        """Current and voltages at `time`; earlier than the last change counts as then. Changes nothing."""
        return self._held.operating_point(time)

    def temperature_K(self, time: float) -> float:
        """Temperature of what is between the pistons."""
        return self._held.temperature_K(time)
