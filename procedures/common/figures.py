"""Figures in the house's style: margins, colours, units and rounded results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bench.core.quantities import format_quantity

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Told apart with any colour vision: Okabe and Ito (2008), yellow left out for its contrast on white."""
GREY = "#666666"


def new_figure(
    width: float, height: float, *, left: float = 0.75, top: float = 0.4, hspace: float = 0.08
) -> Figure:
    """Margins in inches are given, not laid out by matplotlib, which would double the time to draw."""
    figure = Figure(figsize=(width, height), dpi=120)
    FigureCanvasAgg(figure)
    figure.subplots_adjust(
        left=left / width, right=1 - 0.15 / width, bottom=0.55 / height, top=1 - top / height, hspace=hspace
    )
    return figure


def stamp_simulated(figures: Iterable[Figure]) -> None:
    """Write across a corner of each that nothing of it was measured."""
    for figure in figures:
        figure.text(
            0.995, 0.995, "SIMULATED", ha="right", va="top", fontsize=9, weight="bold", color=OKABE_ITO[1]
        )


def rounded(value: float, U: float) -> str:
    """In brackets, both to two digits of U (GUM 7.2.6), with a power of ten where that reads better."""
    if U <= 0:
        return f"{value:.6g}"
    exponent = int(np.floor(np.log10(max(abs(value), U))))
    if -3 < exponent < 5:
        exponent = 0
    digits = max(0, 1 - int(np.floor(np.log10(U))) + exponent)
    power = f"e{exponent}" if exponent else ""
    return f"({value / 10.0**exponent:.{digits}f} ± {U / 10.0**exponent:.{digits}f}){power}"


def prefixed(highest: float, unit: str) -> tuple[float, str]:
    """Factor and unit with prefix that bring `highest` to 1 ... 1000."""
    text = format_quantity(highest, unit).split(" ")[-1]
    steps: Sequence[tuple[str, float]] = (
        ("p", 1e12),
        ("n", 1e9),
        ("u", 1e6),
        ("m", 1e3),
        ("k", 1e-3),
        ("M", 1e-6),
        ("G", 1e-9),
    )
    for prefix, factor in steps:
        if text == prefix + unit:
            return factor, ("µ" if prefix == "u" else prefix) + symbol(unit)
    return 1.0, symbol(unit)


def symbol(unit: str) -> str:
    """The unit as a figure shows it."""
    return "Ω" if unit == "ohm" else unit.replace("ohm", "Ω")
