"""What meters, gauges, coils and switches meet at their terminals, as protocols."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class VoltageSeen(Protocol):
    """The two terminals of a voltmeter."""

    def voltage_V(self, time: float) -> float:
        """High minus low at `time`. Changes nothing."""
        ...


class CurrentSeen(Protocol):
    """The two terminals of an ammeter; its burden is the circuit's affair."""

    def current_A(self, time: float) -> float:
        """Current into the high terminal at `time`. Changes nothing."""
        ...


class FieldSeen(Protocol):
    """Where the probe of a gaussmeter sits."""

    def field_T(self, time: float) -> float:
        """Flux density along the probe's axis at `time`. Changes nothing."""
        ...


class TemperatureSeen(Protocol):
    """Where a thermometer sits."""

    def temperature_K(self, time: float) -> float:
        """Temperature at `time`. Changes nothing."""
        ...


class Coil(Protocol):
    """What an electromagnet supply feeds."""

    def drive(self, current_A: float, rate_A_per_s: float, time: float) -> None:
        """From `time` on the current ramps to `current_A` at `rate_A_per_s` (a magnitude)."""
        ...

    def follow(self, catch_up: Callable[[float], None]) -> None:
        """Call this with a time before every look at that time: who steers in steps does them then."""
        ...

    def current_A(self, time: float) -> float:
        """The current at `time`. Changes nothing."""
        ...

    def voltage_V(self, time: float) -> float:
        """Across the terminals at `time`, resistive and inductive. Changes nothing."""
        ...


class Crosspoints(Protocol):
    """What the relays of a switch connect."""

    def close(self, crosspoints: frozenset[tuple[int, int, int]], time: float) -> None:
        """From `time` on exactly these (slot, row, column) are closed."""
        ...


class GasPanel(Protocol):
    """The display and keys of what controls a gas flow."""

    def dial(self, sccm: float, time: float) -> None:
        """Somebody sets the flow on it (cubic centimetres at 0 degC and 1 atm a minute)."""
        ...


class GasSeen(Protocol):
    """Where a flow meter, with the valve that it may have, sits in a gas line."""

    @property
    def gas(self) -> str:
        """What is in the line, as a formula."""
        ...

    def flow_sccm(self, time: float) -> float:
        """What flows past it at `time` (cubic centimetres at 0 degC and 1 atm a minute). Changes nothing."""
        ...

    def supplied(self, time: float) -> bool:
        """Whether there is pressure before it. Changes nothing."""
        ...

    def set_valve(self, sccm: float, time: float) -> None:
        """From `time` on its valve lets so much through (infinity: it is wide open)."""
        ...

    def connect(self, panel: GasPanel) -> None:
        """Whoever sets this flow by hand does it there."""
        ...


class PressureSeen(Protocol):
    """Where a pressure gauge sits."""

    def pressure_Pa(self, time: float) -> float:
        """Absolute pressure at `time`. Changes nothing."""
        ...
