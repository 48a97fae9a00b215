"""The figures of a van der Pauw run: the eight resistances with their checks, and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from procedures.common.budget_figure import budget_figure, describe
from procedures.common.figures import GREY, OKABE_ITO, new_figure, prefixed, stamp_simulated
from procedures.common.gains import Gains
from procedures.transport.van_der_pauw.film import Film, film_of
from procedures.transport.van_der_pauw.permutations import RESISTIVITY
from procedures.transport.van_der_pauw.resistances import FilmRows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.core.uncertainty import Result
    from bench.runs.record import Analysis, RunRecord


def draw(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """Figures "permutations" and "budget"; each only where there is something to show."""
    film = film_of(record, FilmRows(record), Gains(record))
    title = record.sample.material if record.sample is not None else ""
    figures = {}
    if film.rim:
        figures["permutations"] = permutations(film, analysis.results["sheet_resistance"], title)
    shown = {name: analysis.results[name] for name in ("sheet_resistance", "resistivity")}
    if any(result.budget for result in shown.values()):
        figures["budget"] = budget_figure(shown, title)
    if record.simulated:
        stamp_simulated(figures.values())
    return figures


def permutations(film: Film, result: Result, title: str) -> Figure:
    """|R| of the eight settings: reversal partners side by side, reciprocal pairs in one colour."""
    figure = new_figure(6.4, 4.8)
    axes = figure.subplots()
    names = [one.name for one in RESISTIVITY if one.name in film.rim]
    ohm = np.array([abs(film.rim[name].mean_ohm) for name in names])
    u = np.nan_to_num(np.array([film.rim[name].u_ohm for name in names]))
    scale, unit = prefixed(float(np.nanmax(ohm, initial=1e-30)), "ohm")
    # R_1 and R_3 (the first and the third pair) are reciprocal, and so are R_2 and R_4
    order = {one.name: index // 2 % 2 for index, one in enumerate(RESISTIVITY)}
    axes.bar(range(len(names)), ohm * scale, yerr=2 * u * scale, capsize=3,
             color=[OKABE_ITO[order[name]] for name in names])  # fmt: skip
    axes.set_xticks(range(len(names)), names)
    axes.set_ylabel(f"|V|/I / {unit}")
    axes.set_xlabel("Setting ij,kl: current into i, out of j; one colour is reciprocal, neighbours reversed")
    axes.set_title(f"Settings around the rim, {title}\n{describe('sheet_resistance', result)}",
                   fontsize=9, loc="left")  # fmt: skip
    if film.sides is not None:
        text = (
            f"reversal ≤ {100 * max(film.sides.reversal):.2g} %, "
            f"reciprocity ≤ {100 * max(film.sides.reciprocity):.2g} %, "
            f"homogeneity {100 * film.sides.inhomogeneity:.2g} %, f = {film.sides.first.factor:.4f}"
        )
        axes.text(0.5, 0.97, text, transform=axes.transAxes, ha="center", va="top", fontsize=8, color=GREY)
        axes.margins(y=0.15)
    figure.subplots_adjust(top=1 - (0.35 + 0.16 * (1 + len(result.flags))) / 4.8)
    return figure
