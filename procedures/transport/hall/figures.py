"""The figures of a Hall run: Hall resistance against the measured field, and the rim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from procedures.common.budget_figure import budget_figure, describe
from procedures.common.figures import GREY, OKABE_ITO, new_figure, prefixed, stamp_simulated
from procedures.transport.hall.analysis import line_of
from procedures.transport.hall.points import HallPoints, points_of
from procedures.transport.van_der_pauw import figures as rim
from procedures.transport.van_der_pauw.resistances import FilmRows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.uncertainty import Result
    from bench.runs.record import Analysis, RunRecord

_WITH_BUDGET = ("sheet_resistance", "hall_coefficient", "carrier_density", "mobility")


def draw(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """Figures "hall", "permutations" and "budget"; each only where there is something to show."""
    return _draw(record, analysis, sweep=False)


def draw_sweep(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """The same for a sweep, with its fitted line."""
    return _draw(record, analysis, sweep=True)


def _draw(record: RunRecord, analysis: Analysis, *, sweep: bool) -> dict[str, Figure]:
    figures = {name: one for name, one in rim.draw(record, analysis).items() if name == "permutations"}
    points = points_of(FilmRows(record))
    title = record.sample.material if record.sample is not None else ""
    drawn = dict(figures)
    if points.count:
        drawn["hall"] = _against_field(points, analysis.results["hall_coefficient"], title, sweep=sweep)
        if record.simulated:
            stamp_simulated([drawn["hall"]])
    shown = {name: analysis.results[name] for name in _WITH_BUDGET}
    if any(result.budget for result in shown.values()):
        drawn["budget"] = budget_figure(shown, title)
        if record.simulated:
            stamp_simulated([drawn["budget"]])
    return drawn


def _against_field(points: HallPoints, result: Result, title: str, *, sweep: bool) -> Figure:
    figure = new_figure(6.4, 6.0)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    ohm, field = points.hall_ohm, points.field_T
    scale, unit = prefixed(float(np.abs(ohm).max()), "ohm")
    line = line_of(points) if sweep else None
    if line is not None:
        slope, offset = line.slope_ohm_per_T, line.offset_ohm
        residual = line.residuals_ohm
    else:
        slope, offset = np.polyfit(field, ohm, 1)
        residual = ohm - offset - slope * field
    rising = np.gradient(field) >= 0 if sweep else field >= 0
    labels = ("upwards", "downwards") if sweep else ("positive field", "negative field")
    for chosen, label, colour in zip((rising, ~rising), labels, OKABE_ITO, strict=False):
        style = {"color": colour, "markersize": 4, "capsize": 2}
        upper.errorbar(field[chosen], ohm[chosen] * scale, yerr=2 * points.u_ohm[chosen] * scale,
                       fmt="o", label=label, **style)  # fmt: skip
        lower.errorbar(field[chosen], residual[chosen] * scale, yerr=2 * points.u_ohm[chosen] * scale,
                       fmt="o", **style)  # fmt: skip
    ends = np.array([field.min(), field.max()])
    upper.plot(ends, (offset + slope * ends) * scale, color=GREY, linewidth=1)
    for axes in (upper, lower):
        axes.axhline(0, color=GREY, linewidth=0.6)
        axes.axvline(0, color=GREY, linewidth=0.6)
    upper.set_ylabel(f"Hall resistance / {unit}")
    lower.set_ylabel(f"Residual / {unit}")
    lower.set_xlabel("Measured field / T")
    upper.set_title(f"Hall resistance against the field, {title}\n{describe('hall_coefficient', result)}",
                    fontsize=9, loc="left")  # fmt: skip
    upper.legend(fontsize=8, frameon=False)
    figure.subplots_adjust(top=1 - (0.35 + 0.16 * (1 + len(result.flags))) / 6.0)
    return figure
