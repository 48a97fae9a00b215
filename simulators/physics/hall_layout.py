"""What a Hall rig is made of: how everything is wired, and what the rig asks of field and sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from simulators.physics.network import Array, Sample

Pair = tuple[int, int]
"""High and low terminal."""
Crosspoint = tuple[int, int, int]
"""Slot, row, column."""


class FieldAcross(Protocol):
    """The field at the sample."""

    def field_T(self, time: float) -> float:
        """Its component across the sample."""
        ...

    def rate_T_per_s(self, time: float) -> float:
        """How fast that changes."""
        ...


class Mounted(Protocol):
    """A sample with its contacts, so long after it was mounted."""

    @property
    def contacts(self) -> int:
        """How many."""
        ...

    @property
    def lag_s(self) -> float:
        """Time constant of its thermal effects of current and field."""
        ...

    def at(self, field_T: float, temperature_K: float, mounted_s: float, lagging_A: Array) -> Sample:
        """Its electrical state; `lagging_A` are the contact currents as its temperatures feel them."""
        ...


@dataclass(frozen=True, slots=True)
class Layout:
    """How everything is wired. Terminals are numbered; 0 is ground, to which the source's low is joined.

    `contacts` are those of the holder, in its numbering. `wires` join terminals for good, `crosspoints` when
    the relay is closed. `meters` have a resistance between their terminals. `leakage_ohm` is that of each
    terminal to ground, `lead_ohm` that of each contact's lead with its relay. `loop_m2` is the area that the
    voltmeter's leads enclose in the field.
    """

    contacts: Sequence[int]
    source: int | None
    sense: Pair | None
    wires: Sequence[Pair]
    crosspoints: Mapping[Crosspoint, Pair]
    meters: Sequence[tuple[int, int, float]]
    leakage_ohm: float
    capacitance_F: Sequence[float]
    lead_ohm: float = 0.0
    loop_m2: float = 0.0
