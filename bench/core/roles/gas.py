"""Flow and pressure of a gas: measured and set, or declared by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bench.core.readings import Reading
from bench.core.roles.instrument import Instrument


@dataclass(frozen=True, slots=True)
class FlowStatus:
    """One look at a mass flow controller: all of it from one reply.

    `flow` is what it measures, in "sccm": cubic centimetres a minute at 0 degC and 1 atm; a set-point never
    stands for it. `gas` is the one that it is set to and calibrates for, as it writes it. `held` says that
    its valve is held by hand, so that nothing controls the flow.
    """

    flow: Reading
    setpoint_sccm: float
    gas: str
    held: bool


@runtime_checkable
class FlowController(Instrument, Protocol):
    """Measures a gas flow and controls it to a set-point.

    What `make_safe` does to it depends on the gas: one that protects a hot charge goes on flowing.
    """

    def flow_status(self) -> FlowStatus:
        """Flow, set-point and gas, now; changes nothing."""
        ...

    def set_flow(self, sccm: float) -> None:
        """Control to this flow (0 closes), and read it back. Raises LimitError before anything is sent."""
        ...


@dataclass(frozen=True, slots=True)
class DeclaredFlow:
    """What `by` says that flows, at clock second `time`: declared, not measured, and so no Reading.

    `sccm`: cubic centimetres a minute at 0 degC and 1 atm.
    """

    sccm: float
    gas: str
    by: str
    time: float


@runtime_checkable
class DeclaredFlowMeter(Instrument, Protocol):
    """A flow that a person reads: nothing here measures or controls it."""

    def declare_flow(self, *, sccm: float, gas: str, by: str) -> DeclaredFlow:
        """Keep what a person has read, with who has read it."""
        ...

    def declared_flow(self) -> DeclaredFlow | None:
        """What was declared last; None if nobody has said anything since the connection was made."""
        ...


@runtime_checkable
class PressureGauge(Instrument, Protocol):
    """Reads a pressure in pascal, absolute."""

    def pressure(self) -> Reading:
        """The present pressure; unit "Pa"."""
        ...
