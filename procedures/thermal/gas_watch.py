"""Looks at gas and vacuum beside the furnace: the row of each look, and when either is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from procedures.thermal.gas import LOST_AFTER_S, Atmosphere
from procedures.thermal.gas_flow import flow_text
from procedures.thermal.gas_roles import GasInstruments
from procedures.thermal.patience import Meter, Persisting

if TYPE_CHECKING:
    from bench.core.clock.interface import Clock
    from bench.core.roles import FlowStatus
    from bench.runs.columns import Value

SET_OTHERWISE = 0.05
"""Of the flow: a set-point that differs by more was set by somebody else."""


@dataclass(frozen=True, slots=True)
class GasSeen:
    """One look. `lost` says in words what is lost, and for how long, while it is; a flow or pressure that
    nobody could read is None and never lost, nor there.
    """

    flow: FlowStatus | None
    pressure_Pa: float | None
    lost: str | None
    there: bool

    def row(self) -> dict[str, Value]:
        """Its part of the row."""
        flow = self.flow
        return {
            "Flow": None if flow is None else flow.flow.value,
            "Flow set-point": None if flow is None else flow.setpoint_sccm,
            "Gas": None if flow is None else flow.gas,
            "Pressure": self.pressure_Pa,
            "Gas lost": self.lost is not None,
        }


@dataclass(frozen=True, slots=True)
class _Judged:
    """Too little gas or no vacuum left; too much gas or a high pressure; None where nobody sees."""

    too_little: bool | None
    too_much: bool | None
    text: str


class GasWatch:
    """Reads what there is; nothing here sets anything. `tell` is given what begins and what ends."""

    def __init__(
        self, clock: Clock, wanted: Atmosphere, gas: GasInstruments, tell: Callable[[str], None]
    ) -> None:
        self.wanted = wanted
        self._clock = clock
        self._tell = tell
        flow, gauge = gas.flow, gas.gauge
        self._flow = None if flow is None else Meter(clock, flow.name, flow.flow_status, tell)
        self._gauge = None if gauge is None else Meter(clock, gauge.name, gauge.pressure, tell)
        self._lost = Persisting(LOST_AFTER_S)
        self._much = Persisting(LOST_AFTER_S)
        self._odd: set[str] = set()

    def look(self, *, heating: bool) -> GasSeen:
        """Now. A loss that ends the programme (`heating`, and the recipe says so) is told by who ends it."""
        flow = None if self._flow is None else self._flow.look()
        pressure = None if self._gauge is None else self._gauge.look()
        pascal = None if pressure is None else pressure.value
        found = self._judged(flow, pascal)
        quietly = heating and self.wanted.when_lost == "end"
        return GasSeen(flow, pascal, self._loss(found, quietly=quietly), self._there(flow, found))

    def _judged(self, flow: FlowStatus | None, pascal: float | None) -> _Judged:
        """Against what the recipe asks for; what it does not ask for is only recorded."""
        wanted = self.wanted
        if wanted.formula and flow is not None:
            self._note_odd(*self._oddities(flow))
            return _flow_judged(flow, wanted)
        if wanted.gas == "vacuum" and pascal is not None:
            return _vacuum_judged(pascal, wanted)
        return _Judged(None, None, "not seen now")

    def _there(self, flow: FlowStatus | None, found: _Judged) -> bool:
        """Whether a gas that is asked for, and measured, is there by this look."""
        if not self.wanted.formula or self._flow is None:
            return True
        return flow is not None and not found.too_little

    def _loss(self, found: _Judged, *, quietly: bool) -> str | None:
        """What is lost, in words; tells what has begun and what has ended."""
        now, name = self._clock.now(), self.wanted.gas
        change = self._lost.look(now, found.too_little)
        lost = f"{name} is lost: for {self._lost.for_s(now):.0f} s {found.text}"
        if change == "begun" and not quietly:
            self._tell(lost)
        elif change == "ended":
            self._tell(f"{name} is there again: {found.text}")
        over = "the pressure is above its limit" if name == "vacuum" else "too much flows"
        change = self._much.look(now, found.too_much)
        if change is not None:
            self._tell(f"{over}: {found.text}" if change == "begun" else f"no longer true: {over}")
        return lost if self._lost.active else None

    def _oddities(self, flow: FlowStatus) -> list[str]:
        found, wanted_sccm = [], self.wanted.flow_sccm
        if flow.held:
            found.append("the valve of the flow controller is held by hand: nothing controls the flow")
        if abs(flow.setpoint_sccm - wanted_sccm) > SET_OTHERWISE * wanted_sccm:
            is_set = f"{flow.setpoint_sccm:.4g} sccm"
            found.append(f"somebody has set the flow to {is_set}; the recipe wants {wanted_sccm:g}")
        return found

    def _note_odd(self, *found: str) -> None:
        for text in found:
            if text not in self._odd:
                self._tell(text)
        self._odd = set(found)


def _flow_judged(flow: FlowStatus, wanted: Atmosphere) -> _Judged:
    sccm, low, high = flow.flow.value, wanted.low_sccm, wanted.high_sccm
    text = f"{flow_text(flow)}, where {low:g} to {high:g} of {wanted.formula} belong"
    if flow.gas != wanted.formula:
        return _Judged(True, False, text)
    if sccm is None:  # more than it can measure
        return _Judged(False, True, text)
    return _Judged(sccm < low, sccm > high, text)


def _vacuum_judged(pascal: float, wanted: Atmosphere) -> _Judged:
    lost = pascal > wanted.lost_Pa
    limit_Pa = wanted.lost_Pa if lost else wanted.pressure_Pa
    text = f"{pascal:.3g} Pa, where {limit_Pa:g} Pa are the limit"
    return _Judged(lost, None if lost else pascal > wanted.pressure_Pa, text)
