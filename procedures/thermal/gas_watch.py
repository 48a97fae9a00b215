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
    from bench.core.readings import Reading
    from bench.core.roles import FlowStatus
    from bench.runs.columns import Value

SET_OTHERWISE = 0.02
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
        wanted, now = self.wanted, self._clock.now()
        too_little, too_much, text = None, None, ""
        if wanted.formula and flow is not None:
            too_little, too_much, text = self._judge_flow(flow)
        elif wanted.gas == "vacuum" and pressure is not None and pressure.value is not None:
            too_little, too_much, text = self._judge_vacuum(pressure)
        lost = self._follow(now, too_little, text, quietly=heating and wanted.when_lost == "end")
        self._follow_excess(now, too_much, text)
        return GasSeen(
            flow=flow,
            pressure_Pa=None if pressure is None else pressure.value,
            lost=lost,
            there=self._there(flow, too_little),
        )

    def _there(self, flow: FlowStatus | None, too_little: bool | None) -> bool:
        """Whether a gas that is asked for, and measured, is there by this look."""
        if not self.wanted.formula or self._flow is None:
            return True
        return flow is not None and not too_little

    def _judge_flow(self, flow: FlowStatus) -> tuple[bool, bool, str]:
        """Too little (or another gas), too much, and how it is."""
        wanted, sccm = self.wanted, flow.flow.value
        self._note_odd(
            "the valve of the flow controller is held by hand: nothing controls the flow"
            if flow.held
            else None,
            f"somebody has set the flow to {flow.setpoint_sccm:.4g} sccm; the recipe wants {wanted.flow_sccm:g}"
            if abs(flow.setpoint_sccm - wanted.flow_sccm) > SET_OTHERWISE * wanted.flow_sccm
            else None,
        )
        text = (
            f"{flow_text(flow)}, where {wanted.low_sccm:g} to {wanted.high_sccm:g} of {wanted.formula} belong"
        )
        if flow.gas != wanted.formula:
            return True, False, text
        return (
            sccm is not None and sccm < wanted.low_sccm,
            sccm is None or sccm > wanted.high_sccm,
            text,
        )

    def _judge_vacuum(self, pressure: Reading) -> tuple[bool, bool, str]:
        """Lost, above its limit, and how it is."""
        assert pressure.value is not None
        lost_Pa, limit_Pa = self.wanted.lost_Pa, self.wanted.pressure_Pa
        lost = pressure.value > lost_Pa
        text = f"{pressure.value:.3g} Pa, where {lost_Pa if lost else limit_Pa:g} Pa are the limit"
        return lost, not lost and pressure.value > limit_Pa, text

    def _follow(self, now: float, holds: bool | None, text: str, *, quietly: bool) -> str | None:
        change = self._lost.look(now, holds)
        name = self.wanted.gas
        lost = f"{name} is lost: for {self._lost.for_s(now):.0f} s {text}" if self._lost.active else None
        if change == "ended":
            self._tell(f"{name} is there again: {text}")
        elif change == "begun" and lost is not None and not quietly:
            self._tell(lost)
        return lost if holds is not None or lost is None else f"{name} is lost, and not seen now"

    def _follow_excess(self, now: float, holds: bool | None, text: str) -> None:
        vacuum = self.wanted.gas == "vacuum"
        change = self._much.look(now, holds)
        if change == "begun":
            self._tell(f"the pressure is above its limit: {text}" if vacuum else f"too much flows: {text}")
        elif change == "ended":
            self._tell("the pressure is within its limit again" if vacuum else "not too much flows any more")

    def _note_odd(self, *found: str | None) -> None:
        odd = {one for one in found if one is not None}
        for text in sorted(odd - self._odd):
            self._tell(text)
        self._odd = odd
