"""The figures of a stability log: resistance against time, and Allan deviation against averaging time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from numpy.typing import NDArray

from bench.core.quantities import format_quantity
from procedures.common.figures import GREY, OKABE_ITO, new_figure, prefixed, rounded, stamp_simulated, symbol
from procedures.transport.stability import flags
from procedures.transport.stability.analysis import Evaluation, evaluate
from procedures.transport.stability.measured import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from bench.core.uncertainty import Result
    from bench.runs.record import Analysis, RunRecord

_MOST_MARKERS = 4000
"""More points than this are drawn as dots that run into one another."""
_UNITS = ((2 * 86_400.0, "d", 86_400.0), (7200.0, "h", 3600.0), (120.0, "min", 60.0), (0.0, "s", 1.0))


def draw(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """Figures "log" and "allan"; each only where there is something to show."""
    found = evaluate(record)
    title = record.sample.material if record.sample is not None else "what was in the press"
    figures = {}
    if found.series.count:
        figures["log"] = _log(found, analysis, title)
    if found.allan:
        figures["allan"] = _allan(found, analysis, title)
    if record.simulated:
        stamp_simulated(figures.values())
    return figures


def _log(found: Evaluation, analysis: Analysis, title: str) -> Figure:
    series, trend = found.series, found.trend
    figure = new_figure(7.2, 5.4, left=0.9)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1.2))
    at = np.arange(series.ohm.size, dtype=np.float64) * series.interval_s
    unit, per = next((name, per) for least, name, per in _UNITS if at[-1] >= least)
    at = at / per
    # around its own middle: what a stability log shows is parts in a million of the resistance
    middle = float(np.nanmean(series.ohm))
    # the spread decides on the prefix, not the resistance
    spread = float(np.nanmax(np.abs(series.ohm - middle))) or abs(middle) * 1e-9 or 1.0
    scale, ohm = prefixed(spread, "ohm")
    many = series.count > _MOST_MARKERS
    upper.plot(
        at,
        (series.ohm - middle) * scale,
        linestyle="none",
        marker="." if many else "o",
        markersize=1.5 if many else 3,
        alpha=0.6,
        color=OKABE_ITO[0],
        label=f"{series.count} points",
        rasterized=many,
    )
    if trend is not None:
        label = "drift" + (" (not resolved)" if not trend.per_hour.resolved else "")
        upper.plot(at, (trend.line - middle) * scale, color=OKABE_ITO[1], linewidth=1.6, label=label)
        if np.ptp(trend.room):
            both = (trend.line + trend.room - middle) * scale
            both[~np.isfinite(series.kelvin)] = np.nan
            label = "drift and temperature"
            upper.plot(at, both, color=OKABE_ITO[6], linewidth=1, linestyle="--", zorder=4, label=label)
    _shade_gaps(series, at, upper, lower)
    lower.plot(at, series.kelvin, color=OKABE_ITO[4], linewidth=1.2)
    upper.set_ylabel(f"R − {format_quantity(middle, 'ohm', 6).replace('ohm', 'Ω')} / {ohm}")
    lower.set_ylabel("Room / K")
    lower.ticklabel_format(axis="y", useOffset=False)
    lower.set_xlabel(f"Time / {unit}")
    upper.set_title(f"Resistance of {title} over time", fontsize=11, loc="left")
    upper.margins(y=0.22)
    upper.legend(fontsize=8, loc="lower right", ncols=3, frameon=False, markerscale=3 if many else 1)
    text = "\n".join(_line(name, analysis.results[name]) for name in _SHOWN if name in analysis.results)
    upper.text(0.015, 0.97, text, transform=upper.transAxes, va="top", fontsize=8)
    return figure


_SHOWN = ("resistance", "drift", "relative_drift")


def _shade_gaps(series: Series, at: NDArray[np.float64], *axes: Axes) -> None:
    """Grey where points are missing."""
    missing = np.concatenate([[False], ~np.isfinite(series.time_s), [False]])
    edges = np.flatnonzero(np.diff(missing.astype(int)))
    for first, end in edges.reshape(-1, 2):
        for one in axes:
            one.axvspan(at[max(first - 1, 0)], at[min(end, at.size - 1)], color=GREY, alpha=0.2, linewidth=0)


def _allan(found: Evaluation, analysis: Analysis, title: str) -> Figure:
    points, interval_s = found.allan, found.series.interval_s
    figure = new_figure(6.4, 4.8, left=0.9)
    axes = figure.subplots()
    tau = np.array([one.factor * interval_s for one in points])
    detrended = np.array([one.detrended for one in points])
    high = np.array([min(one.high, 10 * one.detrended) for one in points])
    low = np.array([one.low for one in points])
    as_is = np.array([one.deviation for one in points])
    largest = float(max(as_is.max(), detrended.max()))
    scale, ohm = prefixed(largest, "ohm") if largest > 0 else (1.0, "Ω")
    axes.errorbar(
        tau,
        detrended * scale,
        yerr=np.maximum(np.vstack([detrended - low, high - detrended]), 0.0) * scale,
        fmt="o",
        capsize=3,
        markersize=5,
        color=OKABE_ITO[0],
        label="without drift and temperature, bars 95 %",
    )
    axes.plot(
        tau, as_is * scale, color=OKABE_ITO[1], marker="s", markersize=4, markerfacecolor="white",
        linewidth=1.2, label="as measured",
    )  # fmt: skip
    axes.plot(
        tau, detrended[0] * np.sqrt(tau[0] / tau) * scale, color=GREY, linewidth=1, linestyle=":",
        label="white noise, 1/√τ",
    )  # fmt: skip
    for one, x, y in zip(points, tau, low, strict=True):
        if one.noise is not None:
            place = (x, max(y, 1e-3 * largest) * scale)
            axes.annotate(
                one.noise.value, place, textcoords="offset points", xytext=(0, -6), fontsize=7, rotation=90,
                ha="center", va="top", color=GREY,
            )  # fmt: skip
    best = found.best
    if best is not None:
        axes.axvline(best.factor * interval_s, color=OKABE_ITO[2], linewidth=1, linestyle="--")
    if largest > 0:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(bottom=0.25 * float(np.min(low[low > 0], initial=largest)) * scale)
        axes.yaxis.set_minor_formatter(NullFormatter())
    axes.grid(which="major", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("Averaging time τ / s")
    axes.set_ylabel(f"Allan deviation / {ohm}")
    axes.set_title(f"How long to average: {title}", fontsize=11, loc="left")
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles, labels, title=_advice(analysis), fontsize=8, title_fontsize=8, loc="lower left")
    return figure


def _advice(analysis: Analysis) -> str:
    time, deviation = (analysis.results.get(name) for name in ("averaging_time", "allan_deviation"))
    if time is None or deviation is None or time.value is None or deviation.value is None:
        return "too short for advice"
    more = " (the longest tested)" if flags.STILL_IMPROVING in time.flags else ""
    reached = format_quantity(deviation.value, "ohm", 2).replace("ohm", "Ω")
    return f"least at {_seconds(time.value)}{more}: {reached}"


def _seconds(seconds: float) -> str:
    unit, per = next((name, per) for least, name, per in _UNITS if seconds >= least)
    return f"{seconds / per:.3g} {unit}"


def _line(name: str, result: Result) -> str:
    label = name.replace("_", " ")
    if result.value is None or result.U is None:
        return f"{label}: none ({'; '.join(result.flags)})"
    unresolved = f" [{flags.NOT_RESOLVED}]" if flags.NOT_RESOLVED in result.flags else ""
    return f"{label} = {rounded(result.value, result.U)} {symbol(result.unit)}{unresolved}"
