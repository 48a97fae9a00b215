"""Rows as curves: decimated without losing an extreme, in bounded memory; no Qt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.service.models.station import ColumnInfo
from gui.logic.pyramid import Growing, Pyramid
from gui.logic.series import MOST_POINTS, RunSeries

COLUMNS = [
    ColumnInfo(name="Time", unit="s", kind="number"),
    ColumnInfo(name="Voltage", unit="V", kind="number"),
    ColumnInfo(name="Note", unit="", kind="text"),
    ColumnInfo(name="Attempt", unit="", kind="integer"),
]


def rows(values, start=0):
    return [[0.1 * (start + n), value, "note", 1] for n, value in enumerate(values)]


def filled(values, block=777, **options):
    series = RunSeries("run", **options)
    for start in range(0, len(values), block):
        series.take(COLUMNS, rows(values[start : start + block], start))
    return series


@given(
    st.integers(0, 40_000),
    st.lists(st.integers(1, 9_000), min_size=1, max_size=6),
    st.integers(1, 3_000),
    st.data(),
)
def test_an_envelope_has_every_extreme(seed, blocks, most, data):
    values = np.random.default_rng(seed).normal(size=sum(blocks))
    values[:: max(1, len(values) // 7)] = np.nan
    column, pyramid = Growing(), Pyramid()
    for block in blocks:
        start = column.size
        column.append(values[start : start + block])
        pyramid.extend(column.values, start)
    first = data.draw(st.integers(0, len(values) - 1))
    last = data.draw(st.integers(first + 1, len(values)))
    length, lows, highs, begin = pyramid.envelope(first, last, most)
    if length == 1:
        return
    assert len(lows) <= max(most, 4 * 1024) + 2
    for place, (low, high) in enumerate(zip(lows, highs, strict=True)):
        part = values[begin + place * length : begin + (place + 1) * length]
        part = part[~np.isnan(part)]
        if len(part):
            assert (low, high) == (part.min(), part.max())
        else:
            assert np.isnan(low)
            assert np.isnan(high)


def test_few_rows_are_drawn_as_they_are():
    series = filled([1.0, None, 3.0])
    curve = series.curve("Time", "Voltage")
    assert curve.x.tolist() == pytest.approx([0.0, 0.1, 0.2])
    assert curve.y[0] == 1.0
    assert np.isnan(curve.y[1]), "an empty cell is a gap"
    assert [column.name for column in series.numeric()] == ["Time", "Voltage", "Attempt"]
    assert series.bounds("Voltage") == (1.0, 3.0)


def test_a_spike_is_seen_in_a_long_run():
    values = np.zeros(300_000)
    values[123_456] = 5.0
    curve = filled(values.tolist(), block=50_000).curve("Time", "Voltage")
    assert len(curve.x) < 10_000
    assert curve.y.max() == 5.0
    assert curve.x[curve.y.argmax()] == pytest.approx(12_345.6, abs=30)


def test_zoomed_in_every_row_is_drawn():
    series = filled(np.sin(np.arange(100_000)).tolist(), block=50_000)
    curve = series.curve("Time", "Voltage", (5000.0, 5001.0))
    assert len(curve.x) == pytest.approx(11, abs=2)
    assert curve.y.tolist() == np.sin(np.round(curve.x * 10)).tolist()


def test_against_a_column_that_goes_back_and_forth_pairs_stay_pairs():
    series = RunSeries("run")
    angle = np.linspace(0, 60, 50_000)
    series.take(COLUMNS, [[float(np.cos(a)), float(np.sin(a)), "", 1] for a in angle])
    curve = series.curve("Time", "Voltage")
    assert len(curve.x) <= MOST_POINTS
    assert np.hypot(curve.x, curve.y) == pytest.approx(np.ones(len(curve.x)))
    assert curve.note == "1 row in 3 is drawn"


def test_memory_is_bounded_and_no_extreme_is_lost_for_it():
    most = 30_000
    values = np.random.default_rng(1).normal(size=200_000)
    series = filled(values.tolist(), block=1_000, most_values=most)
    assert series.held <= most
    assert series.rows == 200_000
    curve = series.curve("Time", "Voltage")
    assert (curve.y.min(), curve.y.max()) == (values.min(), values.max())
    assert "envelope" in curve.note
    assert series.curve("Time", "Voltage", (19_990.0, 20_000.0)).y.tolist()[-50:] == values[-50:].tolist()


def test_superseded_rows_become_gaps():
    series = filled([1.0, 2.0, 9.0, 9.0])
    series.take(COLUMNS, [[0.5, 3.0, "", 2]])
    series.put_aside([2, 3])
    curve = series.curve("Time", "Voltage")
    assert np.isnan(curve.y).tolist() == [False, False, True, True, False]
    assert series.bounds("Voltage") == (1.0, 3.0)
