"""The plot stays quick whatever the length, follows until somebody pans, and keeps memory flat in a soak."""

import gc
import math

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import QCoreApplication, QPointF

from bench.core import wall
from bench.service.models.station import ColumnInfo
from gui.logic.series import RunSeries
from gui.widgets.curve_item import columns_of
from gui.widgets.plot import LATEST_MS, SHARE, CurvePlot

CHANNELS = 64
COLUMNS = [
    ColumnInfo(name="Time", unit="s", kind="number"),
    *(ColumnInfo(name=f"Voltage {n}", unit="V", kind="number") for n in range(CHANNELS)),
    ColumnInfo(name="Attempt", unit="", kind="integer"),
]


def block(start, rows):
    time = 0.1 * np.arange(start, start + rows)
    values = np.sin(time[:, None] / 7 + np.arange(CHANNELS))
    return np.column_stack([time, values, np.ones(rows)]).tolist()


@pytest.fixture
def plot(qtbot):
    found = CurvePlot()
    qtbot.addWidget(found)
    found.resize(1000, 600)
    found.show()
    qtbot.waitExposed(found)
    return found


def series_of(rows):
    series = RunSeries("run", most_values=10**9)
    series.take(COLUMNS, block(0, 10))
    time = np.arange(rows) * 0.1
    for name, column in series._data.items():
        column.cut(0)
        column.append(time if name == "Time" else np.sin(time))
    series.rows = rows
    return series


def redraw_ms(plot, rows, frames=7):
    series = series_of(rows)
    plot.show_series(series, COLUMNS[0], COLUMNS[1])
    plot.viewport().repaint()
    assert plot.cost_ms > 0
    took = []
    for _ in range(frames):
        series.version += 1
        began = wall.now()
        plot.redraw()
        plot.viewport().repaint()
        took.append(1e3 * (wall.now() - began))
    return float(np.median(took))


def test_a_long_run_is_drawn_as_quickly_as_a_short_one(plot):
    short, long = redraw_ms(plot, 10_000), redraw_ms(plot, 1_000_000)
    assert long < 4 * short + 5


def test_drawing_takes_no_more_than_its_share(plot):
    plot.cost_ms = 100.0
    plot.viewport().repaint()
    assert plot._timer.interval() >= 100.0 / SHARE * 0.9
    plot.cost_ms = 10_000.0
    plot.viewport().repaint()
    assert plot._timer.interval() == LATEST_MS
    plot.cost_ms = 0.0
    plot.viewport().repaint()
    assert plot._timer.interval() < LATEST_MS


def test_it_follows_until_somebody_pans(plot):
    series = RunSeries("run")
    series.take(COLUMNS, block(0, 100))
    plot.show_series(series, COLUMNS[0], COLUMNS[1])
    view = plot.getPlotItem().vb
    assert 9.9 <= view.viewRange()[0][1] < 12.5
    before = view.viewRange()
    series.take(COLUMNS, block(100, 5))
    plot.redraw()
    assert view.viewRange()[0] == before[0], "the axes do not move with each row"
    series.take(COLUMNS, block(105, 95))
    plot.redraw()
    assert 19.9 <= view.viewRange()[0][1] < 24
    assert view.viewRange()[0][0] <= 0
    series.finish("done", None)
    plot.redraw()
    assert 19.9 <= view.viewRange()[0][1] < 21, "nothing more comes"
    view.setRange(xRange=(5, 6), padding=0)
    view.sigRangeChangedManually.emit(view.state["mouseEnabled"])
    assert not plot.follows
    series.take(COLUMNS, block(200, 100))
    plot.redraw()
    assert view.viewRange()[0] == pytest.approx([5, 6])
    assert len(plot.curve.getData()[0]) < 20, "only what is in view"
    plot.follow(True)
    assert 29.9 <= view.viewRange()[0][1] < 32


def soak(plot, seconds):
    """Rows of 64 channels at 10 Hz, as fast as they can be taken; memory after a tenth and at the end."""
    process = psutil.Process()
    series = RunSeries("run", most_values=400_000)
    plot.show_series(series, COLUMNS[0], COLUMNS[1])
    rows, step, early = 10 * seconds, 250, 0
    for start in range(0, rows, step):
        series.take(COLUMNS, block(start, step))
        plot.redraw()
        plot.viewport().repaint()
        assert series.held <= 400_000
        if start + step >= rows // 5 and not early:
            gc.collect()
            early = process.memory_info().rss
    gc.collect()
    late = process.memory_info().rss
    assert series.rows == rows
    return (late - early) / 1e6


def test_memory_stays_flat_over_an_hour_of_64_channels(plot):
    assert soak(plot, 3_600) < 25


@pytest.mark.long
@pytest.mark.timeout(600)
def test_memory_stays_flat_over_half_a_day_of_64_channels(plot):
    assert soak(plot, 43_200) < 25


