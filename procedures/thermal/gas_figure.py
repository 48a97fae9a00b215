"""The panels of gas and vacuum in the figure of a furnace run: what was measured, with its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from procedures.common.figures import OKABE_ITO
from procedures.thermal.soak import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from procedures.thermal.curves import Curves


@dataclass(frozen=True, slots=True)
class GasPanel:
    """One panel; `low` and `high` are the band that it had to keep, None where nothing was asked of it."""

    label: str
    axis: str
    values: Floats
    low: float | None
    high: float | None
    logarithmic: bool = False

    def dress(self, axes: Axes) -> None:
        """Label, scale and limits."""
        axes.set_ylabel(self.axis)
        if self.logarithmic:
            axes.set_yscale("log")
        elif self.high is not None:
            axes.set_ylim(0.0, max(1.2 * self.high, float(np.nanmax(self.values))))
        if self.low is not None and self.high is not None:
            axes.axhspan(self.low, self.high, color=OKABE_ITO[2], alpha=0.15, lw=0)
        elif self.high is not None:
            axes.axhline(self.high, color=OKABE_ITO[2], lw=0.8)


def panels(curves: Curves, gas: Mapping[str, Any]) -> list[GasPanel]:
    """One for a flow and one for a pressure, each where anything was measured."""
    found = []
    if np.isfinite(curves.flow).any():
        low, high = gas.get("low_sccm"), gas.get("high_sccm")
        found.append(GasPanel("flow", "Flow / sccm", curves.flow, low, high))
    if np.isfinite(curves.pressure).any():
        limit = gas.get("pressure_Pa") if gas.get("gas") == "vacuum" else None
        found.append(GasPanel("pressure", "Pressure / Pa", curves.pressure, None, limit, logarithmic=True))
    return found
