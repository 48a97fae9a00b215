"""The figures of a particle run: every I-V curve with its fit and residuals, and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from procedures.common.budget_figure import budget_figure
from procedures.common.figures import GREY, OKABE_ITO, new_figure, prefixed, stamp_simulated
from procedures.transport.particle.measured import Measured, MeasuredParticle, evaluate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord

MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def draw(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """Figures "iv" and "budget"; each only where there is something to show."""
    measured = evaluate(record)
    title = record.sample.material if record.sample is not None else ""
    figures = {}
    if any(one.sweep.current_A.size for one in measured.particles):
        figures["iv"] = _iv(measured, title)
    shown = {
        name: result for name, result in analysis.results.items() if name == "particle_conductance"
    } or dict(analysis.results)
    if any(result.budget for result in shown.values()):
        figures["budget"] = budget_figure(shown, title)
    if record.simulated:
        stamp_simulated(figures.values())
    return figures


def _iv(measured: Measured, title: str) -> Figure:
    figure = new_figure(6.4, 6.0)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    highest_A = max(float(np.abs(one.sweep.current_A).max(initial=1e-30)) for one in measured.particles)
    scale, unit = prefixed(highest_A, "A")
    for index, one in enumerate(measured.particles):
        _curve(one, upper, lower, scale, index)
    upper.set_ylabel(f"Current / {unit}")
    lower.set_ylabel(f"I − I₀ − G·V / {unit}")
    lower.set_xlabel("Voltage / mV")
    upper.set_title(f"Current and voltage of single particles, {title}", fontsize=11, loc="left")
    for axes in (upper, lower):
        axes.axhline(0, color=GREY, linewidth=0.6)
        axes.axvline(0, color=GREY, linewidth=0.6)
    upper.legend(fontsize=8, loc="upper left", frameon=False)
    return figure


def _curve(one: MeasuredParticle, upper: Axes, lower: Axes, scale: float, index: int) -> None:
    colour, marker = OKABE_ITO[index % len(OKABE_ITO)], MARKERS[index % len(MARKERS)]
    sweep, use = one.sweep, one.sweep.usable
    style: dict[str, Any] = {"color": colour, "marker": marker, "linestyle": "none", "markersize": 3}
    upper.plot(
        sweep.voltage_V[use] * 1e3,
        sweep.current_A[use] * scale,
        label=f"{one.name}: {one.shape.kind}",
        **style,
    )
    clamped = ~use & np.isfinite(sweep.voltage_V) & np.isfinite(sweep.current_A)
    if np.any(clamped):
        upper.plot(
            sweep.voltage_V[clamped] * 1e3, sweep.current_A[clamped] * scale, color=colour, marker="x",
            linestyle="none", label=f"{one.name}: in compliance, not fitted",
        )  # fmt: skip
    if one.fit is None:
        return
    volts = np.linspace(-one.shape.highest_V, one.shape.highest_V, 101)
    upper.plot(volts * 1e3, one.fit.ohm * volts * scale, color=colour, linewidth=0.8)
    if one.shape.barriers is not None:
        upper.plot(
            volts * 1e3, one.shape.barriers.current_A(volts) * scale, color=colour, linewidth=1.2, ls="--"
        )
    rest = sweep.current_A[use] - one.fit.emf_V - one.fit.ohm * sweep.voltage_V[use]
    lower.plot(sweep.voltage_V[use] * 1e3, rest * scale, **style)