def test_64_tiles_are_refreshed_in_time(qtbot):
    from bench.service.models.station import Instrument, LastReading, LimitInfo
    from gui.logic.snapshot import Freshness
    from gui.logic.traces import Traces
    from gui.views.tiles import InstrumentTile

    def instrument(number, moment):
        value = math.sin(number + moment)
        reading = LastReading(quantity="Voltage", value=value, unit="V", run_id="run", age_s=0.0)
        limits = {"current": LimitInfo(low=-1.0, high=1.0, unit="A")}
        return Instrument(
            name=f"cell {number}", driver="cycler", resource="TCPIP::1", has_output=True, load="cell",
            limits=limits, options={}, state="open", readings=[reading],
        )  # fmt: skip

    traces, took = Traces(), []
    tiles = [InstrumentTile(f"cell {number}") for number in range(CHANNELS)]
    for tile in tiles:
        qtbot.addWidget(tile)
    for moment in range(20):
        instruments = [instrument(number, moment) for number in range(CHANNELS)]
        began = wall.now()
        traces.feed(instruments, float(moment))
        for tile, one in zip(tiles, instruments, strict=True):
            tile.show_instrument(one, traces)
            tile.tick(Freshness("fresh", "", 0.0))
        took.append(1e3 * (wall.now() - began))
    assert float(np.median(took)) < 100, (
        "of a second, on a busy computer; benchmarks/window.py has the figure"
    )


def test_an_axis_says_what_the_column_holds_whatever_was_drawn_before(plot):
    """A unit without prefix keeps its numbers: pyqtgraph would draw 0.5 K as 500 behind such a change."""
    plot.show_series(series_of(50), COLUMNS[0], COLUMNS[1])
    axis = plot.getPlotItem().getAxis("left")
    kelvin = ColumnInfo(name="Voltage 1", unit="K", kind="number")
    axis.setRange(0.0, 0.5)
    plot.show_series(series_of(50), COLUMNS[0], kelvin)
    assert axis.autoSIPrefixScale == 1.0
    assert "Voltage 1 / K" in axis.label.toPlainText()
    plot.show_series(series_of(50), COLUMNS[0], COLUMNS[1])
    axis.setRange(0.0, 0.5)
    assert axis.autoSIPrefixScale == 1000.0
    assert "mV" in axis.label.toPlainText()


def test_several_curves_are_in_view_together_and_one_is_forgotten(plot):
    series = series_of(50)
    series._data["Voltage 1"].values[:] += 40.0
    plot.show_series(series, COLUMNS[0], COLUMNS[1], more=COLUMNS[2:3])
    low, high = plot.getPlotItem().vb.viewRange()[1]
    assert low < -0.9
    assert high > 40.9
    assert [len(curve.getData()[0]) for curve in plot._curves] == [50, 50]
    plot.show_series(series, COLUMNS[0], COLUMNS[1])
    assert [len(curve.getData()[0]) for curve in plot._curves] == [50, 0]
    assert plot.getPlotItem().vb.viewRange()[1][1] < 2.0


def lines(path):
    """Column of pixels -> top and bottom of its upright line."""
    ends = [path.elementAt(place) for place in range(path.elementCount())]
    assert all(one.x == other.x for one, other in zip(ends[::2], ends[1::2], strict=True))
    return {
        int(one.x): (one.y + 0.5, other.y - 0.5) for one, other in zip(ends[::2], ends[1::2], strict=True)
    }


@given(
    st.lists(
        st.one_of(st.none(), st.tuples(st.integers(0, 500), st.integers(0, 500))), min_size=1, max_size=60
    ),
    st.floats(0.26, 1.0),
)
def test_an_envelope_in_pixels_has_every_extreme_and_no_break_but_where_there_is_no_value(pairs, step):
    x = 20.3 + step * np.arange(len(pairs))
    one = np.array([np.nan if pair is None else pair[0] for pair in pairs])
    other = np.array([np.nan if pair is None else pair[1] for pair in pairs])
    drawn = lines(columns_of(x, one, other))
    held = {}
    for column, pair in zip(np.floor(x).astype(int).tolist(), pairs, strict=True):
        if pair is not None:
            held.setdefault(column, []).extend(pair)
    assert set(drawn) == set(held)
    for column, values in held.items():
        top, bottom = drawn[column]
        beside = held.get(column + 1, values)
        assert top == min(*values, max(beside)), "as high as its highest, or as its lower neighbour begins"
        assert bottom == max(*values, min(beside))


def test_a_spike_of_one_row_in_a_million_is_seen_on_the_screen(plot):
    series = series_of(1_000_000)
    series._rising["Voltage 0"] = False
    values = series._data["Voltage 0"].values
    values[:] = 0.0
    values[700_000] = 5.0
    plot.show_series(series, COLUMNS[0], COLUMNS[1])
    assert plot.curve._envelope
    QCoreApplication.processEvents()
    image = plot.grab().toImage()
    view = plot.getPlotItem().vb
    at = view.mapViewToScene(QPointF(70_000.0, 2.5)).toPoint()
    colour = plot.curve.opts["pen"].color().rgb()
    assert colour in {image.pixel(at.x() + shift, at.y()) for shift in (-1, 0, 1)}
    assert colour not in {image.pixel(at.x() + shift, at.y()) for shift in (-6, 6)}
