"""The gap of a magnet: what the sample and the probe of a gaussmeter get of its field."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from simulators.physics.magnet import Magnet


@dataclass(frozen=True, slots=True)
class Probe:
    """A Hall probe in the gap, tilted by `angle_rad`, wrong by `offset_T`; see FieldSeen."""

    magnet: Magnet
    angle_rad: float = 0.0
    offset_T: float = 0.0

    def field_T(self, time: float) -> float:
        """See FieldSeen."""
        return self.magnet.field_T(time) * math.cos(self.angle_rad) + self.offset_T


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the sample sits: `ratio` times the field at the probe's place, tilted by `angle_rad`."""

    magnet: Magnet
    ratio: float = 1.0
    angle_rad: float = 0.0

    def field_T(self, time: float) -> float:
        """The component across the sample."""
        return self.magnet.field_T(time) * self.ratio * math.cos(self.angle_rad)

    def rate_T_per_s(self, time: float) -> float:
        """How fast it changes."""
        return self.magnet.rate_T_per_s(time) * self.ratio * math.cos(self.angle_rad)


@dataclass(frozen=True, slots=True)
class Swapped:
    """The coil with its leads swapped; see Coil."""

    magnet: Magnet

    def drive(self, current_A: float, rate_A_per_s: float, time: float) -> None:
        """See Coil."""
        self.magnet.drive(-current_A, rate_A_per_s, time)

    def current_A(self, time: float) -> float:
        """See Coil."""
        return -self.magnet.current_A(time)

    def voltage_V(self, time: float) -> float:
        """See Coil."""
        return -self.magnet.voltage_V(time)

    def follow(self, catch_up: Callable[[float], None]) -> None:
        """See Coil."""
        self.magnet.follow(catch_up)
