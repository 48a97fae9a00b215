"""The figure of a furnace run: temperatures, soak band, output, gas, segments, gaps and events, over time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from procedures.common.figures import GREY, OKABE_ITO, new_figure, stamp_simulated
from procedures.thermal.curves import Curves
from procedures.thermal.gas_figure import panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bench.runs.record import RunRecord

HOUR_s = 3600.0
WIDEST_GAP_s = 120.0
"""Lines are broken where nothing was recorded for longer."""


def draw(record: RunRecord) -> dict[str, Figure]:
    """One figure, "programme"; none for a run without rows."""
    if len(record) < 2:
        return {}
    curves = Curves(record)
    gases = panels(curves, record.facts.get("gas") or {})
    figure = new_figure(7.0, 5.0 + 1.2 * len(gases))
    heights = (3, 1.2, 1, *[1.1] * len(gases))
    temperature, off, output, *below = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    hours = curves.time / HOUR_s
    broken = np.flatnonzero(np.diff(curves.time) > WIDEST_GAP_s) + 1
    at = np.insert(hours, broken, np.nan)

    def line(axes: Axes, values: object, colour: str, label: str) -> None:
        axes.plot(at, np.insert(np.asarray(values, float), broken, np.nan), color=colour, lw=1.0, label=label)

    line(temperature, np.where(curves.heating, curves.setpoint, np.nan), GREY, "set-point")
    line(temperature, curves.control, OKABE_ITO[0], "control")
    if np.isfinite(curves.vessel).any():
        line(temperature, curves.vessel, OKABE_ITO[1], "vessel")
    temperature.set_ylabel("Temperature / °C")
    temperature.legend(frameon=False, fontsize=8, loc="upper right")
    line(off, np.where(curves.heating, curves.control - curves.setpoint, np.nan), OKABE_ITO[0], "control")
    band = curves.recipe.get("soak_band_K")
    if band is not None:
        off.axhspan(-band, band, color=OKABE_ITO[2], alpha=0.15, lw=0)
        off.set_ylim(-3 * band, 3 * band)
    off.set_ylabel("Off / K")
    line(output, curves.output, OKABE_ITO[4], "output")
    output.set_ylabel("Output / %")
    for axes, gas in zip(below, gases, strict=True):
        line(axes, gas.values, OKABE_ITO[0], "measured")
        gas.dress(axes)
    every = (temperature, off, output, *below)
    every[-1].set_xlabel("Time / h")
    dwell = curves.dwell_s
    events = _events(record, curves)
    for axes in every:
        if dwell is not None:
            axes.axvspan(dwell[0] / HOUR_s, dwell[1] / HOUR_s, color=GREY, alpha=0.08, lw=0)
        for change in np.flatnonzero(np.diff(curves.segment)):
            axes.axvline(hours[change + 1], color=GREY, lw=0.5, ls=":")
        for gap in broken:
            axes.axvspan(hours[gap - 1], hours[gap], color=OKABE_ITO[3], alpha=0.25, lw=0)
        for at_h in events:
            axes.axvline(at_h, color=OKABE_ITO[1], lw=0.6, ls="--")
    for number, at_h in enumerate(events, 1):
        place = (at_h, 1.01)
        temperature.annotate(str(number), place, xycoords=("data", "axes fraction"), fontsize=7, ha="center")
    if record.simulated:
        stamp_simulated([figure])
    return {"programme": figure}


def _events(record: RunRecord, curves: Curves) -> list[float]:
    """When each line of the table `events` was, in hours of the run."""
    started, heating = record.facts.get("started"), np.flatnonzero(curves.heating)
    if started is None or not len(heating):
        return []
    begun_s, utc = float(curves.time[heating[0]]), datetime.fromisoformat(started)
    events = record.facts.get("events") or []
    return [(begun_s + (datetime.fromisoformat(one["utc"]) - utc).total_seconds()) / HOUR_s for one in events]
