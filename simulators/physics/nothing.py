"""What an instrument meets where nothing is wired to it."""

from __future__ import annotations

from collections.abc import Callable

from simulators.physics.press import Press, PressBuild
from simulators.physics.surroundings import Surroundings

BARE_TERMINALS = PressBuild(lead_ohm=1e-3, piston_ohm=1e-3, leakage_ohm=1e12, cable_F=1e-10)
"""What a source meets where nothing is wired: its own connectors."""


def open_terminals(surroundings: Surroundings) -> Press:
    """The open connectors of a source."""
    return Press(BARE_TERMINALS, surroundings)


class Nothing:
    """Open inputs of a meter, a probe outside any field, a supply without a coil, relays without wires.

    All see zero: what floating inputs pick up is not simulated.
    """

    def voltage_V(self, time: float) -> float:
        """See VoltageSeen and Coil."""
        return 0.0

    def current_A(self, time: float) -> float:
        """See CurrentSeen and Coil."""
        return 0.0

    def field_T(self, time: float) -> float:
        """See FieldSeen."""
        return 0.0

    def drive(self, current_A: float, rate_A_per_s: float, time: float) -> None:
        """See Coil."""

    def follow(self, catch_up: Callable[[float], None]) -> None:
        """See Coil."""

    def close(self, crosspoints: frozenset[tuple[int, int, int]], time: float) -> None:
        """See Crosspoints."""


NOTHING = Nothing()
"""It has no state, so one is enough."""
