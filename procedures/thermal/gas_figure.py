"""The panel of gas or vacuum in the figure of a furnace run: what was measured, with the limits it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.core.soak import Floats
from procedures.common.figures import OKABE_ITO

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from procedures.thermal.curves import Curves


@dataclass(frozen=True, slots=True)
class GasPanel:
    """A flow between `low` and `high`, or a pressure at most `high` and lost above `lost`."""

    label: str
    values: Floats
    low: float | None
    high: float
    lost: float | None = None

    def dress(self, axes: Axes) -> None:
        """Label, scale and limits."""
        axes.set_ylabel(self.label)
        if self.lost is None:
            axes.set_ylim(0.0, 1.2 * max(self.high, float(np.nanmax(self.values))))
        else:
            from matplotlib.ticker import NullFormatter

            axes.set_yscale("log")
            axes.yaxis.set_minor_formatter(NullFormatter())
            axes.set_ylim(None, 2.0 * max(self.lost, float(np.nanmax(self.values))))
            axes.axhline(self.lost, color=OKABE_ITO[1], lw=0.8, ls=":")
        if self.low is not None:
            axes.axhspan(self.low, self.high, color=OKABE_ITO[2], alpha=0.15, lw=0)
        else:
            axes.axhline(self.high, color=OKABE_ITO[2], lw=0.8)


def panels(curves: Curves, gas: Mapping[str, Any]) -> list[GasPanel]:
    """One for what the recipe asks for, where anything of it was measured; else none."""
    if "low_sccm" in gas and np.isfinite(curves.flow).any():
        return [GasPanel("Flow / sccm", curves.flow, gas["low_sccm"], gas["high_sccm"])]
    if "lost_Pa" in gas and np.isfinite(curves.pressure).any():
        return [GasPanel("p / Pa", curves.pressure, None, gas["pressure_Pa"], gas["lost_Pa"])]
    return []
