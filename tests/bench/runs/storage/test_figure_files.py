"""Figures beside a result: cropped to what is drawn, once for both files, and left as they were."""

import io
import re

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bench.runs.record import Analysis
from bench.runs.storage.resultfile import write_analysis


@pytest.fixture
def figure():
    figure = Figure(figsize=(3, 2), dpi=120)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.4, 0.4, 0.3, 0.3))
    axes.plot([0, 1], [0, 1e4])
    axes.set_title("well beyond the frame of its axes, to the right")
    return figure


def test_both_files_are_cropped_as_matplotlib_crops_the_png(figure, tmp_path):
    expected = io.BytesIO()
    figure.savefig(expected, format="png", dpi=150, bbox_inches="tight")
    write_analysis(tmp_path, Analysis(results={}), {"curve": figure})
    png, svg = ((tmp_path / f"curve.{kind}").read_bytes() for kind in ("png", "svg"))
    assert png == expected.getvalue()
    for name, at in ((b"width", 16), (b"height", 20)):  # PNG, IHDR
        pixels = int.from_bytes(png[at : at + 4], "big")
        points = float(re.search(rb'%s="([\d.]+)pt"' % name, svg)[1])
        assert abs(points / 72 * 150 - pixels) < 1
    assert figure.dpi == 120
