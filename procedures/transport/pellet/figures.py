"""The figures of a pellet run: I-V with residuals, R against height with the line, and the budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from bench.core.quantities import format_quantity
from procedures.common.budget_figure import budget_figure, describe
from procedures.common.figures import GREY, OKABE_ITO, new_figure, prefixed, stamp_simulated
from procedures.transport.pellet.analysis import series_of
from procedures.transport.pellet.measured import Measured, MeasuredPellet, evaluate
from procedures.transport.pellet.series import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bench.core.uncertainty import Result
    from bench.runs.record import Analysis, RunRecord

MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def draw(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """Figures "iv", "height" and "budget"; each only where there is something to show."""
    measured = evaluate(record)
    title = record.sample.material if record.sample is not None else ""
    figures = {}
    if any(pellet.points.current_A.size for pellet in measured.pellets):
        figures["iv"] = _iv(measured, title)
    if any(pellet.usable for pellet in measured.pellets):
        figures["height"] = _height(measured, analysis, title)
    if any(analysis.results[name].budget for name in _WITH_BUDGET if name in analysis.results):
        figures["budget"] = budget_figure(_shown(analysis.results), title)
    if record.simulated:
        stamp_simulated(figures.values())
    return figures


def _style(index: int) -> dict[str, Any]:
    return {"color": OKABE_ITO[index % len(OKABE_ITO)], "marker": MARKERS[index % len(MARKERS)]}


def _iv(measured: Measured, title: str) -> Figure:
    figure = new_figure(6.4, 6.0)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    highest_A = max(float(np.abs(p.points.current_A).max(initial=0.0)) for p in measured.pellets)
    scale, unit = prefixed(highest_A, "A")
    for index, pellet in enumerate(measured.pellets):
        _iv_of(pellet, upper, lower, scale, index)
    upper.set_ylabel("Voltage / V")
    lower.set_ylabel("Residual V − EMF − R·I / µV")
    lower.set_xlabel(f"Current / {unit}")
    upper.set_title(f"Current and voltage of the pellets, {title}", fontsize=11, loc="left")
    for axes in (upper, lower):
        axes.axhline(0, color=GREY, linewidth=0.6)
        axes.axvline(0, color=GREY, linewidth=0.6)
    upper.legend(fontsize=8, loc="upper left", frameon=False)
    return figure


def _iv_of(pellet: MeasuredPellet, upper: Axes, lower: Axes, scale: float, index: int) -> None:
    points, fit, style = pellet.points, pellet.fit, _style(index)
    use = points.usable
    label = f"{pellet.pellet.id}: {format_quantity(pellet.pellet.height.value, 'm')}, "
    label += format_quantity(pellet.ohm, "ohm").replace("ohm", "Ω") if fit is not None else "no fit"
    label += "".join(f" [{flag}]" for flag in pellet.flags)
    upper.plot(
        points.current_A[use] * scale,
        points.voltage_V[use],
        linestyle="none",
        markersize=5,
        label=label,
        **style,
    )
    if not np.all(use):
        shown = ~use & np.isfinite(points.current_A) & np.isfinite(points.voltage_V)
        upper.plot(
            points.current_A[shown] * scale,
            points.voltage_V[shown],
            linestyle="none",
            marker="x",
            markersize=7,
            color=style["color"],
            label=f"{pellet.pellet.id}: at the limit, not fitted",
        )
    if fit is None or not points.time_s[use].size:
        return
    ends = np.array([-fit.max_A, fit.max_A])
    upper.plot(ends * scale, fit.emf_V + fit.ohm * ends, color=style["color"], linewidth=1)
    emf_V = fit.emf_V + fit.drift_V_per_s * (points.time_s[use] - points.time_s[use].mean())
    residual_V = points.voltage_V[use] - emf_V - fit.ohm * points.current_A[use]
    lower.plot(points.current_A[use] * scale, residual_V * 1e6, linestyle="none", markersize=4, **style)


def _height(measured: Measured, analysis: Analysis, title: str) -> Figure:
    pellets = measured.usable
    series = series_of(measured)
    ohm = series.ohm if series is not None else np.array([p.ohm for p in pellets])
    scale, unit = prefixed(float(ohm.max()), "ohm")
    figure = new_figure(6.4, 6.0 if series is not None else 4.6)
    lower: Axes | None = None
    if series is not None:
        axes, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.2))
        _line_of(series, axes, lower, scale)
    else:
        axes = figure.subplots()
    height_mm = np.array([p.pellet.height.value for p in pellets]) * 1e3
    axes.errorbar(
        height_mm,
        ohm * scale,
        xerr=[2e3 * p.pellet.height.u for p in pellets],
        yerr=[2 * scale * p.u_A for p in pellets],
        fmt="o",
        color=OKABE_ITO[0],
        capsize=3,
        label="pellets, bars 2u (height, repeatability)",
        zorder=3,
    )
    for pellet, x, y in zip(pellets, height_mm, ohm * scale, strict=True):
        axes.annotate(pellet.pellet.id, (x, y), textcoords="offset points", xytext=(7, -10), fontsize=9)
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set_xlim(left=0)
    axes.set_ylabel(f"Resistance / {unit}")
    axes.set_title(f"Resistance against height, {title}", fontsize=11, loc="left")
    axes.legend(fontsize=8, loc="lower right", frameon=False)
    axes.text(0.02, 0.97, _summary(analysis.results), transform=axes.transAxes, va="top", fontsize=8)
    (lower if lower is not None else axes).set_xlabel("Height / mm")
    return figure


def _line_of(series: Series, upper: Axes, lower: Axes, scale: float) -> None:
    """The fitted line with its band, and below it how far the pellets are off, in percent."""
    x = np.linspace(0.0, 1.05 * float(series.heights_m.max()), 100)
    middle, u = series.line.at(x), series.line.u_at(x)
    band: dict[str, Any] = {"color": OKABE_ITO[1], "alpha": 0.18, "linewidth": 0}
    upper.plot(x * 1e3, middle * scale, color=OKABE_ITO[1], linewidth=1.2, label="Rc + L/(σA)")
    upper.fill_between(
        x * 1e3, (middle - 2 * u) * scale, (middle + 2 * u) * scale, label="2u of the line", **band
    )
    fitted = series.line.at(series.heights_m)
    lower.errorbar(
        series.heights_m * 1e3,
        100 * series.line.residuals / fitted,
        yerr=200 * series.u_ohm / fitted,
        fmt="o",
        color=OKABE_ITO[0],
        capsize=3,
    )
    near = x >= 0.8 * series.heights_m.min()
    width = 200 * u[near] / middle[near]
    lower.fill_between(x[near] * 1e3, -width, width, **band)
    lower.axhline(0, color=OKABE_ITO[1], linewidth=1)
    lower.set_ylabel("Residual / %")
    lower.text(
        0.98,
        0.95,
        f"χ² = {series.line.chi2:.2f} for {series.line.dof} degrees of freedom, p = {series.p:.2g}",
        transform=lower.transAxes,
        ha="right",
        va="top",
        fontsize=8,
    )


_WITH_BUDGET = ("conductivity", "contact_resistance", "apparent_conductivity")


def _summary(results: Mapping[str, Result]) -> str:
    return "\n".join(describe(name, results[name]) for name in _WITH_BUDGET if name in results)


def _shown(results: Mapping[str, Result]) -> dict[str, Result]:
    return {name: results[name] for name in _WITH_BUDGET if name in results}
