"""The figures of a delta run: the resistance reading by reading and in blocks, and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from procedures.common.budget_figure import budget_figure, describe
from procedures.common.figures import GREY, OKABE_ITO, new_figure, stamp_simulated
from procedures.transport.resistance.analysis import Test, tests_of
from procedures.transport.resistance.blocks import BLOCK, block_means

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bench.runs.record import Analysis, RunRecord


def draw(record: RunRecord, analysis: Analysis) -> dict[str, Figure]:
    """Figures "readings" and "budget"; each only where there is something to show."""
    tests = [test for test in tests_of(record) if test.ohm.size]
    title = record.sample.material if record.sample is not None else ""
    figures = {}
    if tests:
        figures["readings"] = _readings(tests, analysis, title)
    if any(result.budget for result in analysis.results.values()):
        figures["budget"] = budget_figure(analysis.results, title)
    if record.simulated:
        stamp_simulated(figures.values())
    return figures


def _readings(tests: list[Test], analysis: Analysis, title: str) -> Figure:
    figure = new_figure(6.4, 4.6, left=0.95)
    axes = figure.subplots()
    result = analysis.results["resistance"]
    middle = result.value if result.value is not None else float(np.mean(tests[0].ohm))
    start = 0
    for index, test in enumerate(tests):
        colour = OKABE_ITO[index % len(OKABE_ITO)]
        at = start + np.arange(test.ohm.size)
        axes.plot(at, 1e6 * (test.ohm / middle - 1), ".", color=colour, markersize=2, alpha=0.5)
        means = block_means(test.ohm)
        axes.plot(
            start + BLOCK * (np.arange(means.size) + 0.5),
            1e6 * (means / middle - 1),
            "o",
            color=colour,
            markersize=4,
            label=f"{test.number}: {test.current_A:.3g} A, delay {test.delay_s:.3g} s",
        )
        start += test.ohm.size
    if result.u is not None and result.value:
        band = 1e6 * result.budget[0].contribution / abs(result.value) if result.budget else 0.0
        axes.axhspan(-2 * band, 2 * band, color=GREY, alpha=0.15, linewidth=0, label="2u, repeatability")
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.set_xlabel("Reading")
    axes.set_ylabel("Departure from the result / ppm")
    axes.set_title(f"Delta readings, {title}\n{describe('resistance', result)}", fontsize=9, loc="left")
    axes.legend(fontsize=8, frameon=False)
    figure.subplots_adjust(top=1 - (0.35 + 0.16 * (1 + len(result.flags))) / 4.6)
    return figure
