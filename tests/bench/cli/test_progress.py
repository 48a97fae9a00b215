"""Progress: fractions that never go back, and the time that is left."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cli.remaining import QueueProgress


def test_before_anything_is_known_the_estimate_counts():
    progress = QueueProgress([60.0, 40.0], simulated=False)
    assert (progress.fraction, progress.left_s(0.0)) == (0.0, None)
    progress.start("a", 60.0, 100, now=0.0)
    assert progress.left_s(0.0) == 100.0
    assert progress.run_left_s("a", 10.0) == 50.0


def test_later_the_pace_counts():
    progress = QueueProgress([60.0, 40.0], simulated=False)
    progress.start("a", 60.0, 100, now=0.0)
    progress.fraction_is("a", 0.5)
    assert progress.fraction == pytest.approx(0.3)
    assert progress.run_left_s("a", 60.0) == pytest.approx(60.0)
    assert progress.left_s(60.0) == pytest.approx(140.0)
    progress.finish("a")
    progress.start("b", 40.0, 100, now=120.0)
    assert progress.fraction == pytest.approx(0.6)
    progress.finish("b")
    assert (progress.fraction, progress.left_s(200.0)) == (1.0, 0.0)


def test_simulated_time_says_nothing_about_the_wall():
    progress = QueueProgress([3600.0], simulated=True)
    progress.start("a", 3600.0, 100, now=0.0)
    assert progress.left_s(1.0) is None
    progress.fraction_is("a", 0.5)
    assert progress.left_s(2.0) == pytest.approx(2.0)


def test_rows_count_until_the_procedure_says_something_itself():
    progress = QueueProgress([10.0], simulated=False)
    progress.start("a", 10.0, 100, now=0.0)
    progress.row("a", 50)
    assert progress.run_fraction("a") == 0.5
    progress.row("a", 1000)
    assert progress.run_fraction("a") < 1.0
    progress.start("b", 10.0, 100, now=0.0)
    progress.fraction_is("b", 0.2)
    progress.row("b", 90)
    assert progress.run_fraction("b") == 0.2


def test_runs_without_an_estimate_weigh_the_same():
    progress = QueueProgress([0.0, 0.0], simulated=False)
    progress.start("a", 0.0, 0, now=0.0)
    progress.finish("a")
    progress.start("b", 0.0, 0, now=0.0)
    assert progress.fraction == 0.5
    assert progress.left_s(1.0) == 1.0


def test_runs_side_by_side_share_the_bar():
    progress = QueueProgress([60.0, 40.0], simulated=False)
    progress.start("a", 60.0, 0, now=0.0)
    progress.start("b", 40.0, 0, now=0.0)
    progress.fraction_is("a", 0.5)
    progress.fraction_is("b", 0.25)
    assert progress.fraction == pytest.approx(0.4)
    assert progress.run_left_s("b", 10.0) == pytest.approx(30.0)


@given(
    expected=st.lists(st.floats(0, 1e6), min_size=1, max_size=5),
    said=st.lists(st.floats(0, 1), min_size=1, max_size=10),
    simulated=st.booleans(),
)
def test_a_fraction_never_goes_back_and_nothing_is_left_of_less_than_nothing(expected, said, simulated):
    progress = QueueProgress(expected, simulated=simulated)
    seen = [progress.fraction]
    now = 0.0
    for index, estimate in enumerate(expected):
        name = str(index)
        progress.start(name, estimate, 10, now)
        for count, fraction in enumerate(said):
            now += 1.0
            progress.row(name, count)
            progress.fraction_is(name, fraction)
            seen.append(progress.fraction)
            left = progress.left_s(now)
            assert left is None or (left >= 0 and math.isfinite(left))
        progress.finish(name)
    seen.append(progress.fraction)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
