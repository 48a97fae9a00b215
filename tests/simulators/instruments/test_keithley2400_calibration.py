"""Calibration errors: within the published limits, fixed for a unit, different for each range and seed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.instruments.keithley.keithley2400.calibration import Calibration
from simulators.instruments.keithley.keithley2400.ranges import CURRENT, TABLES, VOLTAGE

seeds = st.integers(-(2**63), 2**63)
PLACES = [(function, index) for function, table in TABLES.items() for index in range(len(table))]


@given(seeds)
def test_every_error_is_within_its_limit(seed):
    unit = Calibration(seed, "meter")
    for function, index in PLACES:
        one = TABLES[function][index]
        assert abs(unit.measure[function][index].gain) <= one.measure_relative
        assert abs(unit.measure[function][index].offset) <= one.measure_offset
        assert abs(unit.source[function][index].gain) <= one.source_relative
        assert abs(unit.source[function][index].offset) <= one.source_offset


@given(seeds)
def test_errors_differ_between_ranges_functions_and_source(seed):
    unit = Calibration(seed, "meter")
    shares = []
    for function, index in PLACES:
        one = TABLES[function][index]
        shares += [
            unit.measure[function][index].gain / one.measure_relative,
            unit.measure[function][index].offset / one.measure_offset,
            unit.source[function][index].gain / one.source_relative,
            unit.source[function][index].offset / one.source_offset,
        ]
    assert len(set(shares)) == len(shares) == 44


def test_the_same_seed_and_name_give_the_same_unit():
    assert Calibration(7, "meter").measure == Calibration(7, "meter").measure
    assert Calibration(7, "meter").measure != Calibration(8, "meter").measure
    assert Calibration(7, "meter").measure != Calibration(7, "other").measure


def test_errors_are_spread_over_the_whole_limit():
    """Rectangular: mean zero, standard deviation limit/sqrt(3)."""
    gains = [Calibration(seed, "meter").measure["VOLT"][2].gain / 0.00015 for seed in range(2000)]
    mean = sum(gains) / len(gains)
    assert abs(mean) < 3 / (3 * 2000) ** 0.5
    assert (sum(gain**2 for gain in gains) / len(gains)) ** 0.5 == pytest.approx(3**-0.5, rel=0.05)
    assert max(gains) > 0.99
    assert min(gains) < -0.99


@given(seeds, st.floats(-1.05, 1.05))
def test_the_source_delivers_a_programmable_step_within_its_accuracy(seed, fraction):
    unit = Calibration(seed, "meter")
    for function, index in PLACES:
        one = TABLES[function][index]
        level = fraction * one.full_scale
        error = abs(unit.delivered(function, index, level) - level)
        assert error <= one.source_relative * abs(level) + one.source_offset + 0.51 * one.source_step


def test_measured_and_set_current_differ(make_bench):
    """The source and the meter have errors of their own (SPEC-2400 Rev. H)."""
    differences = []
    for seed in range(20):
        bench = make_bench(1e3, seed=seed).source_current(1e-3)
        measured_A = bench.read()[1]
        assert abs(measured_A - 1e-3) <= 1e-3 * (0.00034 + 0.00027) + 200e-9 + 60e-9 + 50e-9 + 60e-9
        differences.append(measured_A - 1e-3)
    assert len(set(differences)) > 15  # replies end at 1 nA: two may coincide


def test_the_tables_are_ascending_decades_with_their_published_limits():
    for table in (VOLTAGE, CURRENT):
        for low, high in itertools.pairwise(table):
            assert high.full_scale == pytest.approx(10 * low.full_scale)
    volt, amp = VOLTAGE[2], CURRENT[3]
    assert (volt.measure_relative, volt.measure_offset) == (0.00015, 1.5e-3)
    assert (amp.measure_relative, amp.measure_offset) == (0.00027, 60e-9)
    assert (amp.largest_level, amp.largest_reading) == (1.05e-3, 1.055e-3)
