"""The drift and its uncertainty: exact for exact data, covering for white, flicker and random walk."""

import numpy as np
import pytest
from test_allan import noise_of

from procedures.transport.stability.blocks import in_blocks
from procedures.transport.stability.drift import fit
from procedures.transport.stability.noise import Noise


def drift_of(values):
    time = np.arange(values.size) / values.size
    blocks = in_blocks(values, time)
    (found,) = fit(blocks, blocks.columns[0])
    return found


def test_a_line_without_noise_is_found_exactly():
    found = drift_of(200.0 + 3e-3 * np.arange(1000) / 1000)
    assert found.value == pytest.approx(3e-3, rel=1e-9)
    assert found.resolved


@pytest.mark.parametrize(
    ("kind", "fewest"), [(Noise.WHITE, 37), (Noise.FLICKER, 36), (Noise.RANDOM_WALK, 34)]
)
def test_zero_drift_is_called_unresolved_as_often_as_U_says(kind, fewest):
    rng = np.random.default_rng(5)
    found = [drift_of(noise_of(kind, 320, rng)) for _ in range(40)]
    assert sum(not one.resolved for one in found) >= fewest


def test_white_noise_does_not_cost_more_than_twice_the_least_possible():
    rng = np.random.default_rng(6)
    found = np.median([drift_of(rng.normal(size=640)).U for _ in range(12)])
    assert 2.0 <= found / np.sqrt(12 / 640) < 4.4


def test_two_influences_are_told_apart():
    rng = np.random.default_rng(7)
    time = np.arange(2000.0) / 2000
    room = np.sin(7 * time) + 0.3 * time
    values = 5.0 * time - 2.0 * room + 0.1 * rng.normal(size=2000)
    blocks = in_blocks(values, time, room)
    per_time, per_room = fit(blocks, *blocks.columns)
    assert abs(per_time.value - 5.0) <= 1.5 * per_time.U < 0.3
    assert abs(per_room.value + 2.0) <= 1.5 * per_room.U < 0.3


def test_influences_that_are_the_same_cannot_be_told_apart():
    time = np.arange(500.0)
    blocks = in_blocks(np.sin(time), time, 3 * time + 1)
    with pytest.raises(ValueError, match="told apart"):
        fit(blocks, *blocks.columns)


def test_a_missing_stretch_and_a_missing_temperature_leave_no_trace():
    values = 7.0 * np.arange(1000.0) / 1000
    time = np.arange(1000.0) / 1000
    values[300:420] = np.nan
    room = np.cos(40 * time)
    room[700:720] = np.nan
    blocks = in_blocks(values, time, room)
    per_time, per_room = fit(blocks, *blocks.columns)
    assert per_time.value == pytest.approx(7.0, rel=1e-9)
    assert per_room.value == pytest.approx(0.0, abs=1e-9)
