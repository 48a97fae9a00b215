"""Noise is a function of (seed, channel, time) and has the right distribution."""

import math
import statistics
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulators.noise import between, gaussian, normal, uniform

SECONDS = st.floats(min_value=0, max_value=1e8)


@given(st.integers(), st.text(), SECONDS)
def test_the_same_key_gives_the_same_value(seed, channel, time):
    assert gaussian(seed, channel, time) == gaussian(seed, channel, time)
    assert uniform(seed, channel) == uniform(seed, channel)
    assert normal(seed, channel) == normal(seed, channel)


@given(st.integers(), st.text(), SECONDS)
def test_values_are_finite_and_uniform_excludes_one(seed, channel, time):
    assert math.isfinite(gaussian(seed, channel, time))
    assert math.isfinite(normal(seed, channel))
    assert 0 <= uniform(seed, channel) < 1
    assert -3 <= between(seed, channel, -3, 5) <= 5


def test_dust_in_the_time_changes_nothing_and_a_nanosecond_everything():
    time = 0.1 + 0.2
    assert time != 0.3
    assert gaussian(1, "v", time) == gaussian(1, "v", 0.3)
    assert gaussian(1, "v", 0.3 + 1e-9) != gaussian(1, "v", 0.3)


def test_seed_channel_and_kind_are_independent():
    values = {
        gaussian(1, "v", 1.0),
        gaussian(2, "v", 1.0),
        gaussian(1, "w", 1.0),
        normal(1, "v"),
        uniform(1, "v"),
    }
    assert len(values) == 5
    assert uniform(1, "2") != uniform(12, "")


def test_reading_in_between_changes_nothing():
    alone = [gaussian(3, "v", 0.02 * step) for step in range(50)]
    for step in range(50):
        gaussian(3, "v", 0.013 * step)
        gaussian(3, "other", 0.02 * step)
    assert [gaussian(3, "v", 0.02 * step) for step in range(50)] == alone


def test_threads_see_the_same_values():
    expected = [gaussian(5, "v", step) for step in range(200)]
    seen = {}
    threads = [
        threading.Thread(target=lambda n=n: seen.update({n: [gaussian(5, "v", s) for s in range(200)]}))
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(values == expected for values in seen.values())


def test_values_are_pinned():
    assert gaussian(0, "meter/voltage", 1.0) == pytest.approx(0.1933488118795465, rel=1e-15)
    assert uniform(0, "meter/gain") == pytest.approx(0.6953183622220909, rel=1e-15)


def test_the_distribution_is_standard_normal():
    sample = [gaussian(11, "v", 0.02 * step) for step in range(20_000)]
    assert stats.kstest(sample, "norm").pvalue > 0.01
    lagged = statistics.correlation(sample[:-1], sample[1:])
    assert abs(lagged) < 4 / math.sqrt(len(sample))


def test_constants_are_distributed_as_they_say():
    assert stats.kstest([uniform(seed, "gain") for seed in range(5000)], "uniform").pvalue > 0.01
    assert stats.kstest([normal(seed, "gain") for seed in range(5000)], "norm").pvalue > 0.01
