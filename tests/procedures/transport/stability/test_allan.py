"""Overlapping Allan deviation: published test data, closed forms, gaps, and what the confidence claims."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2

from bench.core.uncertainty import COVERAGE
from procedures.transport.stability.allan import Averages, allan_table, octaves
from procedures.transport.stability.confidence import effective_dof, interval
from procedures.transport.stability.noise import Noise, identify

NBS14 = np.array([892.0, 809, 823, 798, 671, 644, 883, 903, 677])
"""NIST SP 1065, 12.4, the set of nine frequency values."""


def nist_1000():
    """NIST SP 1065, 12.4: n(i+1) = 16807 n(i) mod 2147483647 from 1234567890, over the modulus."""
    values, number = [], 1234567890
    for _ in range(1000):
        values.append(number / 2147483647)
        number = 16807 * number % 2147483647
    return np.array(values)


def noise_of(kind, count, rng):
    white = rng.normal(size=count)
    if kind is Noise.WHITE:
        return white
    if kind is Noise.RANDOM_WALK:
        return np.cumsum(white)
    frequency = np.fft.rfftfreq(4 * count)
    spectrum = rng.normal(size=(2, frequency.size))
    spectrum[:, 1:] /= np.sqrt(frequency[1:])
    spectrum[:, 0] = 0.0
    return np.fft.irfft(spectrum[0] + 1j * spectrum[1])[:count]


@pytest.mark.parametrize(
    ("factor", "published"), [(1, 2.922319e-01), (10, 9.159953e-02), (100, 3.241343e-02)]
)
def test_the_published_values_of_the_thousand_point_set(factor, published):
    assert Averages(nist_1000()).deviation(factor) == pytest.approx(published, rel=5e-7)


@pytest.mark.parametrize(("factor", "published"), [(1, 91.22945), (2, 85.95287)])
def test_the_published_values_of_the_nine_point_set(factor, published):
    assert Averages(NBS14).deviation(factor) == pytest.approx(published, rel=5e-7)


def test_white_noise_falls_with_the_root_of_the_averaging_time():
    values = 3.0 * np.random.default_rng(1).normal(size=200_000)
    for factor in (1, 4, 16, 64, 256):
        assert Averages(values).deviation(factor) == pytest.approx(3.0 / np.sqrt(factor), rel=0.04)


def test_a_pure_drift_is_drift_times_time_over_root_two():
    values = 1e4 + 2e-3 * np.arange(5000.0)
    for factor in (1, 8, 512):
        assert Averages(values).deviation(factor) == pytest.approx(2e-3 * factor / np.sqrt(2), rel=1e-6)


@given(
    arrays(float, st.integers(6, 40), elements=st.floats(-1e3, 1e3)),
    st.floats(-1e3, 1e3),
    st.integers(1, 3),
)
def test_a_constant_changes_nothing_and_the_direct_sum_agrees(values, constant, factor):
    if 2 * factor > values.size:
        return
    direct = [
        np.mean(values[i + factor : i + 2 * factor]) - np.mean(values[i : i + factor])
        for i in range(values.size - 2 * factor + 1)
    ]
    expected = np.sqrt(np.mean(np.square(direct)) / 2)
    assert Averages(values + constant).deviation(factor) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_gap_costs_pairs_and_no_bias():
    rng = np.random.default_rng(2)
    values = rng.normal(size=60_000)
    values[20_000:30_000] = np.nan
    values[rng.integers(0, values.size, 600)] = np.nan
    for row in allan_table(values, values)[:9]:
        assert row.deviation == pytest.approx(1 / np.sqrt(row.factor), rel=0.12)
        assert row.pairs < values.size - 2 * row.factor + 1
        assert row.low < row.deviation < row.high


def test_nothing_is_averaged_across_a_gap():
    """Two levels either side of a gap: the step is in no pair."""
    values = np.concatenate([np.zeros(500), np.full(400, np.nan), np.ones(500)])
    assert Averages(values).deviation(100) == 0.0
    assert Averages(np.concatenate([np.zeros(500), np.ones(500)])).deviation(100) > 0.1


@pytest.mark.parametrize("gap", [False, True])
@pytest.mark.parametrize("kind", list(Noise))
@pytest.mark.parametrize("factor", [1, 8, 64])
def test_degrees_of_freedom_are_those_of_repeated_experiments(kind, factor, gap):
    rng = np.random.default_rng(3)
    squares = []
    for _ in range(1500):
        values = noise_of(kind, 512, rng)
        if gap:
            values[200:300] = np.nan
        averages = Averages(values)
        squares.append(averages.deviation(factor) ** 2)
    found = 2 * np.mean(squares) ** 2 / np.var(squares)
    claimed = effective_dof(kind, factor, averages.pairs(factor))
    assert claimed == pytest.approx(found, rel=0.15)


def test_degrees_of_freedom_of_white_noise_are_those_of_the_handbook():
    """NIST SP 1065, table 5 (white FM, overlapping), N the number of phase values."""
    n = 1025
    for factor in (1, 4, 256):
        handbook = (3 * (n - 1) / (2 * factor) - 2 * (n - 2) / n) * 4 * factor**2 / (4 * factor**2 + 5)
        every = np.ones(n - 2 * factor, dtype=bool)
        assert effective_dof(Noise.WHITE, factor, every) == pytest.approx(handbook, rel=2e-3)


def test_the_interval_is_that_of_chi_squared():
    low, high = interval(1.0, 10.0)
    tail = (1 - COVERAGE) / 2
    assert low == pytest.approx(np.sqrt(10 / chi2.ppf(1 - tail, 10)), rel=1e-9)
    assert high == pytest.approx(np.sqrt(10 / chi2.ppf(tail, 10)), rel=1e-9)


@pytest.mark.parametrize("kind", list(Noise))
def test_the_kind_of_noise_is_recognised(kind):
    rng = np.random.default_rng(4)
    found = [identify(noise_of(kind, 300, rng)) for _ in range(100)]
    assert found.count(kind) >= 85


def test_the_kind_is_not_told_from_too_few_values_or_from_none_that_vary():
    assert identify(np.random.default_rng(1).normal(size=29)) is None
    assert identify(np.ones(100)) is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_short_records_give_short_tables(count):
    values = np.arange(float(count))
    assert len(allan_table(values, values)) == len(octaves(count)) == (count >= 3)
