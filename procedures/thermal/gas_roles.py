"""What may look at the atmosphere of a tube: roles that a furnace run can do without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bench.core.roles import DeclaredFlowMeter, FlowController, PressureGauge
from procedures.thermal.gas import Atmosphere

if TYPE_CHECKING:
    from bench.runs.context import RunContext

GAS_ROLES: Final = {"flow": FlowController, "rotameter": DeclaredFlowMeter, "gauge": PressureGauge}
GAS_CONTACTS: Final = {"flow": "gas", "gauge": "vacuum"}


@dataclass(frozen=True, slots=True)
class GasInstruments:
    """Those that the run has; None for each that it has not."""

    flow: FlowController | None = None
    rotameter: DeclaredFlowMeter | None = None
    gauge: PressureGauge | None = None

    @classmethod
    def of(cls, context: RunContext) -> GasInstruments:
        """As resolved for this run."""
        return cls(**{role: context.instrument(role) for role in GAS_ROLES})

    def measures(self, wanted: Atmosphere) -> str | None:
        """The name of what measures this atmosphere; None where a person has to declare it."""
        judge = self.gauge if wanted.gas == "vacuum" else self.flow if wanted.formula else None
        return None if judge is None else judge.name
