"""Ageing of a specimen: exact drift, flicker that is flicker, and looking that changes nothing."""

import math

import numpy as np
import pytest

from simulators.physics.ageing import STEADY, Ageing
from simulators.physics.conductivity import Exponential
from simulators.physics.electrical import CurrentDrive
from simulators.physics.pellet import Pellet
from simulators.physics.press import Press, PressBuild
from simulators.physics.surroundings import Surroundings

BUILD = PressBuild(lead_ohm=0.3, piston_ohm=0.02, leakage_ohm=1e15, cable_F=1e-12)


def allan_deviation(values, factor):
    sums = np.concatenate([[0.0], np.cumsum(values)])
    means = (sums[factor:] - sums[:-factor]) / factor
    return math.sqrt(np.mean((means[factor:] - means[:-factor]) ** 2) / 2)


def test_steady_is_exactly_one():
    assert STEADY.factor(1e6) == 1.0


def test_drift_counts_from_mounting():
    press = Press(BUILD, Surroundings(296.15))
    law = Exponential(1e-3, 0.0, 296.15)
    press.place(Pellet(1e-4, 1e-3, law, 0.0, ageing=Ageing(1e-5 / 3600)), "x", 5000.0)
    press.drive(CurrentDrive(1e-5, 21, four_wire=True), 5000.0)
    first, later = (press.operating_point(5000.0 + s).sense_V for s in (1.0, 36_001.0))
    assert (later - first) / 1e-5 == pytest.approx(1e4 * 1e-4, rel=1e-4)


@pytest.mark.parametrize("factor", [10, 100])
def test_flicker_has_the_same_allan_deviation_at_every_averaging_time(factor):
    squares = []
    for seed in range(4):
        ageing = Ageing(flicker=2e-5, seed=seed, name="a")
        values = np.array([ageing.factor(20.0 * i) for i in range(2000)])
        squares.append(allan_deviation(values, factor) ** 2)
    assert math.sqrt(np.mean(squares)) == pytest.approx(2e-5, rel=0.2)


def test_looking_changes_nothing_and_seeds_differ():
    ageing = Ageing(flicker=1e-5, seed=1, name="a")
    before = ageing.factor(1234.5)
    for time in (0.0, 9e5, 3.25):
        ageing.factor(time)
    assert ageing.factor(1234.5) == before
    assert (
        Ageing(flicker=1e-5, seed=2, name="a").factor(1234.5)
        != before
        != Ageing(flicker=1e-5, seed=1, name="b").factor(1234.5)
    )
