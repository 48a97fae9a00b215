"""Uncertainty budgets as bars: one panel a result, its components from the largest down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from procedures.common.figures import OKABE_ITO, new_figure, rounded, symbol

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bench.core.uncertainty import Result

WIDTH = 7.2
_LARGEST = 8
"""Bars of one panel; what is smaller is in the table."""


def budget_figure(results: Mapping[str, Result], title: str) -> Figure:
    """All results that have a budget, one panel each."""
    shown = {name: result for name, result in results.items() if result.budget}
    head = [0.2 + 0.15 * (1 + len(result.flags)) for result in shown.values()]
    bars = [0.25 * min(len(result.budget), _LARGEST) for result in shown.values()]
    height = 0.4 + sum(head) + sum(bars) + 0.5 * len(shown)
    figure = new_figure(WIDTH, height)
    below = height - 0.4
    for (name, result), above, size in zip(shown.items(), head, bars, strict=True):
        below -= above + size
        axes = figure.add_axes((2.6 / WIDTH, below / height, 4.3 / WIDTH, size / height))
        draw_bars(axes, name, result)
        below -= 0.5
    figure.suptitle(
        f"Uncertainty budget, {title}", fontsize=11, x=0.02, y=1 - 0.08 / height, ha="left", va="top"
    )
    return figure


def draw_bars(axes: Axes, name: str, result: Result) -> None:
    """The components of one result, type A and B in their colours, the result with its flags above."""
    parts = sorted(result.budget, key=lambda part: part.contribution)[-_LARGEST:]
    largest = parts[-1].contribution
    exponent = int(np.floor(np.log10(largest))) if largest < 1e-2 or largest >= 1e5 else 0
    bars = axes.barh(
        [f"{part.name} ({part.kind})" for part in parts],
        [part.contribution / 10.0**exponent for part in parts],
        color=[OKABE_ITO[0] if part.kind == "B" else OKABE_ITO[1] for part in parts],
    )
    axes.bar_label(bars, [f"{part.contribution:.2g}" for part in parts], padding=3, fontsize=8)
    axes.margins(x=0.18)
    axes.tick_params(labelsize=8)
    power = f"1e{exponent} " if exponent else ""
    axes.set_xlabel(f"Contribution to u({name.replace('_', ' ')}) / {power}{symbol(result.unit)}", fontsize=8)
    axes.set_title(describe(name, result), fontsize=9, loc="left")


def describe(name: str, result: Result) -> str:
    """The result on one line, its flags below."""
    label = name.replace("_", " ")
    if result.value is None or result.U is None:
        text = f"{label}: none"
    else:
        text = f"{label} = {rounded(result.value, result.U)} {symbol(result.unit)}, k = {result.k:.2f}"
    return "\n   ".join([text, *result.flags])
